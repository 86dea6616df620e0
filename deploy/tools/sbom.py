"""`make sbom`: the parts of each image by its lock, as CycloneDX; `python3 -m deploy.tools.sbom [FOLDER]`.

Only the standard library: this runs before anything is installed. What a base image brings is not in a lock: its
maker's own list comes with it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from deploy.local.install import ROOT, _environment, fail, say, tools

FORM = ("--sv", "1.6", "--of", "JSON", "--output-reproducible", "--validate")
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]+\])?==([^\s;\\]+)", re.M)


def images() -> list[str]:
    """The images with a lock of their own, by name."""
    return sorted(path.stem for path in (ROOT / "requirements").glob("*.lock") if path.stem != "common")


def version() -> str:
    """VERSION, which a release sets, or the project's own."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return os.environ.get("VERSION", str(project["version"]))


def write(name: str, lock: Path, path: Path) -> None:
    """The parts of one image into a file; stops with a sentence when the tool refuses the lock."""
    own = ROOT / "requirements-sbom.lock"
    program = _environment(tools() / "sbom", ["--require-hashes", "-r", str(own)], own.read_bytes())
    with tempfile.TemporaryDirectory() as folder:
        about = Path(folder) / "pyproject.toml"
        about.write_text(f'[project]\nname = "karmayogi-{name}"\nversion = "{version()}"\n', encoding="utf-8")
        done = subprocess.run(
            [str(program.parent / "cyclonedx-py"), "requirements", str(lock), "--pyproject", str(about),
             "--mc-type", "application", *FORM, "-o", str(path)], capture_output=True, text=True,
        )  # fmt: skip
    if done.returncode:
        fail(f"The list of {name} was not written: {done.stderr.strip()[-500:]}")


def missing(bom: dict[str, Any], lock: str) -> list[str]:
    """What the lock pins and the list does not name with version, address and hash; or an unknown form."""
    if (bom.get("bomFormat"), bom.get("specVersion")) != ("CycloneDX", "1.6"):
        return ["it is not CycloneDX 1.6"]
    listed = {
        (part["name"].lower(), part["version"])
        for part in bom["components"]
        if part["purl"].startswith("pkg:pypi/") and any("hashes" in one for one in part["externalReferences"])
    }
    return [f"{name} {pin}" for name, pin in PINNED.findall(lock) if (name.lower(), pin) not in listed]


def main(arguments: list[str]) -> None:
    """Write the lists of all images."""
    folder = Path(arguments[0]) if arguments else ROOT / ".local" / "sbom"
    folder.mkdir(parents=True, exist_ok=True)
    for name in images():
        write(name, ROOT / "requirements" / f"{name}.lock", folder / f"{name}.cdx.json")
    say(f"{len(images())} lists of parts are in {folder}")


if __name__ == "__main__":
    main(sys.argv[1:])
