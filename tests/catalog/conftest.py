"""A catalogue of a few courses on the database server of the tests."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from pymongo.database import Database

from services.catalog.app import Parts
from services.catalog.store import Store, make_indexes
from shared.mongo import connect
from shared.settings import Settings
from tests.catalog.courses import COURSE, course, make_client, publish

FEW = (
    COURSE,
    course(
        "financial-management", "Financial Management in Government",
        summary={"en": "Budgets, sanctions and payments.", "hi": "बजट, मंजूरी और भुगतान।"},
        keywords={"en": ["finance", "budget"], "hi": ["वित्त"]}, topics=["finance"],
        competencies=[{"competency_id": "financial-management", "level": 3}], description={"en": "Money."},
        provider_id="aifm",
    ),
    course(
        "rti-basics", "Right to Information", summary={"en": "Requests and appeals."}, keywords={"en": ["RTI"]},
        topics=["rti"], competencies=[{"competency_id": "rti", "level": 1}], description={"en": "The Act."},
        locales=["en"],
    ),
    course(
        "leadership-lab", "Leadership Lab", summary={"en": "Leading teams."}, keywords={"en": ["teams"]},
        topics=["leadership"], competencies=[{"competency_id": "team-leadership", "level": 4}],
        mode="instructor_led", description={"en": "Practice."}, difficulty="advanced",
    ),
)  # fmt: skip


@pytest.fixture
def empty(database: Database[Any]) -> Database[Any]:
    """A database with indexes and without the starting catalogue."""
    make_indexes(database)
    return database


@pytest.fixture(scope="module")
def blank(mongodb_uri: str) -> Iterator[Database[Any]]:
    """A database with indexes that the tests of a module share."""
    name = f"t{uuid.uuid4().hex[:12]}"
    opened = connect(Settings(service=name, mongodb_uri=mongodb_uri))
    make_indexes(opened)
    yield opened
    opened.client.drop_database(name)
    opened.client.close()


@pytest.fixture(scope="module")
def shelf(blank: Database[Any]) -> tuple[Any, Parts]:
    """A client and the parts of an app over four courses, for tests that only read."""
    publish(blank, *FEW)
    return make_client(blank)


@pytest.fixture
def reader(shelf: tuple[Any, Parts]) -> Any:
    """The HTTP door over four courses, for tests that only read."""
    return shelf[0]


@pytest.fixture
def few(empty: Database[Any]) -> Store:
    """A store with four published courses."""
    publish(empty, *FEW)
    return Store(empty)


@pytest.fixture
def app(few: Store) -> tuple[Any, Parts]:
    """A client and the parts of an app over these four courses."""
    return make_client(few.database)


@pytest.fixture
def client(app: tuple[Any, Parts]) -> Any:
    """The HTTP door over these four courses."""
    return app[0]
