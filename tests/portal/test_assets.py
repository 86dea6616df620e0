"""Built files are what the sources and their names say."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

import brotli
import pytest

import portal
from portal.links import STATIC, manifest

ASSETS = Path(portal.__file__).parent / "assets"


@pytest.mark.parametrize("name", sorted(manifest().values()))
def test_a_name_carries_the_hash_of_its_content(name: str) -> None:
    body = (STATIC / name).read_bytes()

    assert hashlib.sha256(body).hexdigest()[:12] == name.split(".")[-2]
    assert brotli.decompress((STATIC / f"{name}.br").read_bytes()) == body
    assert gzip.decompress((STATIC / f"{name}.gz").read_bytes()) == body


def test_nothing_lies_beside_the_manifest() -> None:
    names = {name + end for name in manifest().values() for end in ("", ".br", ".gz")}

    assert {path.name for path in STATIC.iterdir()} == names | {"manifest.json"}


def test_foreign_files_are_the_listed_ones() -> None:
    lock = json.loads((ASSETS / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for line in (ASSETS / "VENDORED.txt").read_text(encoding="utf-8").splitlines():
        package, version, licence, name, digest = line.split()
        assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == digest
        assert lock[f"node_modules/{package}"]["version"] == version
        assert lock[f"node_modules/{package}"]["license"] == licence


def test_the_lock_file_names_no_host() -> None:
    text = (ASSETS / "package-lock.json").read_text(encoding="utf-8")

    assert '"resolved"' not in text
    assert "registry" not in text


def test_the_style_sheet_has_no_foreign_face_crown_or_address() -> None:
    css = (STATIC / manifest()["portal.css"]).read_text(encoding="utf-8")

    for word in ("@font-face", "GDS Transport", "govuk-crest", "crown", "url(http"):
        assert word not in css


def test_first_load_is_light() -> None:
    sizes = {plain: (STATIC / f"{name}.br").stat().st_size for plain, name in manifest().items()}

    assert sizes["portal.css"] <= 20_000
    drawn = ("uplot.js", "uplot.css", "charts.mjs")  # Only the administrators' page of figures loads these.
    scripts = [size for plain, size in sizes.items() if plain.endswith(("js", "mjs")) and plain not in drawn]
    assert sum(scripts) <= 35_000
    assert sum(size for plain, size in sizes.items() if plain not in drawn) <= 55_000
