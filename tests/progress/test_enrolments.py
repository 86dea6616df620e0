"""Enrolments over HTTP: once per course and cycle, refusals explained, leaving and coming back, new versions."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.progress.world import COURSE, RESOURCES, World
from tests.service_kit import LEARNER, OTHER, ask


def post(client: FlaskClient, path: str, body: Any = None, who: Any = LEARNER) -> Any:
    return ask(client, "POST", path, who, body)


def test_a_person_enrols_once_and_it_is_told_once(world: World, client: FlaskClient) -> None:
    first = post(client, "/v1/enrolments", {"course_id": COURSE})
    second = post(client, "/v1/enrolments", {"course_id": COURSE})

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json["id"] == second.json["id"]
    assert first.json["resources"].keys() == RESOURCES.keys()
    assert first.json["assessments"]["final"] == {
        "status": "not_started", "best": None, "attempts_used": 0, "attempts_left": 3,
    }  # fmt: skip
    assert [(one["name"], one["version"], one["again"]) for one in world.told()] == [("Enrolled", 1, False)]


def test_cycles_are_enrolments_of_their_own(client: FlaskClient) -> None:
    ids = {
        post(client, "/v1/enrolments", {"course_id": COURSE, "cycle": cycle}).json["id"]
        for cycle in ("once", "2025", "2026")
    }

    assert len(ids) == 3


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        ({"course_id": "nothing"}, "course_unknown"),
        ({"course_id": "old"}, "course_retired"),
        ({"course_id": "foreign"}, "not_for_your_mdo"),
        ({"course_id": COURSE, "cycle": "2027"}, "not_begun"),
    ],
)
def test_a_refusal_says_why_and_stores_nothing(
    world: World, client: FlaskClient, body: Any, slug: str
) -> None:
    world.course("old")
    world.store.courses.retire("old", 1)
    world.course("foreign", mdo_id="railways")

    answer = post(client, "/v1/enrolments", body)

    assert (answer.status_code, answer.json["slug"]) == (422, slug)
    assert world.store.enrolments.find({}) == []


def test_a_person_who_is_not_known_yet_is_asked_to_wait(client: FlaskClient) -> None:
    answer = post(client, "/v1/enrolments", {"course_id": COURSE}, who=type(LEARNER)("nobody-yet"))

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")


def test_leaving_and_coming_back_keeps_the_progress(world: World, client: FlaskClient) -> None:
    enrolment = world.enrolment()
    world.watch(enrolment, seconds=120, step=120)
    path = f"/v1/enrolments/{enrolment['_id']}/withdraw"
    left = post(client, path, {"reason": "no_time", "note": "समय नहीं"})
    refused = world.update(enrolment, "x1", "submitted", text="x")

    back = post(client, "/v1/enrolments", {"course_id": COURSE})

    assert post(client, path, {"reason": "no_time"}).json["status"] == "withdrawn"
    assert (left.json["status"], refused.reason) == ("withdrawn", "withdrawn")
    assert (back.status_code, back.json["status"], back.json["resources"]["v1"]["covered"]) == (
        200,
        "active",
        120,
    )
    assert [(one["name"], one.get("again")) for one in world.told()] == [
        ("Enrolled", False), ("Withdrawn", None), ("Enrolled", True), ("Withdrawn", None),
    ]  # fmt: skip


def test_a_completed_course_cannot_be_left(world: World, client: FlaskClient) -> None:
    world.course("short", required=("l1",), assessments={})
    enrolment = world.enrolment(course_id="short")
    world.update(enrolment, "l1", "opened")
    world.update(enrolment, "l1", "declared")

    answer = post(client, f"/v1/enrolments/{enrolment['_id']}/withdraw", {"reason": "other"})

    assert (answer.status_code, answer.json["slug"]) == (422, "already_completed")


def test_a_new_version_is_shown_and_carried_over_by_the_rule(world: World, client: FlaskClient) -> None:
    enrolment = world.enrolment()
    world.watch(enrolment)
    world.update(enrolment, "x1", "submitted", text="x")
    changed = {"v1": "video", "p1": "pdf", "x1": "html", "n1": "link"}
    world.course(version=2, resources=changed, resource_titles={}, required=tuple(changed), pages={"p1": 4})
    path = f"/v1/enrolments/{enrolment['_id']}"

    shown = ask(client, "GET", f"{path}/version-change", LEARNER).json
    after = post(client, f"{path}/upgrade").json

    assert (shown["from"], shown["to"], shown["added"]) == (1, 2, ["n1"])
    assert (shown["kept"], shown["lost"], shown["removed"]) == (["v1"], ["x1"], ["h1", "l1", "s1"])
    assert (after["version"], after["percent"], after["new_version"]) == (2, shown["percent_after"], None)
    assert after["resources"]["v1"]["status"] == "completed"
    assert after["resources"]["x1"]["status"] == "not_started"
    assert post(client, f"{path}/upgrade").json["version"] == 2


def test_a_version_without_the_open_parts_completes_the_course_once(
    world: World, client: FlaskClient
) -> None:
    enrolment = world.enrolment()
    world.update(enrolment, "x1", "submitted", text="x")
    world.course(version=2, required=("x1",), assessments={})

    for _ in range(2):
        after = post(client, f"/v1/enrolments/{enrolment['_id']}/upgrade").json

    assert after["status"] == "completed"
    assert [one["version"] for one in world.told("CourseCompleted")] == [2]


def test_own_enrolments_come_in_pages_by_state(world: World, client: FlaskClient) -> None:
    for number in range(5):
        world.course(f"c{number}")
        world.wait(10)
        world.enrolment(course_id=f"c{number}")
    world.enrolment("learner-2")

    first = ask(client, "GET", "/v1/enrolments?limit=3", LEARNER).json
    rest = ask(client, "GET", f"/v1/enrolments?limit=3&cursor={first['next_cursor']}", LEARNER).json

    assert [one["course_id"] for one in first["items"] + rest["items"]] == ["c4", "c3", "c2", "c1", "c0"]
    assert rest["next_cursor"] is None
    assert ask(client, "GET", "/v1/enrolments?state=completed", LEARNER).json["items"] == []
    assert len(ask(client, "GET", "/v1/enrolments?course=c1", LEARNER).json["items"]) == 1


def test_the_progress_in_a_course_is_found_by_the_course(world: World, client: FlaskClient) -> None:
    enrolment = world.enrolment()

    own = ask(client, "GET", f"/v1/courses/{COURSE}/progress", LEARNER)
    others = ask(client, "GET", f"/v1/courses/{COURSE}/progress", OTHER)

    assert own.json["id"] == enrolment["_id"]
    assert (others.status_code, others.json["slug"]) == (404, "not_enrolled")
