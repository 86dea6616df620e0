"""What survives kill -9, a power cut of the broker, and a message that kills its consumer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from deploy.local.servers import GUARD, free_port
from shared.bus import Link, Publisher
from shared.events import decode
from shared.worker.process import make_relay
from tests.bus_kit import FAST, LADDER, World, password_set, registered, wait, wire


@pytest.fixture
def world(broker: Any, database: Any) -> World:
    return World(broker, database)


@contextmanager
def process(
    world: World, mongodb_uri: str, service: str, failpoint: str = "", **changes: str
) -> Iterator[Any]:
    """An event process with fast settings; stopped at the end by SIGTERM."""
    values = {name.upper(): str(value) for name, value in FAST.items()} | changes | {
        "RETRY_LADDER": ",".join(LADDER), "SERVICE": service, "MONGODB_URI": mongodb_uri,
        "MONGODB_DATABASE": world.database.name, "AMQP_URL": world.broker.url(service),
        "PORT": str(free_port()), "FAILPOINT": failpoint,
    }  # fmt: skip
    started = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.process"], env={**os.environ, **values},
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    started.port = int(values["PORT"])  # type: ignore[attr-defined]
    GUARD.started(started.pid)
    try:
        yield started
    finally:
        started.send_signal(signal.SIGCONT)
        started.terminate()
        started.wait(15)
        GUARD.ended(started.pid)


def test_m1_m2_a_relay_killed_between_publish_and_mark_publishes_again(
    world: World, mongodb_uri: str
) -> None:
    event = password_set()
    world.add("u1", event)
    with process(world, mongodb_uri, "identity", "relay.after_publish_before_mark") as killed:
        assert killed.wait(20) == -signal.SIGKILL
    assert world.waiting() == 1

    with process(world, mongodb_uri, "identity"):
        wait(lambda: world.waiting() == 0)

    came = {m.properties["message_id"] for m in world.taken("notifier", 2)}
    assert came == {event.event_id}


def test_m6_a_consumer_killed_between_effect_and_ack_leaves_one_effect(
    world: World, mongodb_uri: str
) -> None:
    settings = world.settings()
    publisher = Publisher(Link.open(settings.amqp_url, settings), "identity", 5.0)
    publisher.send([wire(password_set())])
    publisher.link.close()
    with process(world, mongodb_uri, "notifier", "cons.after_effect_before_ack") as killed:
        assert killed.wait(20) == -signal.SIGKILL

    with process(world, mongodb_uri, "notifier"):
        wait(lambda: world.database["calls"].count_documents({}) == 2)

    assert world.database["facts"].count_documents({}) == 1


def test_m2_a_stopped_process_ends_in_time_and_its_routes_answer(world: World, mongodb_uri: str) -> None:
    with process(world, mongodb_uri, "identity") as running:
        wait(lambda: status(running.port, "/readyz") == 200)
        page = urllib.request.urlopen(f"http://127.0.0.1:{running.port}/metrics").read().decode()
        began = time.monotonic()
        running.terminate()
        assert running.wait(12) == 0

    assert time.monotonic() - began < 10
    assert "bus_connected" in page


def status(port: int, path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
            return int(answer.status)
    except OSError:
        return 0


def test_m8_a_message_that_kills_its_consumer_is_in_dead_after_eleven_deliveries(world: World) -> None:
    settings = world.settings()
    publisher = Publisher(Link.open(settings.amqp_url, settings), "identity", 5.0)
    publisher.send([wire(password_set())])
    publisher.link.close()
    notifier = world.settings("notifier")
    deliveries = 0
    dead: list[Any] = []

    def came(link: Link) -> bool:
        link.drain(0.3)
        dead.extend(world.take("notifier.dead"))
        return bool(link.incoming or dead)

    while not dead:
        link = Link.open(notifier.amqp_url, notifier)
        link.consume("notifier", 1)
        wait(lambda link=link: came(link))
        deliveries += len(link.incoming)
        link.close()

    assert deliveries == 11
    assert len(dead) == 1


def test_m7_events_committed_around_a_power_cut_of_the_broker_all_arrive(world: World) -> None:
    seen: set[str] = set()
    events = [password_set(f"u{n}") for n in range(20)]
    consumer = world.consumer(lambda service, event, envelope: seen.add(envelope.id))
    relay = make_relay(world.settings(), world.database, [world.users])
    with world.running(consumer, relay):
        for event in events[:10]:
            world.add(event.user_id, event)
        world.broker.restart()
        for event in events[10:]:
            world.add(event.user_id, event)
        wait(lambda: world.waiting() == 0 and len(seen) == 20, 30)

    assert seen == {event.event_id for event in events}
    assert world.take("notifier.parked") == []


def first_deliveries(messages: list[Any]) -> dict[str, list[str]]:
    """For each aggregate the ids of its events in the order in which they first came."""
    found: dict[str, list[str]] = {}
    for message in messages:
        envelope = decode(message.body.encode() if isinstance(message.body, str) else message.body)
        ids = found.setdefault(envelope.subject, [])
        if envelope.id not in ids:
            ids.append(envelope.id)
    return found


def test_m4_m5_f04_three_workers_with_a_frozen_and_a_killed_holder_keep_the_order_of_each_aggregate(
    world: World, mongodb_uri: str
) -> None:
    stored: dict[str, list[str]] = {f"u{n}": [] for n in range(6)}
    for id_ in stored:
        world.users.add({"_id": id_})

    def write(times: int) -> None:
        for _ in range(times):
            for id_, ids in stored.items():
                event = password_set(id_)
                world.users.change({"_id": id_}, {"$set": {"touched": True}}, event)
                ids.append(event.event_id)

    lease = {"RELAY_LEASE": "1.0", "RELAY_RENEW": "0.2"}
    with ExitStack() as stack:
        workers = [stack.enter_context(process(world, mongodb_uri, "identity", **lease)) for _ in range(3)]
        owners: set[str] = set()
        for fault in (signal.SIGSTOP, signal.SIGKILL, None):
            write(4)
            wait(lambda: world.waiting() == 0, 40)
            owners.add((world.database["leases"].find_one({"_id": "relay"}) or {})["owner"])
            if fault is not None:
                holder = holder_of(world, workers)
                holder.send_signal(fault)
                write(2)
                wait(lambda: world.waiting() == 0, 40)
                holder.send_signal(signal.SIGCONT)
        write(2)
        wait(lambda: world.waiting() == 0, 40)

    assert len(owners) > 1
    assert first_deliveries(world.taken("notifier", sum(map(len, stored.values())))) == stored


def holder_of(world: World, workers: list[Any]) -> Any:
    """The process that relays now, by its own word."""

    def active() -> list[Any]:
        return [w for w in workers if w.poll() is None and relays(w.port)]

    wait(lambda: len(active()) == 1, 20)
    return active()[0]


def relays(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=1) as answer:
            return 'relay_active{service="identity"} 1.0' in answer.read().decode()
    except OSError:
        return False


def test_m4_a_nacked_event_holds_the_later_ones_of_its_aggregate_back(world: World) -> None:
    admin = world.admin()
    channel = admin.channel()
    arguments = {"x-queue-type": "quorum", "x-max-length": 1, "x-overflow": "reject-publish"}
    channel.queue_declare("full", durable=True, auto_delete=False, arguments=arguments)
    channel.queue_bind("full", "karmayogi.events", "identity.PasswordSet.v1")
    stored = {f"u{n}": [password_set(f"u{n}"), registered(f"u{n}"), password_set(f"u{n}")] for n in range(4)}
    for id_, events in stored.items():
        world.add(id_, *events)
    relay = make_relay(world.settings(), world.database, [world.users])

    with world.running(relay):
        wait(lambda: world.users.collection.count_documents({"_attempts": {"$gte": 2}}) > 0)
        waiting = world.waiting()
        channel.queue_delete("full")
        wait(lambda: world.waiting() == 0)
    admin.close()

    came = first_deliveries(world.taken("notifier", 12))
    assert waiting > 0
    assert came == {id_: [event.event_id for event in events] for id_, events in stored.items()}
