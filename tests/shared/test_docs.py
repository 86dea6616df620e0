"""The references on disk are what the code says."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

ROOT = Path(__file__).parents[2]


def test_the_references_are_current() -> None:
    done = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stdout + done.stderr


def operations() -> list[tuple[str, dict[str, Any]]]:
    paths = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))["paths"]
    return [
        (f"{method} {path}", one)
        for path, item in paths.items()
        for method, one in item.items()
        if method != "parameters"
    ]


def test_every_operation_is_described_and_names_its_errors() -> None:
    found = operations()

    assert len(found) > 200
    assert [name for name, one in found if not one.get("summary")] == []
    assert [name for name, one in found if not slugs(one)] == []
    wrong = [slug for _, one in found for slug in slugs(one) if not re.fullmatch(r"[a-z][a-z0-9_]+", slug)]
    assert wrong == []


def test_every_body_has_an_example_that_its_schema_takes() -> None:
    document = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
    bodies = [
        (name, body)
        for name, one in operations()
        for body in one.get("requestBody", {}).get("content", {}).values()
    ]

    assert len(bodies) > 90
    for name, body in bodies:
        schema = {"components": document["components"], **body["schema"]}
        wrong = [one.message for one in Draft202012Validator(schema).iter_errors(body["example"])]
        assert (name, wrong) == (name, [])


def test_the_errors_are_those_that_the_code_raises() -> None:
    found = dict(operations())

    registration = slugs(found["post /api/identity/v1/registrations"])
    assert {"domain_not_allowed", "declaration_missing", "mails_too_many", "fields_not_valid"} <= registration
    assert "token_missing" not in registration
    assert "password_wrong" in slugs(found["post /api/identity/v1/me/email"])
    assert "changed_elsewhere" in slugs(found["patch /api/onboarding/v1/profiles/me"])


def slugs(operation: dict[str, Any]) -> set[str]:
    return {slug for one in operation["responses"].values() for slug in one.get("x-slugs", ())}
