"""The Career hub: openings, matches with gaps and courses, applications, and the standing question."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.community.rules.career import last_moment, percent
from shared.events import decode
from shared.events.progress import CourseCompleted
from tests.community.world import NOON, TREE, World, course, profile
from tests.service_kit import FOREIGN_ADMIN, LEARNER, OTHER, OWN_ADMIN, Person, ask, envelope, hostile, told

RECRUITING = "/v1/recruiting/openings"
BODY: dict[str, Any] = {
    "title": {"en": "Budget officer", "hi": "बजट अधिकारी"}, "about": {"en": "Two years."}, "mdo_id": "bsnl",
    "position_id": "so",
    "competencies": [{"competency_id": "rti", "level": 3}, {"competency_id": "budgeting", "level": 1}],
    "last_date": "2026-07-31", "places": 2,
}  # fmt: skip


def opening(client: FlaskClient, **more: Any) -> str:
    """The id of a published opening."""
    made = ask(client, "POST", RECRUITING, OWN_ADMIN, BODY | more)
    assert made.status_code == 201, made.json
    id_ = str(made.json["id"])
    assert ask(client, "POST", f"{RECRUITING}/{id_}/publish", OWN_ADMIN).status_code == 200
    return id_


def completed(user_id: str, **levels: int) -> Any:
    return envelope(
        CourseCompleted(
            user_id=user_id, enrolment_id="e", course_id="c", version=1, cycle="y", mdo_id="bsnl",
            mdo_path=TREE["bsnl"], competencies=levels, minutes=1, seconds=1, resources=1, score=None,
            certificate=True, completed_at=NOON,
        ),
        time=NOON,
    )  # fmt: skip


def test_a_last_date_is_a_whole_day_in_india() -> None:
    assert last_moment(NOON.date()).isoformat() == "2026-07-01T18:30:00+00:00"


@pytest.mark.parametrize(
    ("levels", "share"), [({}, 0), ({"a": 5}, 50), ({"a": 2, "b": 1}, 75), ({"a": 2, "b": 9}, 100)]
)
def test_a_match_counts_the_levels_that_are_needed(levels: dict[str, int], share: int) -> None:
    assert percent(levels, {"a": 2, "b": 2}) == share


def test_a_draft_is_seen_by_administrators_only_and_publishing_is_told(
    world: World, client: FlaskClient
) -> None:
    id_ = ask(client, "POST", RECRUITING, OWN_ADMIN, BODY).json["id"]
    assert ask(client, "GET", f"/v1/openings/{id_}", LEARNER).json["slug"] == "opening_unknown"

    ask(client, "POST", f"{RECRUITING}/{id_}/publish", OWN_ADMIN)

    (event,) = told(world.store.database["openings"])
    assert event["data"]["competencies"] == {"rti": 3, "budgeting": 1}
    assert event["data"]["mdo_path"] == ["dot", "bsnl"]
    assert ask(client, "GET", f"/v1/openings/{id_}", LEARNER).json["title"] == BODY["title"]


def test_a_match_names_gaps_and_the_courses_that_close_them(world: World, client: FlaskClient) -> None:
    world.hear(
        profile("learner-1", sequence=2, held={"rti": 1, "budgeting": 2}),
        course("short", minutes=20, competencies={"rti": 3}),
        course("theirs", mdo_id="railways", competencies={"rti": 3}),
    )
    id_ = opening(client)

    match = ask(client, "GET", f"/v1/openings/{id_}", LEARNER).json["match"]

    assert (match["percent"], match["qualified"]) == (50, False)
    (gap,) = match["missing"]
    assert (gap["competency"]["id"], gap["level"], gap["needed"]) == ("rti", 1, 3)
    assert [one["id"] for one in gap["courses"]] == ["short", "bsnl-course", "open-course"]


def test_best_matches_come_first_page_by_page(world: World, client: FlaskClient) -> None:
    world.hear(profile("learner-1", sequence=2, held={"rti": 2}))
    far = opening(client, competencies=[{"competency_id": "budgeting", "level": 5}])
    near = opening(client, competencies=[{"competency_id": "rti", "level": 2}])

    first = ask(client, "GET", "/v1/openings?limit=1", LEARNER).json
    second = ask(client, "GET", f"/v1/openings?limit=1&cursor={first['next_cursor']}", LEARNER).json

    assert [one["id"] for one in first["items"] + second["items"]] == [near, far]
    assert second["next_cursor"] is None
    rail = ask(client, "GET", "/v1/home/openings", LEARNER).json["items"]
    assert [(one["id"], one["percent"], one["missing"]) for one in rail] == [(near, 100, 0), (far, 0, 1)]
    only = ask(client, "GET", "/v1/openings?only=qualified&sort=new", LEARNER).json["items"]
    assert [one["id"] for one in only] == [near]


def test_an_opening_past_its_last_date_takes_no_applications(world: World, client: FlaskClient) -> None:
    id_ = opening(client)
    world.later(days=31)

    assert ask(client, "POST", f"/v1/openings/{id_}/applications", LEARNER).json["slug"] == "opening_closed"
    assert ask(client, "GET", "/v1/openings", LEARNER).json["items"] == []


def test_applications_are_decided_once_and_withdrawn_before(client: FlaskClient) -> None:
    id_ = opening(client)
    applying = f"/v1/openings/{id_}/applications"
    made = ask(client, "POST", applying, LEARNER, {"note": "मैं तैयार हूँ"})
    assert (made.status_code, made.json["state"]) == (201, "applied")
    assert ask(client, "POST", applying, LEARNER).json["slug"] == "already_applied"
    (row,) = ask(client, "GET", f"{RECRUITING}/{id_}/applications", OWN_ADMIN).json["items"]
    assert (row["person"]["id"], row["note"]) == ("learner-1", "मैं तैयार हूँ")

    deciding = f"/v1/recruiting/applications/{made.json['id']}"
    assert ask(client, "POST", deciding, OWN_ADMIN, {"state": "shortlisted"}).json["state"] == "shortlisted"

    assert ask(client, "POST", deciding, OWN_ADMIN, {"state": "declined"}).json["slug"] == "already_decided"
    mine = f"/v1/applications/{made.json['id']}/withdraw"
    assert ask(client, "POST", mine, LEARNER).json["slug"] == "already_decided"


def test_a_recruiter_reads_a_draft_that_nobody_else_sees_and_changes_what_was_read(
    client: FlaskClient,
) -> None:
    id_ = ask(client, "POST", RECRUITING, OWN_ADMIN, BODY).json["id"]

    seen = ask(client, "GET", f"{RECRUITING}/{id_}", OWN_ADMIN)
    changed = ask(
        client,
        "PATCH",
        f"{RECRUITING}/{id_}",
        OWN_ADMIN,
        {"places": 3},
        headers={"If-Match": seen.headers["ETag"]},
    )

    assert (seen.json["state"], changed.status_code, changed.json["places"]) == ("draft", 200, 3)
    assert ask(client, "GET", f"{RECRUITING}/{id_}", FOREIGN_ADMIN).status_code == 404
    assert ask(client, "GET", f"/v1/openings/{id_}", LEARNER).status_code == 404


def test_z02_anothers_application_is_unknown(client: FlaskClient) -> None:
    made = ask(client, "POST", f"/v1/openings/{opening(client)}/applications", LEARNER).json["id"]

    refused = ask(client, "POST", f"/v1/applications/{made}/withdraw", OTHER)

    assert (refused.status_code, refused.json["slug"]) == (404, "application_unknown")


def test_z03_an_administrator_of_another_unit_finds_nothing(client: FlaskClient) -> None:
    id_ = opening(client)
    application = ask(client, "POST", f"/v1/openings/{id_}/applications", LEARNER).json["id"]

    answers = [
        ask(client, "PATCH", f"{RECRUITING}/{id_}", FOREIGN_ADMIN, {"places": 1}),
        ask(client, "POST", f"{RECRUITING}/{id_}/close", FOREIGN_ADMIN),
        ask(client, "GET", f"{RECRUITING}/{id_}/applications", FOREIGN_ADMIN),
        ask(
            client, "POST", f"/v1/recruiting/applications/{application}", FOREIGN_ADMIN, {"state": "declined"}
        ),
        ask(client, "POST", RECRUITING, FOREIGN_ADMIN, BODY),
    ]

    assert [one.status_code for one in answers] == [404] * 5
    assert ask(client, "GET", RECRUITING, FOREIGN_ADMIN).json["items"] == []


def test_n05_hostile_bodies_are_refused(client: FlaskClient) -> None:
    for place, body in hostile(BODY):
        answer = ask(client, "POST", RECRUITING, OWN_ADMIN, body)
        assert answer.status_code == 422, (place, answer.json)


def test_who_waits_to_qualify_is_told_once(world: World, client: FlaskClient) -> None:
    id_ = opening(client)
    watching = ask(client, "PUT", f"/v1/openings/{id_}/watch", LEARNER).json
    assert watching == {"watching": True, "qualified": False}

    world.hear(completed("learner-1", rti=3))
    assert told(world.store.database["watches"]) == []
    world.hear(completed("learner-1", budgeting=1), completed("learner-1", budgeting=1))

    (event,) = told(world.store.database["watches"])
    assert event["data"] == {"user_id": "learner-1", "opening_id": id_}


def test_who_waits_is_told_when_an_opening_asks_for_less(world: World, client: FlaskClient) -> None:
    id_ = opening(client)
    for who in (LEARNER, OTHER):
        ask(client, "PUT", f"/v1/openings/{id_}/watch", who)
    world.hear(completed("learner-1", rti=2))

    less = {"competencies": [{"competency_id": "rti", "level": 2}]}
    assert ask(client, "PATCH", f"{RECRUITING}/{id_}", OWN_ADMIN, less).status_code == 200
    news = [
        replace(decode(json.dumps(one).encode()), time=NOON) for one in told(world.store.database["openings"])
    ]
    world.hear(*news, *news)

    (event,) = told(world.store.database["watches"])
    assert event["data"] == {"user_id": "learner-1", "opening_id": id_}


@pytest.mark.parametrize("seed", range(5))
def test_repeated_and_reordered_news_tell_a_qualification_once(
    world: World, client: FlaskClient, seed: int
) -> None:
    ask(client, "PUT", f"/v1/openings/{opening(client)}/watch", Person("learner-1"))
    news = [
        replace(profile("learner-1", sequence=2, held={"rti": 2}), time=NOON),
        replace(profile("learner-1", sequence=3, held={"rti": 3}), time=NOON),
        completed("learner-1", budgeting=1),
        completed("learner-1", budgeting=2, rti=1),
    ] * 2
    random.Random(seed).shuffle(news)

    world.hear(*news)

    assert len(told(world.store.database["watches"])) == 1
