"""Rows kept in memory for the rails: read once within their time, and never a way around what must not be seen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from pymongo.database import Database

from services.community.store.shelves import Shelves
from shared.events.identity import ErasureDue
from tests.community import gatherings, posts
from tests.community.test_career import opening
from tests.community.world import SETTINGS, World
from tests.service_kit import LEARNER, OTHER, Person, ask


def test_rows_are_read_once_within_their_time() -> None:
    now, read = [0.0], []

    def rows() -> list[dict[str, Any]]:
        read.append(now[0])
        return [{"_id": len(read)}]

    shelves = Shelves(5.0, lambda: now[0])
    seen = []
    for moment in (0.0, 4.9, 5.1, 5.2):
        now[0] = moment
        seen.append(shelves.of("a", rows)[0]["_id"])

    assert (seen, read) == ([1, 1, 2, 2], [0.0, 5.1])


def test_a_list_that_is_not_full_is_read_anew_sooner() -> None:
    now, rows = [0.0], [{"_id": "1"}]
    shelves = Shelves(300.0, lambda: now[0], full=2, brief=5.0)
    seen = []
    for moment in (0.0, 4.9, 5.1, 200.0, 300.0, 511.0):
        now[0] = moment
        seen.append(len(shelves.of("a", lambda: list(rows))))
        rows.append({"_id": "more"})

    assert seen == [1, 1, 3, 3, 3, 6]


def test_without_a_time_each_look_reads() -> None:
    read: list[int] = []

    for _ in range(3):
        Shelves(0.0).of("a", lambda: read.append(1) or [])  # type: ignore[func-returns-value]

    assert len(read) == 3


@pytest.fixture
def kept(database: Database[dict[str, Any]], world: World) -> FlaskClient:
    """The HTTP door of a process that keeps what it read for as long as the test runs."""
    settings = replace(SETTINGS, rails_cache=600.0, samples_cache=600.0)
    return World(database, settings).app.test_client()


def people(client: FlaskClient, who: Person) -> set[str]:
    found = ask(client, "GET", "/v1/home/people", who).json["items"]
    return {one["person"]["id"] for one in found}


def test_whoever_filled_a_sample_is_suggested_to_the_others(kept: FlaskClient) -> None:
    assert people(kept, LEARNER) == {"learner-2", "learner-3"}
    assert people(kept, OTHER) == {"learner-1", "learner-3"}


def test_a_newcomer_of_a_small_office_is_suggested_after_seconds(
    database: Database[dict[str, Any]], world: World
) -> None:
    client = World(database, replace(SETTINGS, rails_cache=0.0, samples_cache=600.0)).app.test_client()
    assert people(client, LEARNER) == {"learner-2", "learner-3"}

    world.person("learner-4")

    assert people(client, LEARNER) == {"learner-2", "learner-3", "learner-4"}


def test_blocked_opted_out_and_erased_people_leave_kept_samples_at_once(
    world: World, kept: FlaskClient
) -> None:
    for user_id in ("learner-4", "learner-5"):
        world.person(user_id)
    assert people(kept, LEARNER) == {"learner-2", "learner-3", "learner-4", "learner-5"}

    ask(kept, "PUT", "/v1/network/blocks/learner-1", OTHER)
    ask(kept, "PUT", "/v1/network/settings", Person("learner-4"), {"suggested": False})
    world.hear(ErasureDue(user_id="learner-5", sv=2))

    assert people(kept, LEARNER) == {"learner-3"}


def test_kept_rails_show_each_person_what_is_meant_for_them(world: World, kept: FlaskClient) -> None:
    client = world.app.test_client()
    posts.start(client, title="For everybody")
    posts.start(client, title="For the unit", space="course:bsnl-course")
    gatherings.announced(client, mdo_id=None)
    opening(client)

    for rail, own, foreign in (("discussions", 2, 1), ("sessions", 1, 1), ("openings", 1, 1)):
        shown = [
            len(ask(kept, "GET", f"/v1/home/{rail}", who).json["items"])
            for who in (LEARNER, Person("learner-3"))
        ]
        assert shown == [own, foreign], rail
