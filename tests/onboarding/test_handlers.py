"""Each event twice, late and in any order: the same documents, the same events told."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database

from services.onboarding.commands.profile import change_profile
from services.onboarding.handlers import Onboarding, handlers
from services.onboarding.jobs import jobs
from services.onboarding.store import Store
from services.onboarding.worker import PROJECTIONS, service_on
from shared.events import Envelope, decode, encode
from shared.events.identity import PasswordSet, UserDisabled
from shared.events.listeners import LISTENERS
from shared.events.progress import CourseCompleted
from shared.log import Context
from shared.mongo import utcnow
from tests.onboarding.conftest import SETTINGS
from tests.onboarding.test_api_profile import registered, unit
from tests.service_kit import deliver, envelope, orders, told

PATH = ("communications", "telecom", "bsnl")


def completed(enrolment: str, **competencies: int) -> CourseCompleted:
    return CourseCompleted(
        user_id="learner-1", enrolment_id=enrolment, course_id=f"course-{enrolment}", version=1, cycle="2026",
        mdo_id="bsnl", mdo_path=PATH, competencies={k.replace("_", "-"): v for k, v in competencies.items()},
        minutes=25, seconds=1500, resources=3, score=80, certificate=True,
        completed_at=datetime(2026, 5, 1, tzinfo=UTC),
    )  # fmt: skip


def password_set(first: bool = True) -> PasswordSet:
    return PasswordSet(user_id="learner-1", mdo_id="bsnl", mdo_path=PATH, first=first, sv=2, locale="hi")


def canonical(database: Database[dict[str, Any]], *names: str) -> str:
    """The documents of these collections as one text, without what only a clock says."""
    without = dict.fromkeys(("version", "created_at", "completed_at", "_pending_at", "_outbox"), 0)
    found = {
        name: sorted(database[name].find({}, without), key=lambda one: str(one["_id"])) for name in names
    }
    return json.dumps(found, sort_keys=True, default=str)


def test_the_table_of_handlers_is_the_table_of_listeners() -> None:
    assert set(handlers.events) == set(LISTENERS["onboarding"])


def test_m06_any_order_and_repetition_leaves_the_same_rows(onboarding: Onboarding) -> None:
    store, at = onboarding.store, utcnow()
    arrivals = [
        envelope(registered(), sequence=1, time=at),
        envelope(registered(position_id="section-officer"), sequence=4, time=at + timedelta(seconds=3)),
        envelope(password_set(), sequence=5, time=at),
        envelope(unit("bsnl", mdo_path=PATH), sequence=2),
        envelope(completed("e1", budgeting=2, communication=1), time=at),
        envelope(completed("e2", budgeting=3), time=at + timedelta(days=1)),
    ]
    seen = set()
    for order in random.Random(7).sample(list(orders(arrivals, 720)), 8):
        for name in ("profiles", *PROJECTIONS):
            store.database[name].delete_many({})
        deliver(handlers, onboarding, *order)
        seen.add(canonical(store.database, "profiles", *PROJECTIONS))

    assert len(seen) == 1
    profile = store.profiles.get("learner-1") or {}
    assert profile["registered"]["position_id"] == "section-officer"
    assert profile["acquired"] == {"budgeting": 3, "communication": 1}


def test_m13_the_passport_rebuilt_from_the_log_equals_the_living_one(
    onboarding: Onboarding, database: Database[dict[str, Any]]
) -> None:
    events = [completed("e1", budgeting=2), completed("e2", budgeting=4, communication=2), registered()]
    log = [
        encode(one, subject="learner-1", sequence=n, context=Context("c1", "", ""))
        for n, one in enumerate(events, 1)
    ]
    arrivals: list[Envelope] = [decode(body.encode()) for body in log]
    deliver(handlers, onboarding, *arrivals, *reversed(arrivals))
    fresh = database.client.get_database(f"{database.name}_r", codec_options=database.codec_options)
    try:
        deliver(handlers, service_on(fresh, SETTINGS), *arrivals)
        assert canonical(fresh, *PROJECTIONS) == canonical(database, *PROJECTIONS)
        assert len(list(fresh["evidence"].find({}))) == 2
    finally:
        database.client.drop_database(fresh.name)


def test_a_completed_course_is_held_with_evidence_and_told_once(onboarding: Onboarding, client: Any) -> None:
    from tests.service_kit import LEARNER, ask

    store = onboarding.store
    deliver(handlers, onboarding, registered())
    ask(client, "PATCH", "/v1/profiles/me", LEARNER, {"group": "b"})
    items = [{"competency_id": "budgeting", "level": 1}]
    ask(client, "PUT", "/v1/profiles/me/competencies/current", LEARNER, {"items": items})

    deliver(handlers, onboarding, *[completed("e1", budgeting=3)] * 2, completed("e2", budgeting=2))

    held = ask(client, "GET", "/v1/profiles/me/competencies", LEARNER).json["current"][0]
    assert (held["level"], held["self_level"], held["source"], held["verified"]) == (3, 1, "course", True)
    assert [(one["source"], one["level"]) for one in held["evidence"]] == [
        ("self", 1), ("course", 3), ("course", 2)
    ]  # fmt: skip
    updates = [one["data"] for one in told(store.profiles.collection) if "ProfileUpdated" in one["type"]]
    assert [one["held"] for one in updates] == [{"budgeting": 1}, {"budgeting": 3}]


def test_the_registration_that_comes_last_completes_a_profile_once(onboarding: Onboarding) -> None:
    store = onboarding.store
    change_profile(store, "learner-1", {"group": "c"}, None, utcnow())

    deliver(handlers, onboarding, registered(), registered())

    assert [one["type"] for one in told(store.profiles.collection)] == ["onboarding.ProfileCompleted.v1"]


def remind(store: Store) -> None:
    (job,) = jobs(store, SETTINGS)
    job.run(utcnow())


def stalls(store: Store) -> list[dict[str, Any]]:
    return [one["data"] for one in told(store.profiles.collection) if "Stalled" in one["type"]]


@pytest.fixture
def long_ago() -> datetime:
    return utcnow() - timedelta(seconds=SETTINGS.stall_after + 1)


def test_who_has_not_finished_in_time_is_told_of_once(onboarding: Onboarding, long_ago: datetime) -> None:
    store = onboarding.store
    deliver(handlers, onboarding, registered(), envelope(password_set(), time=long_ago))
    for _ in range(2):
        remind(store)
    deliver(handlers, onboarding, envelope(password_set(), time=long_ago))
    remind(store)

    assert stalls(store) == [{"user_id": "learner-1", "mdo_id": "bsnl", "missing": ["group"], "locale": "hi"}]


def test_nobody_is_told_of_before_the_time_or_after_completion(
    onboarding: Onboarding, long_ago: datetime
) -> None:
    store = onboarding.store
    deliver(handlers, onboarding, registered(), envelope(password_set()))
    remind(store)
    change_profile(store, "learner-1", {"group": "a"}, None, utcnow())
    deliver(handlers, onboarding, envelope(password_set(), time=long_ago))
    deliver(handlers, onboarding, envelope(password_set(first=False), time=long_ago))
    remind(store)

    assert stalls(store) == []


def test_j09_standing_keeps_its_highest_version(onboarding: Onboarding) -> None:
    deliver(handlers, onboarding, UserDisabled(user_id="learner-1", mdo_id="bsnl", sv=7), password_set())

    known = onboarding.store.subjects.find_one({"_id": "learner-1"}) or {}
    assert (known["sv"], known["disabled"]) == (7, True)
