"""The consuming loop on a real broker: what is handled, parked, retried, held."""

from __future__ import annotations

import importlib
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from shared.bus import Link, Outcome, Publisher
from shared.errors import Conflict, Refused
from shared.events.identity import PasswordSet
from shared.events.listeners import LISTENERS
from shared.worker import Handlers
from tests.bus_kit import World, password_set, registered, wait, wire


@pytest.fixture
def world(broker: Any, database: Any) -> World:
    return World(broker, database)


@pytest.fixture
def publisher(world: World) -> Iterator[Publisher]:
    settings = world.settings("identity")
    made = Publisher(Link.open(settings.amqp_url, settings), "identity", 5.0)
    yield made
    made.link.close()


class Facts:
    """A handler whose effect is a keyed fact, so that a second delivery changes nothing."""

    def __init__(self, database: Any, *errors: Exception) -> None:
        self.rows, self.errors, self.calls = database["facts"], list(errors), 0

    def __call__(self, service: Any, event: Any, envelope: Any) -> None:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        self.rows.update_one({"_id": envelope.id}, {"$set": {"type": envelope.type}}, upsert=True)

    def count(self) -> int:
        return int(self.rows.count_documents({}))


def headers(message: Any) -> dict[str, Any]:
    return dict(message.properties["application_headers"])


def test_m6_duplicates_in_any_order_leave_one_effect_each(world: World, publisher: Publisher) -> None:
    facts = Facts(world.database)
    one, two = wire(password_set(), 1), wire(registered(), 2)
    consumer = world.consumer(facts)

    with world.running(consumer):
        for batch in ([two, one], [one], [two]):
            publisher.send(batch)
        wait(lambda: facts.calls == 4)

    assert facts.count() == 2
    assert world.take("notifier") == []


def test_m8_a_refused_message_is_parked_at_once_with_the_reason(world: World, publisher: Publisher) -> None:
    facts = Facts(world.database, Refused("never", "Never."))
    with world.running(world.consumer(facts)):
        publisher.send([wire(password_set()), wire(registered())])
        (parked,) = world.taken("notifier.parked")
        wait(lambda: facts.count() == 1)

    assert headers(parked)["karmayogi-reason"] == "refused"
    assert headers(parked)["karmayogi-error"] == "Refused:never"
    assert headers(parked)["karmayogi-service"] == "notifier"
    assert facts.calls == 2


def test_m8_a_failing_message_climbs_the_ladder_and_succeeds(world: World, publisher: Publisher) -> None:
    facts = Facts(world.database, RuntimeError("a"), RuntimeError("b"))
    with world.running(world.consumer(facts)):
        publisher.send([wire(password_set())])
        wait(lambda: facts.count() == 1)

    assert facts.calls == 3
    assert world.take("notifier.parked") == []


def test_m8_after_the_last_rung_a_message_is_parked_as_exhausted(world: World, publisher: Publisher) -> None:
    facts = Facts(world.database, *(RuntimeError("secret text") for _ in range(9)))
    with world.running(world.consumer(facts)):
        publisher.send([wire(password_set())])
        (parked,) = world.taken("notifier.parked")

    assert facts.calls == 3
    assert headers(parked)["karmayogi-reason"] == "exhausted"
    assert headers(parked)["karmayogi-error"] == "RuntimeError"
    assert "secret text" not in str(parked.properties)


def test_a_conflict_is_tried_again_in_place(world: World, publisher: Publisher) -> None:
    facts = Facts(world.database, Conflict("x", "X."), Conflict("x", "X."))
    with world.running(world.consumer(facts)):
        publisher.send([wire(password_set())])
        wait(lambda: facts.count() == 1)

    assert facts.calls == 3


def test_m11_a_message_with_a_false_sender_has_no_effect(world: World) -> None:
    settings = world.settings("deploy")
    forger = Publisher(Link.open(settings.amqp_url, settings), "identity", 5.0)
    facts = Facts(world.database)
    with world.running(world.consumer(facts)):
        forger.send([wire(password_set(), exchange="karmayogi.dead", key="notifier")])
        (parked,) = world.taken("notifier.parked")

    forger.link.close()
    assert headers(parked)["karmayogi-reason"] == "forged"
    assert facts.calls == 0


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"body": b"{"}, "not_json"),
        ({"body": b"[]"}, "not_a_cloudevent"),
        ({"key": "identity.UserRegistered.v1"}, "key_is_not_type"),
        ({"content_type": "application/json"}, "content_type"),
    ],
)
def test_m8_a_malformed_message_is_parked_at_once(
    world: World, publisher: Publisher, changes: dict[str, Any], reason: str
) -> None:
    facts = Facts(world.database)
    with world.running(world.consumer(facts)):
        publisher.send([wire(password_set(), **changes)])
        (parked,) = world.taken("notifier.parked")

    assert headers(parked)["karmayogi-reason"] == reason
    assert facts.calls == 0


def retold(**changes: Any) -> bytes:
    """The body of a good event with some attributes of another kind."""
    return json.dumps(json.loads(wire(password_set()).body) | changes).encode()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (retold(type="identity.PasswordSet.v9"), "unknown_type"),
        (retold(type="identity.Promoted.v1"), "unknown_type"),
        (retold(source="/notifier"), "attribute_not_valid"),
        (retold(data={"user_id": "u1", "role": "SPV_ADMIN"}), "schema_violated"),
        (retold(padding="x" * 1_000_000), "oversized"),
    ],
    ids=["version", "type", "producer", "fields", "size"],
)
def test_s07_what_the_contract_does_not_know_is_parked_and_changes_nothing(
    world: World, publisher: Publisher, body: bytes, reason: str
) -> None:
    facts = Facts(world.database)
    with world.running(world.consumer(facts)):
        publisher.send([wire(password_set(), body=body, exchange="karmayogi.dead", key="notifier")])
        (parked,) = world.taken("notifier.parked")

    assert headers(parked)["karmayogi-reason"] == reason
    assert (facts.calls, facts.count()) == (0, 0)


def test_s07_a_field_that_the_contract_does_not_name_reaches_no_handler(
    world: World, publisher: Publisher
) -> None:
    heard: list[Any] = []
    told = json.loads(wire(password_set()).body)
    told["data"]["role"] = "SPV_ADMIN"
    with world.running(world.consumer(lambda service, event, envelope: heard.append(event))):
        publisher.send([wire(password_set(), body=json.dumps(told).encode())])
        wait(lambda: heard)

    assert not hasattr(heard[0], "role")
    assert heard[0].user_id == "u1"


def test_m9_while_the_database_is_away_nothing_climbs_and_all_is_done_after(
    world: World, publisher: Publisher
) -> None:
    up = threading.Event()
    facts = Facts(world.database)

    def handler(service: Any, event: Any, envelope: Any) -> None:
        if not up.is_set():
            raise ConnectionError
        facts(service, event, envelope)

    with world.running(world.consumer(handler, up.is_set)):
        publisher.send([wire(password_set(f"u{n}")) for n in range(20)])
        assert not up.wait(0.7)
        up.set()
        wait(lambda: facts.count() == 20)

    assert facts.calls == 20
    assert world.take("notifier.parked") == []


def test_m9_the_consumer_comes_back_after_its_queue_was_deleted(world: World, publisher: Publisher) -> None:
    facts = Facts(world.database)
    consumer = world.consumer(facts)
    with world.running(consumer):
        wait(consumer.connected.is_set)
        admin = world.admin()
        admin.channel().queue_delete("notifier")
        wait(lambda: not consumer.connected.is_set())
        admin.close()
        World(world.broker, world.database)
        publisher.send([wire(password_set())])
        wait(lambda: facts.count() == 1)


def test_m9_the_consumer_comes_back_after_missed_heartbeats(world: World) -> None:
    facts = Facts(world.database)
    consumer = world.consumer(facts, amqp_heartbeat=2)
    with world.running(consumer):
        wait(consumer.connected.is_set)
        world.broker.freeze()
        try:
            wait(lambda: not consumer.connected.is_set())
        finally:
            world.broker.thaw()
        wait(consumer.connected.is_set, 40)
        message, settings = wire(password_set()), world.settings("identity")

        def sent() -> bool:  # The link from before the freeze may be closed by now.
            made = Publisher(Link.open(settings.amqp_url, settings), "identity", 5.0)
            confirmed = made.send([message]) == [Outcome.CONFIRMED]
            made.link.close()
            return confirmed

        wait(sent)
        wait(lambda: facts.count() == 1)


def test_two_handlers_for_one_event_are_refused() -> None:
    handlers = Handlers()
    handlers.on(PasswordSet)(lambda service, event, envelope: None)

    with pytest.raises(TypeError, match="two handlers"):
        handlers.on(PasswordSet)(lambda service, event, envelope: None)


def test_nobody_listens_twice_to_one_event() -> None:
    assert all(len(set(events)) == len(events) for events in LISTENERS.values())


@pytest.mark.parametrize("service", sorted(LISTENERS))
def test_the_bindings_are_those_of_the_services_handlers(service: str) -> None:
    module = importlib.import_module(f"services.{service}.handlers")

    assert set(module.handlers.events) == set(LISTENERS[service])
