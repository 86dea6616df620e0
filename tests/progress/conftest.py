"""The world of progress: a store, a clock, a course, a learner; and the HTTP door over them."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from pymongo.database import Database

from services.progress.store import ensure_indexes
from tests.progress.world import World


@pytest.fixture
def world(database: Database[dict[str, Any]]) -> World:
    """A published course and two learners of BSNL in an empty database."""
    ensure_indexes(database)
    made = World(database)
    made.learner("learner-1")
    made.learner("learner-2")
    made.course()
    return made


@pytest.fixture
def client(world: World) -> FlaskClient:
    """The HTTP door over the same store."""
    return world.app.test_client()
