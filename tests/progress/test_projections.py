"""What others say of courses and people arrives twice, late and in any order: the rows are the same."""

from __future__ import annotations

from typing import Any

import pytest

from services.progress.handlers import handlers
from services.progress.store import ensure_indexes
from services.progress.worker import PROJECTIONS, service_on
from shared.events.catalog import CourseRetired
from shared.events.identity import UserRegistered
from shared.events.onboarding import ProfileCompleted, ProfileUpdated
from shared.worker.rebuild import Shadow
from tests.progress.world import PATH, SETTINGS, World, published
from tests.service_kit import deliver, envelope, orders

PROFILE: dict[str, Any] = {
    "topics": (),
    "held": {},
    "desired": {},
    "gap": {},
    "locale": "hi",
    "position_id": None,
}


def test_m6_courses_are_the_same_after_any_order(world: World) -> None:
    said = [
        envelope(published("c", 1), sequence=1, subject="c"),
        envelope(published("c", 2, minutes=50), sequence=3, subject="c"),
        envelope(CourseRetired(course_id="c", version=2), sequence=4, subject="c"),
    ]

    for order in orders(said):
        for name in ("courses", "course_heads"):
            world.store.database[name].delete_many({})
        deliver(handlers, world.service, *order)
        head = world.store.courses.head("c") or {}
        assert (head["latest"], head["retired"]) == (2, True)
        assert [one["retired"] for one in world.store.courses.versions_of("c")] == [True, True]


@pytest.mark.parametrize("late", [False, True])
def test_a_version_after_the_retired_one_is_offered_again(world: World, late: bool) -> None:
    retired, newer = (
        CourseRetired(course_id="c", version=1),
        envelope(published("c", 2), sequence=3, subject="c"),
    )
    deliver(handlers, world.service, envelope(published("c", 1), subject="c"))

    deliver(handlers, world.service, *((newer, retired) if late else (retired, newer)))

    assert (world.store.courses.head("c") or {})["retired"] is False
    assert [one["retired"] for one in world.store.courses.versions_of("c")] == [True, False]


def test_m6_people_are_the_same_after_any_order(world: World) -> None:
    said = [
        envelope(UserRegistered(user_id="u", mdo_id="mtnl", mdo_path=("dot", "mtnl"), position_id=None, locale="en")),
        envelope(ProfileCompleted(user_id="u", mdo_id="bsnl", mdo_path=PATH, group="a", **PROFILE), sequence=2),
        envelope(
            ProfileUpdated(user_id="u", mdo_id="bsnl", mdo_path=PATH, group="c", changed=("group",), **PROFILE),
            sequence=5,
        ),
    ]  # fmt: skip

    for order in orders(said):
        world.store.database["learners"].delete_many({})
        deliver(handlers, world.service, *order)
        found = world.store.learners.get("u") or {}
        assert (found["mdo_id"], found["group"], found["locale"]) == ("bsnl", "c", "hi")
        assert found["_seen"]["profile"] == 5


def test_m13_a_replay_on_an_empty_database_makes_the_same_projections(world: World) -> None:
    said = [
        envelope(published("c", 1), sequence=1, subject="c"),
        envelope(CourseRetired(course_id="c", version=1), sequence=2, subject="c"),
        envelope(published("c", 2), sequence=3, subject="c"),
        envelope(
            ProfileCompleted(user_id="u", mdo_id="bsnl", mdo_path=PATH, group="a", **PROFILE), sequence=2
        ),
    ]
    shadow = Shadow(world.store.database)
    again = service_on(shadow, SETTINGS, lambda ids: dict.fromkeys(ids, "-"))
    for name in PROJECTIONS:
        world.store.database[name].delete_many({})

    deliver(handlers, world.service, *reversed(said), *said)
    deliver(handlers, again, *said)

    for name in PROJECTIONS:
        both = [list(one[name].find({}, sort=[("_id", 1)])) for one in (world.store.database, shadow)]
        assert both[0] == both[1]


def test_indexes_are_made_once_and_again(world: World) -> None:
    for _ in range(2):
        ensure_indexes(world.store.database)

    for records in world.store.publishing:
        assert {"outbox_pending", "outbox_dead"} <= set(records.collection.index_information())
    assert "closes_at" in world.store.attempts.collection.index_information()
