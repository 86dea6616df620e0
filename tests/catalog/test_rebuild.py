"""What catalog keeps of other services' news, made anew from the stream on a real broker."""

from __future__ import annotations

import dataclasses
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from services.catalog.handlers import handlers
from services.catalog.store import make_indexes
from services.catalog.worker import PROJECTIONS, service_on
from shared.bus import Message, Outcome, Publisher
from shared.bus.link import Link
from shared.bus.topology import EVENTS_EXCHANGE
from shared.events import Envelope, encode
from shared.log import Context
from shared.worker import Consumer, rebuild
from shared.worker.rebuild import SHADOW
from tests.bus_kit import FAST, World, wait
from tests.catalog.courses import SETTINGS
from tests.catalog.test_handlers import GROUPS


@pytest.fixture
def world(broker: Any, database: Any) -> World:
    made = World(broker, database)
    admin = made.admin()
    admin.channel().queue_delete("karmayogi.log")
    admin.leave()
    return World(broker, database)


@pytest.fixture
def publishers(world: World) -> Iterator[dict[str, Publisher]]:
    """One publisher for each service that catalog listens to."""
    made = {}
    for service in ("identity", "onboarding", "progress"):
        settings = world.settings(service)
        made[service] = Publisher(Link.open(settings.amqp_url, settings), service, 5.0)
    yield made
    for one in made.values():
        one.link.close()


def message(told: Envelope) -> Message:
    """The event as its publisher sends it."""
    body = encode(told.data, subject=told.subject, sequence=told.sequence, context=Context("c1"))
    return Message(told.id, told.type, body.encode(), EVENTS_EXCHANGE, told.type)


def canonical(database: Any) -> dict[str, str]:
    """The rows of each projection as one text, without the time at which a row was written."""
    return {
        name: json.dumps(
            [
                {key: value for key, value in row.items() if key != "changed_at"}
                for row in database[name].find({}, sort=[("_id", 1)])
            ],
            sort_keys=True,
            default=str,
        )
        for name in PROJECTIONS
    }


def test_m13_projections_made_anew_from_the_stream_equal_the_living_ones(
    world: World, publishers: dict[str, Publisher]
) -> None:
    changes = {**FAST, "amqp_url": world.broker.url("catalog"), "log_quiet": 0.3}
    settings = dataclasses.replace(SETTINGS, **changes)
    told = [(one.data.publisher, message(one)) for group in GROUPS.values() for one in group] * 2
    random.Random(5).shuffle(told)
    handled: list[bool] = []
    consumer = Consumer(
        settings, handlers, service_on(world.database, settings), lambda: True, lambda: handled.append(True)
    )
    with world.running(consumer):
        for service, sent in told:
            assert publishers[service].send([sent]) == [Outcome.CONFIRMED]
        wait(lambda: len(handled) == len(told))
    before = canonical(world.database)
    world.database["enrolments"].delete_many({"user_id": "u1"})
    world.database["mandates"].update_many({}, {"$set": {"active": True}})

    report = rebuild(
        settings, handlers=handlers, service_on=lambda shadow: service_on(shadow, settings),
        database=world.database, projections=PROJECTIONS, ensure_indexes=make_indexes,
    )  # fmt: skip

    assert all(text != "[]" for name, text in before.items() if name not in ("competencies", "positions"))
    assert canonical(world.database) == before
    assert report.outcomes["done"] == len(told)
    assert not [name for name in world.database.list_collection_names() if name.endswith(SHADOW)]
