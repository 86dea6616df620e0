"""Dashboards: a person's from the own facts, a unit's from sums that are counted anew, files that nobody runs."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.progress.commands.dashboards import count_anew
from services.progress.commands.enrolments import withdraw
from services.progress.queries.dashboards import summary
from services.progress.rules.reports import cell, forecast
from services.progress.store.digests import FEW, MARGIN, WANTED
from shared.events.progress import AssessmentPassed, Enrolled
from shared.mongo import utcnow
from tests.progress.learning import Learning
from tests.progress.test_mandates import DELHI, draft, moved, publish, work
from tests.progress.world import COURSE
from tests.service_kit import FOREIGN_ADMIN, LEARNER, OTHER, OWN_ADMIN, SPV_ADMIN, ask, deliver, envelope

NOW = datetime(2026, 7, 1, tzinfo=UTC)
DONE = {id_: {"status": "completed"} for id_ in ("v1", "p1", "h1", "l1", "x1")}


def report(learning: Learning, door: FlaskClient, unit: str = "bsnl", who: Any = OWN_ADMIN) -> dict[str, Any]:
    count_anew(learning.world.store)
    answer = ask(door, "GET", f"/v1/analytics/mdos/{unit}", who)
    assert answer.status_code == 200, answer.json
    return answer.json or {}


def enrolled(learning: Learning, user_id: str, course_id: str = COURSE) -> Enrolled:
    made = learning.world.enrolment(user_id, course_id)
    return Enrolled(
        user_id=user_id, enrolment_id=made["_id"], course_id=course_id, version=1, cycle="once",
        mdo_id=made["mdo_id"], mdo_path=tuple(made["mdo_path"]), again=False,
    )  # fmt: skip


def test_a_person_sees_the_own_numbers(learning: Learning, door: FlaskClient) -> None:
    learning.world.course("ethics", competencies={"public-procurement": 2, "ethics": 4})
    learning.certificate("learner-1")
    learning.deliver(learning.complete("learner-1", "ethics"))
    learning.world.course("budget")
    learning.world.enrolment("learner-1", "budget")
    publish(door, draft(door, course_ids=[COURSE, "budget"])["id"])
    work(learning)

    shown = ask(door, "GET", "/v1/summary/me", LEARNER).json or {}

    assert {key: shown[key] for key in ("enrolled", "in_progress", "completed", "withdrawn", "certificates")} == {
        "enrolled": 3, "in_progress": 1, "completed": 2, "withdrawn": 0, "certificates": 2,
    }  # fmt: skip
    assert shown["hours"] == 1.7
    assert shown["mandated"] == {"total": 2, "done": 1, "overdue": 0}
    assert [(one["competency_id"], one["level"]) for one in shown["competencies"]] == [
        ("ethics", 4), ("public-procurement", 3),
    ]  # fmt: skip
    assert shown["by_month"] == [{"month": "2026-07", "minutes": 90, "completions": 2}]


def test_z01_a_person_sees_nothing_of_others(learning: Learning, door: FlaskClient) -> None:
    learning.certificate("learner-1")

    shown = ask(door, "GET", "/v1/summary/me", OTHER).json or {}
    file = ask(door, "GET", "/v1/summary/me.csv", OTHER).text

    assert (shown["enrolled"], shown["certificates"]) == (0, 0)
    assert len(file.splitlines()) == 1


def test_a_unit_sees_all_below_it_by_unit_course_and_mandate(learning: Learning, door: FlaskClient) -> None:
    learning.world.learner("delhi-1", path=DELHI)
    learning.world.learner("foreign-1", path=("railways",))
    publish(door, draft(door)["id"])
    work(learning)
    learning.deliver(learning.complete("learner-1"), learning.complete("foreign-1"))
    learning.deliver(enrolled(learning, "delhi-1"))

    shown = report(learning, door)

    assert (shown["people"], shown["enrolled"], shown["completed"], shown["counting"]) == (3, 2, 1, False)
    assert [(one["mdo_id"], one["people"], one["enrolled"], one["completed"]) for one in shown["by_unit"]] == [
        ("bsnl", 2, 1, 1), ("bsnl-delhi", 1, 1, 0),
    ]  # fmt: skip
    assert [(one["course_id"], one["enrolled"]) for one in shown["by_course"]] == [(COURSE, 2)]
    mandate = shown["by_mandate"][0]
    assert [mandate[key] for key in ("assigned", "completed", "in_progress", "overdue")] == [3, 1, 1, 0]
    assert shown["forecast"][0]["assigned"] == 3
    assert shown["by_month"] == [{"month": "2026-07", "minutes": 45, "completions": 1}]


def test_i5_repeated_and_reordered_events_count_nothing_twice(learning: Learning, door: FlaskClient) -> None:
    first, second = learning.complete("learner-1"), enrolled(learning, "learner-2")
    learning.deliver(first, second)
    once = report(learning, door)

    learning.deliver(second, first, first, second, first)

    assert report(learning, door) == once


def test_i5_the_sums_equal_the_facts_when_counted_from_nothing(learning: Learning, door: FlaskClient) -> None:
    first, second = learning.complete("learner-1"), enrolled(learning, "learner-2")
    learning.deliver(first, second)
    once = report(learning, door)
    learning.world.store.database["tallies"].delete_many({"kind": "course"})

    learning.deliver(second)

    assert report(learning, door) == once


def test_a_row_marked_while_it_is_counted_is_counted_again(learning: Learning) -> None:
    learning.deliver(enrolled(learning, "learner-1"))
    tallies = learning.world.store.tallies
    row = next(one for one in tallies.marked(10) if one["kind"] == "course")
    learning.deliver(enrolled(learning, "learner-2"))

    tallies.keep(row, {"enrolled": 1})

    assert row["_id"] in {one["_id"] for one in tallies.marked(10)}
    count_anew(learning.world.store)
    assert tallies.marked(10) == []


def test_i5_all_sums_can_be_counted_anew(learning: Learning, door: FlaskClient) -> None:
    learning.deliver(learning.complete("learner-1"))
    once = report(learning, door)
    learning.world.store.database["tallies"].update_many({}, {"$set": {"counts": {}}})

    learning.world.store.tallies.mark_all(learning.world.now)

    assert report(learning, door) == once


def test_people_who_move_are_counted_where_they_are(learning: Learning, door: FlaskClient) -> None:
    learning.world.learner("delhi-1", path=DELHI)
    assert report(learning, door)["people"] == 3

    learning.deliver(moved("delhi-1", ("railways",)))

    assert report(learning, door)["people"] == 2


def test_overdue_is_what_is_open_past_the_due_date(learning: Learning, door: FlaskClient) -> None:
    mandate = draft(door)
    publish(door, mandate["id"])
    work(learning)
    learning.deliver(learning.complete("learner-1"))
    learning.world.wait(timedelta(days=40).total_seconds())

    shown = report(learning, door)

    assert shown["by_mandate"][0]["overdue"] == 1
    assert shown["forecast"] == []
    told = ask(door, "GET", f"/v1/mandates/{mandate['id']}/report", OWN_ADMIN).json or {}
    assert told["items"] == [
        {"mdo_id": "bsnl", "assigned": 2, "completed": 1, "in_progress": 0, "overdue": 1}
    ]


def test_people_of_a_unit_come_page_by_page(learning: Learning, door: FlaskClient) -> None:
    learning.world.learner("delhi-1", path=DELHI)
    learning.deliver(learning.complete("learner-1"))
    first = ask(door, "GET", "/v1/analytics/mdos/bsnl/people?limit=2", OWN_ADMIN).json or {}
    path = f"/v1/analytics/mdos/bsnl/people?limit=2&cursor={first['next_cursor']}"

    second = ask(door, "GET", path, OWN_ADMIN).json or {}

    shown = [(one["user_id"], one["enrolled"], one["completed"]) for one in first["items"] + second["items"]]
    assert shown == [("delhi-1", 0, 0), ("learner-1", 1, 1), ("learner-2", 0, 0)]
    assert second["next_cursor"] is None


def test_z01_a_foreign_unit_is_as_unknown_as_none(learning: Learning, door: FlaskClient) -> None:
    learning.world.learner("foreign-1", path=("railways",))

    for end in ("", "/people", "/export.csv"):
        foreign = ask(door, "GET", f"/v1/analytics/mdos/bsnl{end}", FOREIGN_ADMIN)
        above = ask(door, "GET", f"/v1/analytics/mdos/telecom{end}", OWN_ADMIN)
        unknown = ask(door, "GET", f"/v1/analytics/mdos/nothing{end}", FOREIGN_ADMIN)
        assert foreign.status_code == above.status_code == unknown.status_code == 404
        assert {**(foreign.json or {}), "request_id": ""} == {**(unknown.json or {}), "request_id": ""}
        assert ask(door, "GET", f"/v1/analytics/mdos/bsnl{end}", SPV_ADMIN).status_code == 200


def test_the_platform_is_all_units(learning: Learning, door: FlaskClient) -> None:
    learning.world.learner("foreign-1", path=("railways",))
    learning.deliver(learning.complete("foreign-1"), learning.complete("learner-1"))
    count_anew(learning.world.store)

    shown = ask(door, "GET", "/v1/analytics/platform", SPV_ADMIN).json or {}

    assert (shown["people"], shown["completed"]) == (3, 2)


def test_n07_cells_that_a_spreadsheet_would_run_are_quoted(learning: Learning, door: FlaskClient) -> None:
    for n, sign in enumerate(("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1")):
        assert cell(sign) == f"'{sign}"
        title = {"en": sign.strip() or "x", "hi": "x"}
        if "@" not in sign:
            learning.world.course(f"c{n}", title=title)
            learning.world.enrolment("learner-1", f"c{n}")

    answer = ask(door, "GET", "/v1/summary/me.csv", LEARNER)

    titles = [row["title"] for row in csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")))]
    assert sorted(titles) == ["'+1", "'-1", "'=1", "'=1", "'=1+1"]
    assert answer.content_type == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]


def test_n07_the_title_of_a_mandate_is_quoted_in_the_report(learning: Learning, door: FlaskClient) -> None:
    publish(door, draft(door, title='=HYPERLINK("https://evil.example")')["id"])
    work(learning)
    learning.deliver(learning.complete("learner-1"))
    count_anew(learning.world.store)

    text = ask(door, "GET", "/v1/analytics/mdos/bsnl/export.csv", OWN_ADMIN).text

    found = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    assert {one["kind"] for one in found} == {"course", "mandate"}
    assert [one["title"] for one in found if one["kind"] == "mandate"] == [
        '\'=HYPERLINK("https://evil.example")'
    ]


def test_numbers_stay_numbers() -> None:
    assert [cell(value) for value in (-1, 2.5, None, NOW)] == ["-1", "2.5", "", "2026-07-01T00:00:00+00:00"]


@pytest.mark.parametrize(
    ("assigned", "completed", "recent", "days", "expected", "on_time", "per_week"),
    [
        (100, 20, 28, 40, 60, False, 7.0),
        (100, 20, 56, 40, 100, True, 14.0),
        (100, 20, 0, 40, 20, False, 0.0),
        (100, 100, 0, 40, 100, True, 0.0),
        (0, 0, 0, 40, 0, True, 0.0),
        (100, 20, 28, 0, 20, False, 7.0),
    ],
)
def test_the_forecast_goes_on_at_the_present_pace(
    assigned: int, completed: int, recent: int, days: int, expected: int, on_time: bool, per_week: float
) -> None:
    told = forecast(assigned, completed, recent, NOW + timedelta(days=days), NOW)

    assert (told["expected_by_due"], told["on_time"], told["per_week"]) == (expected, on_time, per_week)
    assert told["done_on"] is None if recent == 0 and assigned != completed else told["done_on"] is not None


def test_n05_titles_with_markup_come_out_as_typed_json(learning: Learning, door: FlaskClient) -> None:
    title = "<img src=x onerror=alert(1)>"
    publish(door, draft(door, title=title)["id"])
    work(learning)

    answer = ask(door, "GET", "/v1/mandates/me", LEARNER)

    assert (answer.json or {})["items"][0]["title"]["en"] == title
    assert answer.content_type == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_numbers_kept_in_short_are_never_behind(learning: Learning) -> None:
    world = learning.world
    digests, user = world.store.digests, "learner-1"
    for n in range(FEW):
        world.course(f"k{n}", required=("x1",), assessments={})
        world.enrolment(user, f"k{n}")
    shown = [summary(world.store, user, world.now)["enrolled"]]
    old = world.wait(3 * MARGIN.total_seconds())
    shown.append(summary(world.store, user, world.now)["completed"])
    kept = world.store.database["digests"].find_one({"_id": user}) or {}
    world.wait(1)
    world.update(world.enrolment(user, "k0"), "x1", "submitted", text="done")
    withdraw(world.store, user, world.enrolment(user, "k1")["_id"], "other", "", world.now)

    after = summary(world.store, user, world.wait(2 * MARGIN.total_seconds()))

    assert shown == [FEW, 0]
    assert kept["upto"] == old
    assert (after["enrolled"], after["completed"], after["withdrawn"]) == (FEW, 1, 1)
    in_full = world.store.enrolments.collection.find({"user_id": user}, dict.fromkeys(WANTED, 1))
    assert sorted(digests.of_person(user, world.now), key=str) == sorted(in_full, key=str)


def test_a_late_result_is_in_the_numbers_kept_in_short(learning: Learning) -> None:
    world, user = learning.world, "learner-1"
    made = world.enrolment(user)
    world.store.database["digests"].insert_one(
        {"_id": user, "upto": utcnow() - MARGIN, "rows": [{"_id": made["_id"], "status": "active"}]}
    )
    base = {"user_id": user, "enrolment_id": made["_id"], "course_id": COURSE, "version": 1}
    world.store.enrolments.change({"_id": made["_id"]}, {"$set": {"resources": DONE}})

    said = AssessmentPassed(**base, assessment_id="final", attempt=1, score=80)

    deliver(learning.world.handlers, learning.service, envelope(said, time=utcnow() - timedelta(hours=1)))

    assert [one["status"] for one in world.store.digests.of_person(user, utcnow())] == ["completed"]
