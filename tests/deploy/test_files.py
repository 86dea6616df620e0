"""What is written in deploy/ agrees with the code; the heavy checks are `make check-deploy`."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.local.stack import ROOT, SERVICES
from deploy.tools import generate, make_secrets
from deploy.tools.picture import read

DEPLOY = ROOT / "deploy"
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]+\])?==([^\s;\\]+)", re.M)


def pins(path: Path) -> dict[str, str]:
    return dict(PINNED.findall(path.read_text(encoding="utf-8")))


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return found


def test_generated_files_follow_the_contract_and_the_picture() -> None:
    assert generate.main(["--check"]) == 0


@pytest.mark.parametrize("name", ["common", "portal", *SERVICES])
def test_s06_an_image_has_the_versions_that_the_tests_ran_with(name: str) -> None:
    whole, own = pins(ROOT / "requirements.lock"), pins(ROOT / "requirements" / f"{name}.lock")

    assert own
    assert {package: version for package, version in own.items() if whole.get(package) != version} == {}


def test_s06_every_locked_package_has_a_hash() -> None:
    locks = [*ROOT.glob("requirements*.lock"), *(ROOT / "requirements").glob("*.lock")]

    for lock in locks:
        blocks = re.split(r"\n(?=[A-Za-z0-9])", lock.read_text(encoding="utf-8"))
        assert [
            block.splitlines()[0] for block in blocks if PINNED.match(block) and "--hash=" not in block
        ] == []


def test_compose_runs_each_process_of_the_picture_hardened() -> None:
    services = compose()["services"]
    ours = {name: one for name, one in services.items() if name in read()["processes"]}

    assert set(ours) == set(read()["processes"])
    for name, one in ours.items():
        assert one["read_only"] is True, name
        assert one["cap_drop"] == ["ALL"], name
        assert "ports" not in one or all(port.startswith("127.0.0.1:") for port in one["ports"]), name


def test_secrets_are_files_that_the_picture_lists_and_nothing_is_a_default(tmp_path: Path) -> None:
    make_secrets.make(tmp_path / "one")
    make_secrets.make(tmp_path / "two")

    picture = read()["processes"]
    for service in (*SERVICES, "portal"):
        made = {path.name for path in (tmp_path / "one" / service).iterdir()}
        assert set(picture[f"{service}-web"]["secrets"]) <= made, service
    same = [
        path
        for path in (tmp_path / "one").rglob("*")
        if path.is_file()
        and path.read_text() == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_text()
    ]
    assert {path.name for path in same} <= {"mongodb-uri", "smtp-url"}


def test_secrets_that_exist_are_kept(tmp_path: Path) -> None:
    make_secrets.make(tmp_path)
    before = {path: path.read_text() for path in tmp_path.rglob("*") if path.is_file()}

    make_secrets.make(tmp_path)

    assert {path: path.read_text() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_each_alert_has_its_runbook_and_each_runbook_its_alert() -> None:
    rules = [
        rule["alert"]
        for path in (DEPLOY / "observability" / "rules").glob("*.yaml")
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]
        for rule in group["rules"]
    ]

    assert sorted(rules) == sorted(path.stem for path in (ROOT / "docs" / "runbooks").glob("[A-Z]*.md"))


def test_python_of_the_images_is_one_that_the_code_runs_on() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "requires-python"
    ]
    image = re.search(r"PYTHON_IMAGE=python:3\.(\d+)", (DEPLOY / "Dockerfile.service").read_text("utf-8"))

    assert image is not None
    assert int(image[1]) >= int(wanted.removeprefix(">=3."))
