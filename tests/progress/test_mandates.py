"""Mandates: drafted, tried out, published, carried out in batches, following people, reminding once."""

from __future__ import annotations

import itertools
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from services.progress.commands.duties import assign, carry_out, lift_strays
from services.progress.jobs import Mandating
from services.progress.rules.mandates import (
    anchors,
    belongs,
    days_left,
    keys_of,
    next_notice,
    notice_at,
    why,
)
from shared.events.onboarding import ProfileUpdated
from tests.progress.learning import Learning
from tests.progress.world import COURSE, NOON, PATH, SETTINGS
from tests.service_kit import (
    FOREIGN_ADMIN,
    LEARNER,
    OTHER,
    OWN_ADMIN,
    SPV_ADMIN,
    ask,
    envelope,
    hostile,
    told,
)

DELHI = (*PATH, "bsnl-delhi")
BODY: dict[str, Any] = {
    "title": {"en": "Public procurement", "hi": "सार्वजनिक खरीद"},
    "course_ids": [COURSE],
    "audience": {"mdo_ids": ["bsnl"], "position_ids": [], "groups": ["b"], "user_ids": []},
    "due": "2026-07-31",
    "order_number": "12/2026",
    "reason": "All officers of group B buy for their offices.",
}
EVERYBODY = {"mdo_ids": ["bsnl"], "position_ids": [], "groups": [], "user_ids": []}


def draft(door: FlaskClient, who: Any = OWN_ADMIN, **changes: Any) -> dict[str, Any]:
    answer = ask(door, "POST", "/v1/mandates", who, BODY | changes)
    assert answer.status_code == 201, answer.json
    return answer.json or {}


def publish(door: FlaskClient, id_: str, who: Any = OWN_ADMIN) -> dict[str, Any]:
    answer = ask(door, "POST", f"/v1/mandates/{id_}/publish", who)
    assert answer.status_code == 200, answer.json
    return answer.json or {}


def work(learning: Learning, **changes: Any) -> None:
    """One turn of the worker's loop."""
    settings = SETTINGS.__class__(**(SETTINGS.__dict__ | {"mandate_pause": 0.0} | changes))
    Mandating(learning.world.store, settings, lambda: learning.world.now).turn(threading.Event())


def rows(learning: Learning) -> dict[str, str]:
    found = learning.world.store.mandates.assignments.find({})
    return {one["user_id"]: one["status"] for one in found}


def events(learning: Learning) -> list[tuple[str, str]]:
    found = told(learning.world.store.mandates.assignments.collection)
    return sorted((one["type"].split(".")[1], one["data"]["user_id"]) for one in found)


def moved(user_id: str, path: tuple[str, ...], group: str = "b", sequence: int = 9) -> Any:
    said = ProfileUpdated(
        user_id=user_id, mdo_id=path[-1], mdo_path=path, position_id="jto", group=group, locale="en",
        topics=(), held={}, desired={}, gap={}, changed=("mdo_id",),
    )  # type: ignore[arg-type]  # fmt: skip
    return envelope(said, sequence=sequence)


def test_a_published_mandate_binds_its_audience_once_and_tells_each(
    learning: Learning, door: FlaskClient
) -> None:
    learning.world.learner("learner-3", group="a")
    mandate = draft(door)
    assert rows(learning) == {}

    assert publish(door, mandate["id"])["assigning"] is True
    work(learning)
    work(learning)

    assert rows(learning) == {"learner-1": "open", "learner-2": "open"}
    assert events(learning) == [("MandateAssigned", "learner-1"), ("MandateAssigned", "learner-2")]
    shown = ask(door, "GET", f"/v1/mandates/{mandate['id']}", OWN_ADMIN).json or {}
    assert (shown["assigning"], shown["rule"]["n"]) == (False, 1)


def test_publication_goes_on_where_it_broke_off(learning: Learning, door: FlaskClient) -> None:
    for n in range(7):
        learning.world.learner(f"more-{n}")
    publish(door, draft(door)["id"])
    store = learning.world.store
    claimed = store.mandates.claim_job(NOON) or {}
    stops = itertools.chain([False, True])

    assert carry_out(store, claimed, 3, lambda: NOON, lambda: next(stops)) is False
    assert len(rows(learning)) == 6
    learning.world.wait(3600)
    work(learning, mandate_batch=3)

    assert len(rows(learning)) == 9
    assert len(events(learning)) == 9


def test_a_claimed_job_is_left_alone_until_its_lease_is_over(learning: Learning, door: FlaskClient) -> None:
    publish(door, draft(door)["id"])

    assert learning.world.store.mandates.claim_job(NOON) is not None
    assert learning.world.store.mandates.claim_job(NOON + timedelta(seconds=59)) is None
    assert learning.world.store.mandates.claim_job(NOON + timedelta(seconds=61)) is not None


def test_a_dry_run_says_who_gains_and_loses_and_writes_nothing(learning: Learning, door: FlaskClient) -> None:
    learning.world.learner("learner-3", group="a")
    mandate = draft(door)
    publish(door, mandate["id"])
    work(learning)
    learning.complete("learner-3")
    before = learning.world.store.mandates.records.get(mandate["id"])
    changed = {"audience": EVERYBODY | {"groups": ["a"], "user_ids": ["learner-1"]}}
    ask(door, "PATCH", f"/v1/mandates/{mandate['id']}", OWN_ADMIN, changed)

    told_ = ask(door, "POST", f"/v1/mandates/{mandate['id']}/dry-run", OWN_ADMIN).json or {}

    assert (told_["gains"], told_["loses"], told_["already_done"], told_["people"]) == (0, 1, 1, 2)
    assert rows(learning) == {"learner-1": "open", "learner-2": "open"}
    assert before is not None


def test_a_new_rule_lifts_who_is_no_longer_meant_and_keeps_what_is_done(
    learning: Learning, door: FlaskClient
) -> None:
    learning.world.learner("learner-3", group="a")
    mandate = draft(door, audience=EVERYBODY)
    publish(door, mandate["id"])
    work(learning)
    learning.deliver(learning.complete("learner-2"))
    ask(
        door, "PATCH", f"/v1/mandates/{mandate['id']}", OWN_ADMIN, {"audience": EVERYBODY | {"groups": ["a"]}}
    )

    assert publish(door, mandate["id"])["rule"]["n"] == 2
    work(learning)

    assert rows(learning) == {"learner-1": "lifted", "learner-2": "done", "learner-3": "open"}
    assert ("MandateLifted", "learner-1") in events(learning)
    assert events(learning).count(("MandateAssigned", "learner-3")) == 1


def test_publishing_twice_without_a_change_is_one_publication(learning: Learning, door: FlaskClient) -> None:
    mandate = draft(door)
    publish(door, mandate["id"])

    assert publish(door, mandate["id"])["rule"]["n"] == 1


def test_a_retired_mandate_lifts_what_is_open(learning: Learning, door: FlaskClient) -> None:
    mandate = draft(door)
    publish(door, mandate["id"])
    work(learning)

    ask(door, "POST", f"/v1/mandates/{mandate['id']}/retire", OWN_ADMIN)
    work(learning)

    assert set(rows(learning).values()) == {"lifted"}
    assert (ask(door, "GET", "/v1/mandates/me", LEARNER).json or {})["items"] == []


def test_people_gain_and_lose_duties_when_they_move_in_any_order_and_twice(
    learning: Learning, door: FlaskClient
) -> None:
    publish(door, draft(door)["id"])
    work(learning)
    away = moved("learner-1", ("railways",), sequence=5)
    back = moved("learner-1", DELHI, sequence=7)

    learning.deliver(away, away)
    assert rows(learning)["learner-1"] == "lifted"
    learning.deliver(back, back, away)

    assert rows(learning)["learner-1"] == "open"
    row = learning.world.store.mandates.of_person("learner-1")[0]
    assert row["mdo_id"] == "bsnl-delhi"
    assert events(learning) == [
        *[("MandateAssigned", "learner-1")] * 2, ("MandateAssigned", "learner-2"), ("MandateLifted", "learner-1"),
    ]  # fmt: skip


def test_a_newcomer_is_bound_by_what_is_published(learning: Learning, door: FlaskClient) -> None:
    publish(door, draft(door)["id"])
    work(learning)

    learning.world.learner("newcomer")

    assert rows(learning)["newcomer"] == "open"


def test_who_moved_while_the_audience_was_read_is_not_bound(learning: Learning, door: FlaskClient) -> None:
    mandate = draft(door)
    publish(door, mandate["id"])
    store = learning.world.store
    stored = store.mandates.records.get(mandate["id"]) or {}
    people = list(store.mandates.learners({"mdo_path": "bsnl"}, ""))
    learning.deliver(moved("learner-1", ("railways",)))

    assign(store, stored, people, NOON)
    lift_strays(store, stored, people, NOON)

    assert rows(learning) == {"learner-1": "lifted", "learner-2": "open"}


def test_who_completed_before_is_done_and_not_told(learning: Learning, door: FlaskClient) -> None:
    learning.complete("learner-1")
    publish(door, draft(door)["id"])

    work(learning)

    assert rows(learning) == {"learner-1": "done", "learner-2": "open"}
    assert events(learning) == [("MandateAssigned", "learner-2")]


def test_a_completion_of_another_cycle_does_not_count(learning: Learning, door: FlaskClient) -> None:
    learning.complete("learner-1")
    publish(door, draft(door, cycle="2026")["id"])

    work(learning)

    assert rows(learning)["learner-1"] == "open"


def test_a_completion_ends_the_duty_and_its_reminders(learning: Learning, door: FlaskClient) -> None:
    publish(door, draft(door)["id"])
    work(learning)

    learning.deliver(learning.complete("learner-1"))
    learning.world.wait(timedelta(days=29.9).total_seconds())
    work(learning)

    assert rows(learning)["learner-1"] == "done"
    assert [one for one in events(learning) if one[0] == "MandateDue"] == [("MandateDue", "learner-2")]


def test_reminders_come_seven_days_and_one_day_before_and_when_it_is_over_each_once(
    learning: Learning, door: FlaskClient
) -> None:
    publish(door, draft(door, audience=EVERYBODY | {"mdo_ids": [], "user_ids": ["learner-1"]})["id"])
    for _ in range(24 * 4):
        work(learning)
        learning.world.wait(timedelta(hours=12).total_seconds())

    found = [
        one for one in told(learning.world.store.mandates.assignments.collection) if "Due" in one["type"]
    ]
    assert [one["data"]["days"] for one in found] == [7, 1, -1]


def test_a_short_notice_skips_the_reminders_that_lie_behind(learning: Learning, door: FlaskClient) -> None:
    publish(door, draft(door, due="2026-07-03")["id"])
    work(learning)
    learning.world.wait(timedelta(days=2).total_seconds())
    work(learning)

    found = [
        one for one in told(learning.world.store.mandates.assignments.collection) if "Due" in one["type"]
    ]
    assert [one["data"]["days"] for one in found] == [1, 1]


def test_the_person_sees_why_and_until_when(learning: Learning, door: FlaskClient) -> None:
    publish(door, draft(door)["id"])
    work(learning)
    learning.world.enrolment("learner-1")

    items = (ask(door, "GET", "/v1/mandates/me", LEARNER).json or {})["items"]

    assert [(one["status"], one["days_left"], one["overdue"]) for one in items] == [
        ("in_progress", 31, False)
    ]
    assert "your organisation and your service group" in items[0]["why"]["en"]
    assert "12/2026" in items[0]["why"]["hi"]
    assert items[0]["title"]["hi"] == "सार्वजनिक खरीद"


def test_edits_collide_visibly(learning: Learning, door: FlaskClient) -> None:
    mandate = draft(door)
    path, stale = f"/v1/mandates/{mandate['id']}", {"If-Match": f'"{mandate["version"]}"'}

    first = ask(door, "PATCH", path, OWN_ADMIN, {"reason": "A"}, headers=stale)
    second = ask(door, "PATCH", path, OWN_ADMIN, {"reason": "B"}, headers=stale)

    assert (first.status_code, second.status_code) == (200, 409)


def test_i9_the_same_idempotency_key_makes_one_mandate(learning: Learning, door: FlaskClient) -> None:
    key = {"Idempotency-Key": "k1"}

    made = {
        (ask(door, "POST", "/v1/mandates", OWN_ADMIN, BODY, headers=key).json or {})["id"] for _ in range(2)
    }

    assert len(made) == 1


def test_z01_an_administrator_binds_the_own_units_only(learning: Learning, door: FlaskClient) -> None:
    learning.world.learner("foreign-1", path=("railways",))
    learning.world.learner("delhi-1", path=DELHI)

    for audience, status in (
        ({"mdo_ids": ["railways"]}, 403),
        ({"mdo_ids": ["bsnl", "railways"]}, 403),
        ({"mdo_ids": ["telecom"]}, 403),
        ({"groups": ["b"]}, 422),
        ({"position_ids": ["jto"]}, 422),
        ({"user_ids": ["foreign-1"]}, 403),
        ({"user_ids": ["nobody"]}, 403),
        ({}, 422),
        ({"user_ids": ["learner-1"]}, 201),
        ({"mdo_ids": ["bsnl-delhi"]}, 201),
    ):
        answer = ask(door, "POST", "/v1/mandates", OWN_ADMIN, BODY | {"audience": audience})
        assert answer.status_code == status, audience


def test_z01_a_foreign_mandate_is_as_unknown_as_none(learning: Learning, door: FlaskClient) -> None:
    learning.world.learner("foreign-1", path=("railways",))
    mandate = draft(door)
    for method, end in (
        ("GET", ""), ("PATCH", ""), ("POST", "/dry-run"), ("POST", "/publish"), ("POST", "/retire"), ("GET", "/report"),
    ):  # fmt: skip
        foreign = ask(door, method, f"/v1/mandates/{mandate['id']}{end}", FOREIGN_ADMIN)
        unknown = ask(door, method, f"/v1/mandates/nobody{end}", FOREIGN_ADMIN)
        assert foreign.status_code == unknown.status_code == 404, (method, end)
        assert {**(foreign.json or {}), "request_id": ""} == {**(unknown.json or {}), "request_id": ""}
    assert (ask(door, "GET", "/v1/mandates", FOREIGN_ADMIN).json or {})["items"] == []
    assert len((ask(door, "GET", "/v1/mandates", SPV_ADMIN).json or {})["items"]) == 1


def test_z01_duties_are_ones_own(learning: Learning, door: FlaskClient) -> None:
    publish(door, draft(door, audience=EVERYBODY | {"mdo_ids": [], "user_ids": ["learner-1"]})["id"])
    work(learning)

    assert (ask(door, "GET", "/v1/mandates/me", OTHER).json or {})["items"] == []


def test_n01_fields_of_a_mandate_take_their_own_kind_only(learning: Learning, door: FlaskClient) -> None:
    for field, body in hostile(BODY):
        answer = ask(door, "POST", "/v1/mandates", SPV_ADMIN, body)
        assert answer.status_code in (201, 422), field
        if answer.status_code == 201:  # Only what may be left out may be null.
            assert field == "order_number"
        else:
            assert (answer.json or {}).get("errors"), field
    assert learning.world.store.mandates.records.collection.count_documents({}) == 1


def test_z04_nothing_but_the_draft_is_assigned(learning: Learning, door: FlaskClient) -> None:
    mandate = draft(door)

    for extra in ("status", "owner_mdo_id", "_id", "user_id", "rule", "job", "version", "$set", "role"):
        made = ask(door, "POST", "/v1/mandates", OWN_ADMIN, BODY | {extra: "x"})
        changed = ask(door, "PATCH", f"/v1/mandates/{mandate['id']}", OWN_ADMIN, {extra: "x"})
        assert [made.status_code, changed.status_code] == [422, 422], extra
    stored = learning.world.store.mandates.records.get(mandate["id"]) or {}
    assert (stored["status"], stored["owner_mdo_id"]) == ("draft", "bsnl")


SENSELESS: list[dict[str, Any]] = [
    {"due": "2026-06-01"}, {"due": "2026-13-01"}, {"due": "yesterday"}, {"due": "2026-07-09T10:00:00"},
    {"due": "9999-12-31"}, {"course_ids": ["nothing"]}, {"course_ids": []}, {"reason": "  "}, {"reason": "x" * 501},
    {"title": {"fr": "x"}}, {"title": "a\u0000b"}, {"cycle": "1999"},
]  # fmt: skip


def test_what_makes_no_sense_is_refused_by_name(learning: Learning, door: FlaskClient) -> None:
    for changes in SENSELESS:
        answer = ask(door, "POST", "/v1/mandates", SPV_ADMIN, BODY | changes)
        assert answer.status_code == 422, changes
        assert {one.split(".")[0] for one in (answer.json or {})["errors"]} == set(changes)


NAMES = st.lists(st.sampled_from(["x", "y", "z"]), max_size=2, unique=True)
AUDIENCES = st.fixed_dictionaries(
    {"mdo_ids": NAMES, "position_ids": NAMES, "groups": NAMES, "user_ids": NAMES}
)
PEOPLE = st.fixed_dictionaries(
    {
        "_id": st.sampled_from(["x", "y", "q"]),
        "mdo_path": st.lists(st.sampled_from(["x", "y", "q"]), max_size=3),
        "position_id": st.sampled_from(["x", "q", None]),
        "group": st.sampled_from(["x", "q", None]),
    }
)


@given(AUDIENCES, PEOPLE)
def test_whoever_belongs_is_found_by_the_keys(audience: dict[str, Any], person: dict[str, Any]) -> None:
    if belongs(person, audience):
        assert set(anchors(audience)) & set(keys_of(person))


@given(st.integers(min_value=1, max_value=24 * 40))
def test_each_notice_comes_at_most_once_however_often_one_looks(hours: int) -> None:
    due = datetime(2026, 7, 31, 12, tzinfo=UTC)
    at, _ = next_notice(due, due - timedelta(hours=hours))
    seen = []
    while at is not None:
        seen.append(notice_at(due, at))
        at, _ = next_notice(due, at)

    assert seen == [days for days in (7, 1, -1) if hours > 24 * max(days, 0)]


def test_days_are_counted_from_the_end() -> None:
    due = datetime(2026, 7, 31, 12, tzinfo=UTC)

    assert [days_left(due, due - timedelta(hours=h)) for h in (1, 24, 25, -1, -25)] == [1, 1, 2, -1, -2]


def test_n06_a_reason_comes_out_as_typed() -> None:
    rule = {"audience": EVERYBODY, "reason": "{{7*7}} %s {}", "order_number": None}

    assert "{{7*7}} %s {}" in why({"rule": rule}, {"_id": "u"})["en"]
