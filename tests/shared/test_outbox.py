"""The relay against a real database and broker."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest

from shared.bus import LOG
from shared.events.identity import UserRegistered
from shared.events.listeners import LISTENERS
from shared.mongo import utcnow
from shared.outbox import Lease, Waiting, Watch
from shared.outbox.relay import LinkBroken, message
from shared.worker.process import make_relay
from tests.bus_kit import World, password_set, registered, wait


@pytest.fixture
def world(broker: Any, database: Any) -> World:
    return World(broker, database)


def relay_of(world: World, **changes: Any) -> Any:
    return make_relay(world.settings(**changes), world.database, [world.users])


def ids(messages: list[Any]) -> list[str]:
    return [m.properties["message_id"] for m in messages]


def test_m2_a_committed_event_is_published_and_cleared(world: World) -> None:
    event = password_set()
    world.add("u1", event)
    relay = relay_of(world)

    relay.sweep()

    relay.close()
    (sent,) = world.taken("notifier")
    document = world.users.collection.find_one({"_id": "u1"})
    assert sent.properties["message_id"] == event.event_id
    assert sent.properties["user_id"] == "identity"
    assert document == {"_id": "u1", "version": 2, "touched": True}


def test_m4_the_events_of_an_aggregate_come_in_stored_order(world: World) -> None:
    events = [password_set(sv=n) for n in range(6)]
    world.add("u1", *events)
    world.add("u2", password_set("u2"))
    relay = relay_of(world)

    relay.sweep()

    relay.close()
    came = ids(world.taken("notifier", 7))
    assert [i for i in came if i in {e.event_id for e in events}] == [e.event_id for e in events]


@pytest.mark.parametrize("again", [False, True])
def test_m3_an_event_added_while_a_batch_is_in_flight_stays_due(world: World, again: bool) -> None:
    first, second = password_set(), registered()
    world.add("u1", first)
    waiting = Waiting(world.users.collection, world.settings())
    (due,) = waiting.due()
    world.users.change({"_id": "u1"}, {"$set": {"x": 1}}, second)

    for _ in range(1 + again):
        waiting.clear({"u1": [due["_outbox"][0]["id"]]})

    document = world.users.collection.find_one({"_id": "u1"})
    assert document is not None
    assert [e["id"] for e in document["_outbox"]] == [second.event_id]
    assert "_pending_at" in document


def test_m10_an_unroutable_event_halts_its_aggregate_alone_and_requeue_keeps_order(world: World) -> None:
    admin = world.admin()
    channel = admin.channel()
    channel.queue_unbind(LOG, "karmayogi.events", "#")
    hearing = [name for name, heard in LISTENERS.items() if UserRegistered in heard]
    for name in hearing:
        channel.queue_unbind(name, "karmayogi.events", UserRegistered.type)
    lost, after, other = registered(), password_set(), password_set("u2")
    world.add("u1", lost, after)
    world.add("u2", other)
    waiting, relay = Waiting(world.users.collection, world.settings()), relay_of(world)

    wait(lambda: (relay.sweep(), waiting.halted())[1])

    assert ids(world.taken("notifier")) == [other.event_id]
    for name in hearing:
        channel.queue_bind(name, "karmayogi.events", UserRegistered.type)
    channel.queue_bind(LOG, "karmayogi.events", "#")
    admin.close()
    assert waiting.halted()[0]["_outbox_dead"][0]["error"] == "returned"
    assert waiting.requeue("u1")
    relay.sweep()
    relay.close()
    assert ids(world.taken("notifier", 2)) == [lost.event_id, after.event_id]
    assert world.waiting() == 0


def test_m10_skip_gives_the_dead_event_up_and_sends_the_next(world: World) -> None:
    lost, after = registered(), password_set()
    world.add("u1", lost, after)
    settings = world.settings(relay_attempts_most=1)
    waiting, relay = Waiting(world.users.collection, settings), relay_of(world)
    (due,) = waiting.due()
    assert waiting.delay(due, due["_outbox"][0], "returned")

    assert waiting.skip("u1")
    relay.sweep()

    relay.close()
    assert ids(world.taken("notifier")) == [after.event_id]


def test_m10_a_nacked_event_is_never_dead(world: World) -> None:
    world.add("u1", registered())
    now = utcnow()
    settings = world.settings(relay_attempts_most=1, relay_backoff_most=1.0)
    waiting = Waiting(world.users.collection, settings, lambda: now)
    (due,) = waiting.due()

    halted = waiting.delay(due, due["_outbox"][0], "nacked")

    assert not halted
    assert waiting.due() == []
    now += timedelta(seconds=2)
    assert [one["_id"] for one in waiting.due()] == ["u1"]


def leave(relay: Any) -> None:
    """End a relay as the worker does: its lease is free, its link closed."""
    stop = threading.Event()
    stop.set()
    relay.run(stop, threading.Event())


def test_m2_a_frozen_broker_clears_nothing_and_its_late_confirm_neither(world: World) -> None:
    relay = relay_of(world, confirm_timeout=2.0, relay_lease=60.0)
    relay.sweep()
    event = password_set()
    world.add("u1", event)
    world.broker.freeze()
    try:
        with pytest.raises(LinkBroken):
            relay.sweep()
        left = world.waiting()
    finally:
        world.broker.thaw()
    leave(relay)

    # A node that was frozen may need seconds for its first answers; the next relay has the patience for it.
    with world.running(relay_of(world, relay_lease=60.0)):
        wait(lambda: world.waiting() == 0)

    assert left == 1
    assert set(ids(world.taken("notifier"))) == {event.event_id}


def test_m5_one_of_two_relays_publishes_and_the_other_takes_over(world: World) -> None:
    now = [0.0]
    one, two = (
        Lease(world.database["leases"], name, world.settings(), monotonic=lambda: now[0])
        for name in ("one", "two")
    )
    assert one.held()
    assert not two.held()

    one.release()
    now[0] += 1.0

    assert two.held()
    assert not one.held()


def test_m5_a_beat_that_stands_still_is_taken_over_after_the_lease(world: World) -> None:
    now = [0.0]
    one, two = (
        Lease(world.database["leases"], name, world.settings(), monotonic=lambda: now[0])
        for name in ("one", "two")
    )
    for lease in (one, two):
        lease._server_time = False
        lease._ensure_row()
    assert one.held()
    assert not two.held()

    held = []
    for _ in range(5):
        now[0] += 1.0
        held.append(two.held())

    assert held == [False, False, False, True, True]
    assert not one.held()


def test_a_wrong_clock_puts_an_event_off_for_a_minute_at_most(world: World) -> None:
    world.add("u1", password_set())
    far = utcnow() + timedelta(days=400)
    world.users.collection.update_one({"_id": "u1"}, {"$set": {"_pending_at": far}})
    waiting = Waiting(world.users.collection, world.settings())

    assert waiting.due() == []
    assert [d["_id"] for d in waiting.due(far=True)] == ["u1"]


def test_the_watch_wakes_the_relay_for_a_write_of_another_process(world: World) -> None:
    stop, wake = threading.Event(), threading.Event()
    watch = Watch(world.settings(), world.database, ["users"])
    thread = threading.Thread(target=watch.run, args=(stop, wake))
    thread.start()
    wait(wake.is_set)
    wake.clear()

    world.add("u1", password_set())

    woken = wake.wait(20)
    stop.set()
    thread.join(5)
    assert woken


def test_the_body_on_the_wire_is_the_stored_text(world: World) -> None:
    world.add("u1", password_set())
    document = world.users.collection.find_one({"_id": "u1"})
    assert document is not None

    made = message(document["_outbox"][0])

    assert made.body.decode() == document["_outbox"][0]["body"]
    assert made.headers["ce-source"] == "/identity"


def test_figures_tell_how_many_wait_and_how_long(world: World) -> None:
    world.add("u1", password_set())
    waiting = Waiting(world.users.collection, world.settings())

    pending, oldest, dead = waiting.figures()

    assert (pending, dead) == (1, 0)
    assert 0 <= oldest < 30
