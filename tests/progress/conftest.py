"""The world of progress: a store, a clock, a course, a learner; and the HTTP door over them."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from pymongo.database import Database

from tests.progress.learning import Learning
from tests.progress.world import World


@pytest.fixture
def world(database: Database[dict[str, Any]]) -> World:
    """A published course and two learners of BSNL in an empty database."""
    made = World(database)  # No indexes: they cost more than most tests.
    made.learner("learner-1")
    made.learner("learner-2")
    made.course()
    return made


@pytest.fixture
def client(world: World) -> FlaskClient:
    """The HTTP door over the same store."""
    return world.app.test_client()


@pytest.fixture
def learning(world: World) -> Learning:
    """Completions in the world, with identity's names; one index there is unique."""
    world.store.certificates.indexes()
    return Learning(world)


@pytest.fixture
def door(learning: Learning) -> FlaskClient:
    """The HTTP door of certificates, mandates and reports."""
    return learning.app.test_client()
