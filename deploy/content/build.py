"""Make the PDFs, videos and captions of the starting catalogue from videos.json and handouts.json."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Literal

import typst

HERE = Path(__file__).resolve().parent
FILES = HERE.parents[1] / "services" / "catalog" / "seed" / "files"
CARD_SECONDS = 7
LANGUAGES = ("en", "hi")


def content(name: str) -> dict[str, Any]:
    """Read the texts of all videos or of all handouts."""
    found: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    return found


def typeset(template: str, data: dict[str, Any], form: Literal["pdf", "png"]) -> Any:
    """Set one document; PDF comes as bytes, PNG as a list of pages."""
    return typst.compile(
        str(HERE / template), format=form, ppi=72.0, sys_inputs={"data": json.dumps(data, ensure_ascii=False)}
    )


def handout(name: str, data: dict[str, Any]) -> None:
    """Make one PDF in both languages."""
    (FILES / f"{name}.pdf").write_bytes(typeset("handout.typ", data, "pdf"))


def clock(seconds: int) -> str:
    """Write seconds as WebVTT does."""
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.000"


def captions(name: str, cards: list[dict[str, Any]], language: str) -> None:
    """Make the WebVTT file of one language: one cue for each card."""
    lines = ["WEBVTT", ""]
    for number, card in enumerate(cards):
        begin, end = number * CARD_SECONDS, (number + 1) * CARD_SECONDS
        lines += [str(number + 1), f"{clock(begin)} --> {clock(end)}", card["text"][language], ""]
    (FILES / f"{name}.{language}.vtt").write_text("\n".join(lines), encoding="utf-8")


def video(name: str, data: dict[str, Any]) -> None:
    """Make one silent WebM of the cards and its captions; needs ffmpeg."""
    pages = typeset("slides.typ", data, "png")
    with tempfile.TemporaryDirectory() as folder:
        listing = []
        for number, page in enumerate(pages if isinstance(pages, list) else [pages]):
            path = Path(folder) / f"{number}.png"
            path.write_bytes(page)
            listing += [f"file '{path}'", f"duration {CARD_SECONDS}"]
        (Path(folder) / "list.txt").write_text("\n".join([*listing, listing[-2]]), encoding="utf-8")
        encode(Path(folder) / "list.txt", FILES / f"{name}.webm", CARD_SECONDS * len(data["cards"]))
    for language in LANGUAGES:
        captions(name, data["cards"], language)


def encode(listing: Path, target: Path, seconds: int) -> None:
    """Encode the listed pictures as VP8, two pictures a second."""
    source = ["-f", "concat", "-safe", "0", "-i", str(listing), "-t", str(seconds)]
    codec = ["-vf", "fps=2,format=yuv420p", "-c:v", "libvpx", "-b:v", "60k", "-g", "14", "-cpu-used", "4"]
    quiet = ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact"]
    command = ["ffmpeg", "-y", "-loglevel", "error", *source, *codec, *quiet, str(target)]
    subprocess.run(command, check=True)


def breathing(target: Path) -> None:
    """Make a minute of sound that swells for four seconds and fades for six, to breathe by."""
    swell = "if(lt(mod(t,10),4),mod(t,10)/4,(10-mod(t,10))/6)"
    tone = f"0.2*({swell})*(sin(2*PI*196*t)+0.6*sin(2*PI*294*t))"
    source = ["-f", "lavfi", "-i", f"aevalsrc='{tone}':s=16000:d=60"]
    codec = ["-c:a", "libmp3lame", "-b:a", "24k", "-map_metadata", "-1", "-fflags", "+bitexact"]
    subprocess.run(["ffmpeg", "-y", "-loglevel", "error", *source, *codec, str(target)], check=True)


def main(wanted: list[str]) -> None:
    """Make the named files, or all of them."""
    FILES.mkdir(parents=True, exist_ok=True)
    for make, kind in ((handout, "handouts"), (video, "videos")):
        for name, data in content(kind).items():
            if not wanted or name in wanted:
                make(name, data)
                print(name)
    if not wanted or "breathing" in wanted:
        breathing(FILES / "breathing.mp3")


if __name__ == "__main__":
    main(sys.argv[1:])
