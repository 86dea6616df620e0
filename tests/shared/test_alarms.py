"""M9: the broker's memory alarm. It reads nothing from who publishes: everything waits, and goes on alone."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from typing import Any

import pytest
from prometheus_client import REGISTRY

from shared.outbox import Waiting
from shared.worker.process import make_relay
from tests.bus_kit import World, password_set, registered, wait


@pytest.fixture
def world(broker: Any, database: Any) -> World:
    return World(broker, database)


def blocked(service: str, loop: str) -> float | None:
    """What the process's metrics say."""
    return REGISTRY.get_sample_value("bus_blocked", {"service": service, "loop": loop})


def test_m9_f09_while_the_broker_takes_nothing_events_wait_and_all_arrive_after(world: World) -> None:
    relay = make_relay(world.settings(confirm_timeout=1.0), world.database, [world.users])
    events = [password_set(f"u{n}") for n in range(3)]
    with world.running(relay):
        with world.broker.alarmed():
            for event in events:
                world.add(event.user_id, event)
            wait(lambda: blocked("identity", "relay") == 1.0)
            unsent, arrived = world.waiting(), world.take("notifier")
            pending = Waiting(world.users.collection, world.settings()).figures()[0]

        wait(lambda: world.waiting() == 0)
        wait(lambda: blocked("identity", "relay") == 0.0)

    assert (unsent, pending, arrived) == (3, 3, [])
    came = {message.properties["message_id"] for message in world.taken("notifier", 3)}
    assert came == {event.event_id for event in events}


def test_m9_f09_a_failed_message_waits_for_the_broker_and_spends_no_delivery(world: World) -> None:
    calls: list[str] = []
    mended = threading.Event()

    def handler(service: Any, event: Any, envelope: Any) -> None:
        calls.append(envelope.id)
        if envelope.type == "identity.PasswordSet.v1" and not mended.is_set():
            raise RuntimeError

    one, two = password_set(), registered()
    world.add("u1", one, two)
    relay = make_relay(world.settings(), world.database, [world.users])
    relay.sweep()
    relay.close()
    consumer = world.consumer(handler, confirm_timeout=2.0)
    with ExitStack() as running:
        with world.broker.alarmed():
            running.enter_context(world.running(consumer))
            wait(lambda: calls)
            time.sleep(12)  # A message given up after a confirm and a heartbeat would be back by then.
            during = list(calls)
            mended.set()  # Before the alarm ends: its end takes longer than the short ladder here.
        wait(lambda: {one.event_id, two.event_id} <= set(calls[1:]))

    assert during == [one.event_id]
    assert calls.count(one.event_id) >= 2  # What was sent unconfirmed during the alarm may come as a copy.
    assert [world.take(f"notifier{end}") for end in ("", ".dead", ".parked")] == [[], [], []]
