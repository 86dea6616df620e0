"""Give each built file a name with its hash, compress it, and write the manifest and the vendor list."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import sys
from pathlib import Path

import brotli

VENDORED = (
    ("govuk-frontend", "govuk-frontend.js"),
    ("htmx.org", "htmx.js"),
    ("uplot", "uplot.js"),
    ("uplot", "uplot.css"),
)


def publish(path: Path, target: Path, names: dict[str, str]) -> str:
    """Write one file with its hashed name and the two compressed forms; return the name."""
    body = path.read_bytes()
    for plain, hashed in names.items():
        body = body.replace(f'"./{plain}"'.encode(), f'"./{hashed}"'.encode())
    name = f"{path.stem}.{hashlib.sha256(body).hexdigest()[:12]}{path.suffix}"
    (target / name).write_bytes(body)
    (target / f"{name}.br").write_bytes(brotli.compress(body, quality=11))
    (target / f"{name}.gz").write_bytes(gzip.compress(body, 9, mtime=0))
    return name


def vendored(target: Path, names: dict[str, str]) -> str:
    """One line per foreign package: name, version, licence, file, sha256."""
    lock = json.loads(Path("package-lock.json").read_text(encoding="utf-8"))["packages"]
    lines = []
    for package, plain in VENDORED:
        entry = lock[f"node_modules/{package}"]
        digest = hashlib.sha256((target / names[plain]).read_bytes()).hexdigest()
        lines.append(f"{package} {entry['version']} {entry['license']} {names[plain]} {digest}")
    return "\n".join(lines) + "\n"


def _imports(path: Path) -> tuple[bool, int, str]:
    """Files that import nothing first, so that their names are known."""
    inner = path.suffix == ".mjs"
    return inner, path.read_text(encoding="utf-8").count('from "./') if inner else 0, path.name


def main(source: Path, target: Path) -> None:
    """Rebuild `target` from `source`; files that others import come first."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    names: dict[str, str] = {}
    for path in sorted(source.iterdir(), key=_imports):
        names[path.name] = publish(path, target, names)
    (target / "manifest.json").write_text(
        json.dumps(names, indent=2, sort_keys=True) + "\n", encoding="utf-8"
    )
    Path("VENDORED.txt").write_text(vendored(target, names), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
