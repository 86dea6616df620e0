"""The world of community: people of two organisations, topics and courses; and the HTTP door over it."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from pymongo.database import Database

from services.community.store import ensure_indexes
from tests.community import gatherings, posts
from tests.community.test_career import opening
from tests.community.world import World
from tests.service_kit import LEARNER, OTHER, ask


@pytest.fixture
def world(database: Database[dict[str, Any]]) -> World:
    """Learners 1 and 2 of BSNL and one of the railways, all with a complete profile."""
    database["registrations"].create_index([("seat", 1)], unique=True, sparse=True, name="seat")
    made = World(database)
    made.furnish()
    for user_id in ("learner-1", "learner-2"):
        made.person(user_id)
    made.person("learner-3", "railways")
    return made


@pytest.fixture
def indexed(world: World) -> World:
    """The same with all indexes."""
    ensure_indexes(world.store.database)
    return world


@pytest.fixture
def client(world: World) -> FlaskClient:
    """The HTTP door over the same store."""
    return world.app.test_client()


@pytest.fixture
def ids(client: FlaskClient) -> dict[str, str]:
    """Things of learner-1 (a thread, an application, a request) and what belongs to them."""
    thread = posts.start(client)
    reply = posts.respond(client, thread["id"], OTHER)
    opened = opening(client)
    applied = ask(client, "POST", f"/v1/openings/{opened}/applications", LEARNER, {"note": "Mine"}).json
    asked = ask(client, "POST", "/v1/network/requests", LEARNER, {"user_id": "learner-2"}).json
    return {
        "thread_id": thread["id"], "reply_id": reply["id"], "post_id": thread["id"], "kind": "thread",
        "space_id": posts.TOPIC, "opening_id": opened, "application_id": applied["id"],
        "connection_id": asked["id"], "session_id": gatherings.draft(client), "user_id": "learner-3",
    }  # fmt: skip
