"""S06: what is installed is what was locked: exact versions, each with its hashes."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*(?:\[[a-z0-9,_-]+\])?)==(\S+)", re.I | re.M)
LEAST = {"pyjwt": (2, 10), "cryptography": (43,), "werkzeug": (3, 1), "jinja2": (3, 1, 6), "flask": (3, 1)}


@pytest.mark.parametrize(
    "lock", sorted(ROOT.glob("requirements*/**/*.lock")) + sorted(ROOT.glob("requirements*.lock"))
)
def test_s06_each_requirement_is_pinned_with_hashes(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[a-z0-9])", text, flags=re.I)
    pinned = [block for block in blocks if PIN.match(block)]

    assert len(pinned) > 3
    assert not [block.splitlines()[0] for block in pinned if "--hash=sha256:" not in block]
    assert not re.search(r"^(?:-i |--index-url|--extra-index-url|-e )", text, re.M)


def test_s06_no_library_is_older_than_its_last_known_hole() -> None:
    found = dict(PIN.findall((ROOT / "requirements.lock").read_text(encoding="utf-8")))
    versions = {name.lower().partition("[")[0]: version for name, version in found.items()}

    old = {
        name: versions[name]
        for name, least in LEAST.items()
        if name in versions
        and tuple(int(part) for part in re.findall(r"\d+", versions[name])[: len(least)]) < least
    }
    assert old == {}
    assert {"pyjwt", "flask"} <= set(versions)
