"""What holds for all routes of learning: the access matrix, foreign ids, hostile bodies, what is shown."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.progress.world import COURSE, World
from tests.service_kit import (
    EVERYBODY,
    LEARNER,
    OTHER,
    OWN_ADMIN,
    PUBLISHER,
    ask,
    hostile,
    matrix,
)

GOLDEN = Path(__file__).with_name("matrix.txt")
E, A, D = "/v1/enrolments/<enrolment_id>", "/v1/attempts/<attempt_id>", "/v1/disputes/<dispute_id>"
UPDATE = {
    "event_id": "e1", "resource_id": "v1", "kind": "position", "from": 0, "position": 5, "page": 1, "pages": [1],
    "text": "x", "client_at": "2026-07-01T12:00:00Z",
}  # fmt: skip
BODIES: dict[tuple[str, str], tuple[Any, dict[str, Any]]] = {
    ("POST", "/v1/enrolments"): (LEARNER, {"course_id": COURSE, "cycle": "2026"}),
    ("POST", f"{E}/withdraw"): (LEARNER, {"reason": "other", "note": "x"}),
    ("POST", f"{E}/updates"): (LEARNER, UPDATE),
    ("POST", f"{E}/resources/h1/complete"): (LEARNER, {"event_id": "e2"}),
    ("POST", f"{E}/assessments/practice-1/attempts"): (LEARNER, {"extra_time": True}),
    ("PUT", f"{A}/answers/q1"): (LEARNER, {"answer": "o1"}),
    ("POST", f"{A}/submit"): (LEARNER, {}),
    ("POST", f"{E}/dispute"): (LEARNER, {"note": "Look at it"}),
    ("POST", f"{D}/answer"): (OWN_ADMIN, {"text": "Looked at"}),
    ("POST", f"/v1/sessions/{COURSE}/s1/attendance"): (PUBLISHER, {"user_ids": ["learner-1"]}),
    ("POST", "/v1/updates"): (LEARNER, {"items": [{"enrolment_id": "x"} | UPDATE]}),
}  # fmt: skip
FOREIGN = [
    ("GET", E, None), ("POST", f"{E}/withdraw", {"reason": "other"}), ("GET", f"{E}/version-change", None),
    ("POST", f"{E}/upgrade", None), ("POST", f"{E}/updates", {"event_id": "e", "resource_id": "x1", "kind": "opened"}),
    ("POST", f"{E}/resources/h1/complete", {}), ("POST", f"{E}/assessments/practice-1/attempts", {}),
    ("GET", f"{E}/why", None), ("POST", f"{E}/dispute", {"note": "Not mine"}), ("GET", A, None),
    ("PUT", f"{A}/answers/q1", {"answer": "o1"}), ("POST", f"{A}/submit", {}),
]  # fmt: skip

EXTRA: tuple[dict[str, Any], ...] = (
    {"_id": "x"}, {"user_id": "learner-2"}, {"status": "completed"}, {"percent": 100}, {"role": "SPV_ADMIN"},
    {"is_admin": True}, {"$set": {"status": "completed"}}, {"completed_at": "2026-01-01T00:00:00Z"},
)  # fmt: skip


@pytest.fixture
def ids(world: World, client: FlaskClient) -> dict[str, str]:
    """Things of learner-1: an enrolment, a running attempt, an open dispute."""
    enrolment = world.enrolment()
    path = f"/v1/enrolments/{enrolment['_id']}"
    attempt = ask(client, "POST", f"{path}/assessments/practice-1/attempts", LEARNER).json
    dispute = ask(client, "POST", f"{path}/dispute", LEARNER, {"note": "Please look"}).json
    return {
        "enrolment_id": enrolment["_id"], "attempt_id": attempt["id"], "dispute_id": dispute["id"],
        "user_id": "learner-1", "course_id": COURSE, "resource_id": "s1", "assessment_id": "practice-1",
        "question_id": attempt["questions"][0]["id"],
    }  # fmt: skip


def filled(path: str, ids: dict[str, str]) -> str:
    for name, value in ids.items():
        path = path.replace(f"<{name}>", value)
    return path


def stored(world: World) -> list[Any]:
    names = ("enrolments", "attempts", "disputes", "submissions", "audit")
    return [list(world.store.database[name].find({}, sort=[("_id", 1)])) for name in names]


def test_z03_the_matrix_of_all_routes_is_the_golden_list(world: World, ids: dict[str, str]) -> None:
    """Delete matrix.txt and run this test to write it anew after an intended change."""
    found = matrix(world.app, ids)
    if not GOLDEN.exists():
        GOLDEN.write_text("\n".join(found) + "\n", encoding="utf-8")

    assert found == GOLDEN.read_text(encoding="utf-8").splitlines()


def test_z01_somebody_elses_thing_answers_like_none(
    world: World, client: FlaskClient, ids: dict[str, str]
) -> None:
    gone = {"enrolment_id": "nobody", "attempt_id": "nobody"}
    before = stored(world)
    for (method, path, body), who in itertools.product(FOREIGN, (OTHER, OWN_ADMIN)):
        foreign, unknown = (
            ask(client, method, filled(path, one), who, body) for one in (ids, {**ids, **gone})
        )
        bodies = [{k: v for k, v in one.json.items() if k != "request_id"} for one in (foreign, unknown)]

        assert (foreign.status_code, unknown.status_code) == (404, 404), path
        assert bodies[0] == bodies[1]
    assert stored(world) == before


def test_z01_lists_hold_only_ones_own(world: World, client: FlaskClient, ids: dict[str, str]) -> None:
    assert ask(client, "GET", "/v1/enrolments", OTHER).json["items"] == []
    assert ask(client, "GET", f"/v1/courses/{COURSE}/progress", OTHER).status_code == 404


def test_n01_z04_hostile_bodies_are_refused_and_nothing_is_stored(
    world: World, client: FlaskClient, ids: dict[str, str]
) -> None:
    before = stored(world)
    for (method, path), (who, body) in BODIES.items():
        more = ({**body, **one} for one in EXTRA)
        for made in itertools.chain((one for _, one in hostile(body)), more):
            answer = ask(client, method, filled(path, ids), who, made)
            receipts = (answer.json or {}).get("receipts", [{"receipt": ""}])
            refused = all(one["receipt"] == "refused" for one in receipts)
            assert 400 <= answer.status_code < 500 or refused, (path, made)
    assert stored(world) == before


def test_n01_hostile_queries_are_refused(client: FlaskClient) -> None:
    for query in [
        "state[$ne]=x",
        "state=$ne",
        "course[$gt]=",
        "cursor=%7B%7D",
        "limit=0",
        "limit=101",
        "limit=x",
    ]:
        assert ask(client, "GET", f"/v1/enrolments?{query}", LEARNER).status_code == 422, query


WORDS = (
    "<img src=x onerror=alert(1)>", "{{7*7}} ${7*7} %s{} {percent}", "=1+1", "@SUM(A1)", "+1", "उत्तर ‘दो’", "a\nb",
)  # fmt: skip


def test_n05_n06_n07_words_come_back_as_typed_in_json(world: World, client: FlaskClient) -> None:
    path = f"/v1/enrolments/{world.enrolment()['_id']}"
    text = "\n".join(WORDS)
    made = ask(client, "POST", f"{path}/dispute", LEARNER, {"note": text})
    seen = ask(client, "GET", f"{path}/why", LEARNER)

    assert made.json["note"] == text
    assert seen.json["disputes"][0]["note"] == text
    assert seen.content_type == "application/json"
    assert seen.headers["X-Content-Type-Options"] == "nosniff"


def test_n06_control_characters_and_wrong_lengths_are_refused(world: World, client: FlaskClient) -> None:
    path = f"/v1/enrolments/{world.enrolment()['_id']}/dispute"

    for words in ["a\x00bc", "abc\x07", "a\x1b[31m", "ab", " " * 9, "x" * 1001]:
        answer = ask(client, "POST", path, LEARNER, {"note": words})
        assert (answer.status_code, list(answer.json["errors"])) == (422, ["note"])


def test_z05_answers_hold_the_listed_fields_only(client: FlaskClient, ids: dict[str, str]) -> None:
    enrolment = ask(client, "GET", filled(E, ids), LEARNER).json
    attempt = ask(client, "GET", filled(A, ids), LEARNER).json
    why = ask(client, "GET", filled(f"{E}/why", ids), LEARNER).json

    assert set(enrolment) == {
        *("id", "course_id", "version", "cycle", "title", "mode", "status", "percent", "required_total"),
        *(
            "required_done",
            "enrolled_at",
            "completed_at",
            "last_at",
            "last_resource_id",
            "minutes",
            "minutes_spent",
        ),
        *("mandated", "certificate_id", "resources", "assessments", "new_version", "retired"),
    }
    assert set(attempt) == {
        *(
            "id",
            "enrolment_id",
            "course_id",
            "assessment_id",
            "number",
            "title",
            "kind",
            "state",
            "started_at",
        ),
        *("ends_at", "seconds_left", "questions", "pass_mark", "attempts_left"),
    }
    assert set(why) == {"items", "resources", "disputes", "percent", "status"}
    assert {key for one in attempt["questions"] for key in one} <= {
        *("id", "kind", "text", "points", "options", "left", "right", "answer"),
    }


def test_z03_anonymous_people_get_nowhere(client: FlaskClient) -> None:
    assert EVERYBODY["anonymous"] is None
    for (method, path), (_, body) in BODIES.items():
        assert ask(client, method, path, None, body).status_code == 401
