"""A store of identity on the database server of the tests, with a few MDOs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from services.identity.app import create_app
from services.identity.store import Store, seed
from tests.identity.people import SETTINGS

WRITES = {"insert", "update", "delete", "findAndModify", "findandmodify"}


class WriteCounter(CommandListener):
    """Notes the collection of each write command."""

    def __init__(self) -> None:
        self.writes: list[str] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name in WRITES:
            self.writes.append(str(event.command[event.command_name]))

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Nothing to note."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Nothing to note."""


@pytest.fixture
def store(database: Database[dict[str, Any]]) -> Store:
    """A store with the starting MDOs, positions and domains; of the indexes only those that forbid something."""
    database["users"].create_index("email", unique=True, name="email")
    seed(database)
    return Store(database)


@pytest.fixture
def client(store: Store) -> FlaskClient:
    """The HTTP door of identity over the same store."""
    return create_app(SETTINGS, store.database).test_client()


@pytest.fixture
def counted(store: Store) -> Iterator[tuple[Store, list[str]]]:
    """The same store through a client that notes its writes."""
    counter = WriteCounter()
    host, port = store.database.client.address or ("127.0.0.1", 27017)
    client: MongoClient[dict[str, Any]] = MongoClient(
        host, port, tz_aware=True, directConnection=True, event_listeners=[counter]
    )
    yield Store(client[store.database.name]), counter.writes
    client.close()
