"""Course pages, modules, files by signed links, and the bundle for grading."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from services.catalog.app import Parts
from services.catalog.rules.links import sign
from services.catalog.store import Store
from services.catalog.store.seed import seed_courses
from shared.auth import KeyRing
from shared.mongo import utcnow
from tests.catalog.courses import COURSE, SECRET, course, publish
from tests.service_kit import KEYS, LEARNER, ask, service_headers, told

HERE = Path(__file__).parent
PAGE = "/v1/courses/procurement-basics"
SCHEMA = json.loads((HERE / "bundle.schema.json").read_text(encoding="utf-8"))
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 4


def test_a_course_page_shows_modules_and_numbers_but_no_questions(reader: Any) -> None:
    page = reader.get(PAGE).json

    assert (page["minutes"], page["resource_types"]) == (35, {"html": 1, "link": 1, "exercise": 1})
    assert [one["id"] for one in page["modules"]] == ["m1", "m2"]
    assert page["assessments"][0]["questions"] == 3
    assert page["provider"]["id"] == "istm"
    assert (page["versions"], page["retired"]) == ([1], False)
    assert SECRET not in json.dumps(page)


def test_a_module_brings_its_resources_and_neighbours(reader: Any) -> None:
    module = ask(reader, "GET", f"{PAGE}/modules/m1", LEARNER).json

    assert (module["previous"], module["next"]) == (None, "m2")
    assert module["resources"][0]["html"] == {"en": "<h2>Case</h2><p>Text</p>", "hi": "<h2>मामला</h2>"}
    assert module["resources"][0]["optional_kind"] == "case_study"
    assert module["resources"][1]["link_url"] == "https://manual.example/gfr"
    assert reader.get(f"{PAGE}/modules/m1").status_code == 401


def test_n05_html_is_cleaned_again_when_it_is_read(client: Any, few: Store) -> None:
    evil = course("evil", "Evil")
    evil["modules"][0]["resources"][0]["html"] = {
        "en": "<p onclick=x()>Hi<script>alert(1)</script><a href=javascript:x>y</a></p>"
    }
    publish(few.database, evil)

    shown = ask(client, "GET", "/v1/courses/evil/modules/m1", LEARNER).json["resources"][0]["html"]["en"]

    assert shown == "<p>Hiy</p>"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/courses/none",
        f"{PAGE}?version=2",
        "/v1/courses/[",
        "/v1/courses/none/modules/m1",
        f"{PAGE}/modules/none",
    ],
)
def test_what_is_unknown_is_not_found(reader: Any, path: str) -> None:
    assert ask(reader, "GET", path, LEARNER).status_code == 404


def test_the_bundle_holds_the_keys_and_is_for_progress_alone(reader: Any) -> None:
    path = "/internal/v1/assessment-bundles/procurement-basics/1"

    bundle = reader.get(path, headers=service_headers("progress", "catalog")).json

    jsonschema.Draft202012Validator(SCHEMA).validate(bundle)
    assert bundle["assessments"][0]["questions"][0]["correct"] == ["o1"]
    assert reader.get(path, headers=service_headers("notifier", "catalog")).status_code == 403
    assert ask(reader, "GET", path, LEARNER).status_code == 401


def test_the_example_of_the_bundle_follows_the_schema() -> None:
    example = json.loads((HERE / "bundle.example.json").read_text(encoding="utf-8"))

    jsonschema.Draft202012Validator(SCHEMA).validate(example)


def test_every_seeded_course_follows_the_contract_of_bundles() -> None:
    from services.catalog.rules.content import bundle_of

    for one in seed_courses():
        jsonschema.Draft202012Validator(SCHEMA).validate(bundle_of(one["_id"], 1, one))


def test_a_published_course_is_told_once_with_what_progress_needs(few: Store) -> None:
    publish(few.database, COURSE)

    (event,) = told(few.courses.collection, "procurement-basics")
    assert event["type"] == "catalog.CoursePublished.v1"
    assert event["data"]["required"] == ["r1", "r3"]
    assert event["data"]["seconds"] == {"r1": 300, "r2": 600, "r3": 1200}
    assert event["data"]["assessments"] == {"final": "final"}
    assert SECRET not in json.dumps(event)


@pytest.fixture
def link(app: tuple[Any, Parts]) -> str:
    app[1].store.files.insert_one(
        {
            "_id": "f1",
            "key": "files/f1",
            "mime": "application/pdf",
            "size": len(PDF),
            "sha256": "a" * 64,
            "state": "ready",
        }
    )
    app[1].files.put("files/f1", PDF)
    return f"/v1/files/{sign(KeyRing.load(KEYS), 'f1', utcnow().timestamp(), 60)}"


@pytest.mark.parametrize(
    ("asked", "status", "expected", "place"),
    [
        (None, 200, PDF, None),
        ("bytes=0-9", 206, PDF[:10], f"bytes 0-9/{len(PDF)}"),
        ("bytes=1000-", 206, PDF[1000:], f"bytes 1000-{len(PDF) - 1}/{len(PDF)}"),
        ("bytes=-5", 206, PDF[-5:], f"bytes {len(PDF) - 5}-{len(PDF) - 1}/{len(PDF)}"),
        ("bytes=99999-", 416, b"", f"bytes */{len(PDF)}"),
        ("bytes=5-2", 416, b"", f"bytes */{len(PDF)}"),
        ("bytes=0-1,3-4", 200, PDF, None),
        ("lines=1", 200, PDF, None),
    ],
)
def test_a_file_is_sent_whole_or_by_range(
    client: Any, link: str, asked: str | None, status: int, expected: bytes, place: str | None
) -> None:
    answer = client.get(link, headers={"Range": asked} if asked else {})

    assert (answer.status_code, answer.data, answer.headers.get("Content-Range")) == (status, expected, place)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_file_that_is_there_already_is_not_sent_again(client: Any, link: str) -> None:
    tag = client.get(link).headers["ETag"]

    assert client.get(link, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(link, headers={"Range": "bytes=0-1", "If-Range": '"other"'}).status_code == 200
    assert client.head(link).headers["Content-Length"] == str(len(PDF))


def test_a_link_that_was_changed_or_has_ended_opens_nothing(client: Any, link: str) -> None:
    ring = KeyRing.load(KEYS)
    old = sign(ring, "f1", utcnow().timestamp() - 10_000, 60)
    for token in (
        old,
        link[10:-1],
        link[10:] + "A",
        "x",
        "x.y",
        sign(ring, "none", utcnow().timestamp(), 60),
    ):
        assert client.get(f"/v1/files/{token}").status_code == 404


def test_lists_show_newest_featured_and_named_courses(reader: Any) -> None:
    named = reader.get("/v1/courses?ids=rti-basics,none,procurement-basics").json["items"]

    assert [one["id"] for one in named] == ["rti-basics", "procurement-basics"]
    assert len(reader.get("/v1/courses?featured=1").json["items"]) == 4
    assert reader.get("/v1/courses?sort=new").json["items"][0]["id"] == "procurement-basics"
    assert reader.get("/v1/courses?interests=me").status_code == 401
    assert len(reader.get("/v1/trending").json["items"]) == 4
