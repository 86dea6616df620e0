"""Each event twice, late, in any order: the same projections; and rebuilt ones equal the live ones."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pymongo.database import Database

from services.catalog.handlers import handlers
from services.catalog.store import Store
from services.catalog.worker import PROJECTIONS
from shared.events import Envelope
from shared.events.identity import PasswordChanged
from shared.events.listeners import LISTENERS
from shared.events.onboarding import CompetencyPublished, PositionPublished, ProfileUpdated, TopicPublished
from tests.catalog.people import (
    PLACE,
    assigned,
    completed,
    enrolled,
    hear,
    lifted,
    profile,
    progressed,
    withdrawn,
)
from tests.service_kit import envelope, orders


def updated(user: str, sequence: int, **changed: Any) -> Envelope:
    values: dict[str, Any] = {
        "position_id": "so", "group": "a", "locale": "hi", "topics": ("rti",), "held": {"rti": 1}, "desired": {},
        "gap": {}, "changed": ("topics",), **PLACE,
    }  # fmt: skip
    return envelope(ProfileUpdated(user_id=user, **values | changed), sequence=sequence, subject=user)


def topic(name: str, sequence: int) -> Envelope:
    event = TopicPublished(topic_id="rti", status="verified", group="law", name={"en": name, "hi": name})
    return envelope(event, sequence=sequence, subject="rti")


GROUPS: dict[str, list[Envelope]] = {
    "enrolment": [enrolled("u1", "c1"), progressed("u1", "c1", 2), completed("u1", "c1", 3)],
    "withdrawal": [enrolled("u1", "c1"), withdrawn("u1", "c1", 2), enrolled("u1", "c1", 3, again=True)],
    "duty": [assigned("u1", "c1"), lifted("u1", "c1", 2), assigned("u1", "c1", 3, day=9)],
    "lifted duty": [assigned("u2", "c1"), assigned("u2", "c1", mandate="m2"), lifted("u2", "c1", 2)],
    "profile": [profile("u1", 1), updated("u1", 2), updated("u1", 3, topics=("gst", "rti"))],
    "topic": [topic("RTI", 1), topic("Right to Information", 2), topic("RTI Act", 3)],
    "standing": [envelope(PasswordChanged(user_id="u1", sv=sv, locale="en"), sequence=sv) for sv in (2, 3, 4)],
}  # fmt: skip


def state(database: Database[Any]) -> str:
    """The projections as canonical JSON, without the time at which a row was written."""
    found = {
        name: [
            {key: value for key, value in row.items() if key != "changed_at"}
            for row in database[name].find({}, sort=[("_id", 1)])
        ]
        for name in PROJECTIONS
    }
    return json.dumps(found, sort_keys=True, default=str)


def clear(database: Database[Any]) -> None:
    for name in PROJECTIONS:
        database[name].delete_many({})


def test_the_table_of_handlers_is_the_table_of_listeners() -> None:
    assert set(handlers.events) == set(LISTENERS["catalog"])


@pytest.mark.parametrize("name", GROUPS)
def test_any_order_and_repetition_leaves_the_same_rows(database: Database[Any], name: str) -> None:
    store, seen = Store(database), set()
    for order in orders(GROUPS[name], 6):
        clear(database)
        hear(store, *order)
        seen.add(state(database))

    assert len(seen) == 1


def test_a_late_profile_changes_nothing(database: Database[Any]) -> None:
    store = Store(database)
    hear(store, updated("u1", 5), profile("u1", 1, topics=("old",)))

    assert (store.learners.find_one({"_id": "u1"}) or {})["topics"] == ["rti"]


def test_a_replay_into_an_empty_database_equals_the_live_one(database: Database[Any]) -> None:
    store = Store(database)
    dictionary = [
        envelope(
            PositionPublished(
                position_id="so", status="verified", name={"en": "SO"}, competencies={"rti": 3}
            ),
            subject="so",
        ),
        envelope(
            CompetencyPublished(
                competency_id="rti", status="verified", kind="functional", name={"en": "RTI"}
            ),
            subject="rti",
        ),
    ]
    log = [one for group in GROUPS.values() for one in group] + dictionary
    hear(store, *reversed(log), *log)
    live = state(database)

    clear(database)
    hear(store, *log)

    assert state(database) == live
