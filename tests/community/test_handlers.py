"""Each event twice, late, in any order: the same projections; and a replay equals the live ones."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pymongo.database import Database

from services.community.handlers import handlers
from services.community.worker import PROJECTIONS
from shared.events import Envelope
from shared.events.catalog import CourseRetired
from shared.events.identity import ErasureDue, MDOChanged, MDOCreated, PasswordChanged, UserRegistered
from shared.events.listeners import LISTENERS
from shared.events.onboarding import CompetencyPublished, PositionPublished, ProfileUpdated, TopicPublished
from shared.events.progress import CourseCompleted
from tests.community.world import NOON, World, course, profile
from tests.service_kit import envelope, orders

NAME = {"en": "One", "hi": "एक"}


def registered(user: str, sequence: int = 1) -> Envelope:
    told = UserRegistered(user_id=user, mdo_id="dot", mdo_path=("dot",), position_id=None, locale="hi")
    return envelope(told, sequence=sequence, subject=user)


def updated(user: str, sequence: int, **changed: Any) -> Envelope:
    values: dict[str, Any] = {
        "mdo_id": "railways", "mdo_path": ("railways",), "position_id": "so", "group": "a", "locale": "hi",
        "topics": ("rti",), "held": {"rti": 1}, "desired": {"rti": 3}, "gap": {}, "changed": ("topics",),
    }  # fmt: skip
    return envelope(ProfileUpdated(user_id=user, **values | changed), sequence=sequence, subject=user)


def completed(user: str, enrolment: str, level: int) -> Envelope:
    told = CourseCompleted(
        user_id=user, enrolment_id=enrolment, course_id="c1", version=1, cycle="2026", mdo_id="bsnl",
        mdo_path=("dot", "bsnl"), competencies={"rti": level}, minutes=60, seconds=3600, resources=3, score=None,
        certificate=False, completed_at=NOON,
    )  # fmt: skip
    return envelope(told, sequence=3, subject=enrolment)


def unit(sequence: int, **changed: Any) -> Envelope:
    values: dict[str, Any] = {
        "parent_id": None,
        "mdo_path": ("dot", "bsnl"),
        "kind": "department",
        "name": NAME,
    }
    made: Any = MDOCreated if sequence == 1 else MDOChanged
    state = {} if sequence == 1 else {"state": "suspended"}
    return envelope(made(mdo_id="bsnl", **values | state | changed), sequence=sequence, subject="bsnl")


def retired(course_id: str, sequence: int) -> Envelope:
    return envelope(CourseRetired(course_id=course_id, version=1), sequence=sequence, subject=course_id)


def topic(sequence: int, status: Any = "verified") -> Envelope:
    told = TopicPublished(topic_id="rti", status=status, group="law", name=NAME)
    return envelope(told, sequence=sequence, subject="rti")


GROUPS: dict[str, list[Envelope]] = {
    "profile": [registered("u1"), profile("u1", sequence=1), updated("u1", 2), completed("u1", "e1", 3)],
    "levels": [completed("u2", "e2", 2), completed("u2", "e3", 4), profile("u2"), updated("u2", 2)],
    "erased": [
        profile("u3"), updated("u3", 2), completed("u3", "e4", 2), envelope(ErasureDue(user_id="u3", sv=4), sequence=4),
    ],
    "unit": [unit(1), unit(2), unit(3, mdo_path=("bsnl",), state="active")],
    "course": [
        course("c1"), course("c1", 2, 2, minutes=30), retired("c1", 3), course("c1", 3, 4, mdo_id="bsnl"),
    ],
    "retired": [course("c2"), retired("c2", 2)],
    "topic": [topic(1), topic(2, "retired"), topic(3)],
    "dictionary": [
        envelope(CompetencyPublished(competency_id="k", status="verified", kind="domain", name=NAME), sequence=1),
        envelope(CompetencyPublished(competency_id="k", status="retired", kind="domain", name=NAME), sequence=2),
        envelope(PositionPublished(position_id="so", status="verified", name=NAME, competencies={"k": 2})),
    ],
    "standing": [envelope(PasswordChanged(user_id="u1", sv=sv, locale="en"), sequence=sv) for sv in (2, 3, 4)],
}  # fmt: skip


def state(database: Database[Any]) -> str:
    """The projections as canonical JSON."""
    found = {name: list(database[name].find({}, sort=[("_id", 1)])) for name in PROJECTIONS}
    return json.dumps(found, sort_keys=True, default=str, ensure_ascii=False)


def clear(database: Database[Any]) -> None:
    for name in PROJECTIONS:
        database[name].delete_many({})


def test_the_table_of_handlers_is_the_table_of_listeners() -> None:
    assert set(handlers.events) == set(LISTENERS["community"])


@pytest.mark.parametrize("name", GROUPS)
def test_m6_any_order_and_repetition_leaves_the_same_rows(database: Database[Any], name: str) -> None:
    world, seen = World(database), set()
    for order in orders(GROUPS[name], 24):
        clear(database)
        world.hear(*order)
        seen.add(state(database))

    assert len(seen) == 1


def test_a_profile_outweighs_a_registration_whatever_comes_first(database: Database[Any]) -> None:
    world = World(database)
    world.hear(profile("u1"), registered("u1", 7))

    assert (world.store.people.get("u1") or {})["mdo_id"] == "bsnl"


def test_levels_proved_by_courses_are_the_highest_ones(database: Database[Any]) -> None:
    world = World(database)
    world.hear(*GROUPS["levels"])

    assert (world.store.people.get("u2") or {})["acquired"] == {"rti": 4}


def test_nothing_brings_an_erased_person_back(database: Database[Any]) -> None:
    world = World(database)
    world.hear(*reversed(GROUPS["erased"]))

    assert world.store.people.get("u3") is None
    assert database["people"].find_one({"_id": "u3"}) == {"_id": "u3", "erased": True}


def test_a_replay_into_an_empty_database_equals_the_live_one(database: Database[Any]) -> None:
    world = World(database)
    log = [one for group in GROUPS.values() for one in group]
    world.hear(*reversed(log), *log)
    live = state(database)

    clear(database)
    world.hear(*log)

    assert state(database) == live
