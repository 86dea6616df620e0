"""M11, S03: every user of the broker at every exchange, key and queue; only what is listed here is let through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pika
import pytest
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import ChannelClosedByBroker, UnroutableError

from shared.bus import Topology
from shared.events.listeners import LISTENERS
from tests.bus_kit import LADDER, World

SERVICES = tuple(LISTENERS)
KEYS = tuple(f"{service}.Tried.v1" for service in SERVICES)
EXCHANGES = ("karmayogi.events", "karmayogi.dead", "", "amq.topic", "amq.direct", "amq.fanout")
REFUSED = 403


@pytest.fixture
def world(broker: Any, database: Any) -> World:
    return World(broker, database)


class Door:
    """One user's connection; a channel that the broker closed is replaced."""

    def __init__(self, url: str) -> None:
        self._connection = pika.BlockingConnection(pika.URLParameters(url))
        self._channel: BlockingChannel | None = None

    def _open(self) -> BlockingChannel:
        if self._channel is None or self._channel.is_closed:
            self._channel = self._connection.channel()
            self._channel.confirm_delivery()
        return self._channel

    def lets(self, act: Any) -> bool:
        """Whether the broker does it; anything but a refusal of access is an error of the test."""
        try:
            act(self._open())
        except UnroutableError:
            return True
        except ChannelClosedByBroker as error:
            if error.reply_code != REFUSED:
                raise
            return False
        return True

    def close(self) -> None:
        self._connection.close()


@pytest.fixture(params=[*SERVICES, "analytics", "monitor"])
def user(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def door(world: World, user: str) -> Iterator[Door]:
    made = Door(world.broker.url(user))
    yield made
    made.close()


def test_m11_s03_a_service_publishes_its_own_events_and_side_ways_and_nobody_else_anything(
    door: Door, user: str
) -> None:
    own = {("karmayogi.events", f"{user}.Tried.v1")} | {("karmayogi.dead", key) for key in KEYS}

    let = {
        (exchange, key)
        for exchange in EXCHANGES
        for key in KEYS
        if door.lets(lambda channel, e=exchange, k=key: channel.basic_publish(e, k, b"{}", mandatory=True))
    }

    assert let == (own if user in SERVICES else set())


def test_m11_s03_a_service_reads_its_own_three_queues_and_nobody_else_any(door: Door, user: str) -> None:
    queues = [one.name for one in Topology(ladder=LADDER).queues() if one.name != "karmayogi.log"]

    let = {queue for queue in queues if door.lets(lambda channel, q=queue: channel.basic_get(q))}

    own = {user, f"{user}.dead", f"{user}.parked"} if user in SERVICES else set()
    assert let == own
    assert len(queues) == len(SERVICES) * (3 + len(LADDER))


def test_m11_s03_nobody_but_the_deploy_job_declares_binds_or_deletes(door: Door, user: str) -> None:
    tried = {
        "declare": lambda channel: channel.queue_declare(f"{user}.own", durable=True),
        "exchange": lambda channel: channel.exchange_declare(f"{user}.own", "topic"),
        "bind": lambda channel: channel.queue_bind(user, "karmayogi.events", "#"),
        "delete": lambda channel: channel.queue_delete("identity.retry.100ms"),
        "drop": lambda channel: channel.exchange_delete("karmayogi.events"),
    }

    assert [what for what, act in tried.items() if door.lets(act)] == []


def test_m11_s03_everybody_but_the_monitor_reads_the_log(door: Door, user: str) -> None:
    def read(channel: BlockingChannel) -> None:
        channel.basic_qos(prefetch_count=1)
        channel.basic_consume("karmayogi.log", lambda *_: None, arguments={"x-stream-offset": "next"})

    assert door.lets(read) == (user != "monitor")
