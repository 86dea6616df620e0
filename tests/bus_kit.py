"""What tests of the bus share: fast settings, a topology with a short ladder, loops in threads, looks at queues."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from shared.bus import EVENTS_EXCHANGE, Link, Message, Topology
from shared.events import encode
from shared.events.identity import PasswordSet, UserRegistered
from shared.log import Context
from shared.mongo import Records, publishing_indexes
from shared.settings import Settings
from shared.worker import Consumer, Handlers
from shared.worker.process import Loop, keep_running

LADDER = ("100ms", "200ms")
FAST: dict[str, Any] = {
    "environment": "test", "retry_ladder": LADDER, "amqp_heartbeat": 5, "amqp_write_timeout": 2.0,
    "confirm_timeout": 5.0, "reconnect_first": 0.05, "reconnect_most": 0.3, "hold_probe_first": 0.05,
    "hold_probe_most": 0.1, "relay_sweep": 0.1, "relay_lease": 4.0, "relay_renew": 0.5,
    "relay_backoff_first": 0.02, "relay_backoff_most": 0.05, "relay_attempts_most": 3, "watch_reopen": 0.2,
}  # fmt: skip


def wait(condition: Callable[[], object], seconds: float = 20.0) -> None:
    """Poll until true; AssertionError at the deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the deadline passed"
        time.sleep(0.02)


def password_set(user_id: str = "u1", sv: int = 1) -> PasswordSet:
    """An event of identity that notifier hears."""
    return PasswordSet(user_id=user_id, mdo_id="m1", mdo_path=("m1",), first=True, sv=sv, locale="en")


def registered(user_id: str = "u1") -> UserRegistered:
    """Another one."""
    return UserRegistered(user_id=user_id, mdo_id="m1", mdo_path=("m1",), position_id=None, locale="en")


def wire(event: Any, sequence: int = 1, **changes: Any) -> Message:
    """The event as a message to the exchange of events."""
    body = encode(event, subject=event.user_id, sequence=sequence, context=Context("c1"))
    values = {"id": event.event_id, "type": event.type, "body": body.encode(),
              "exchange": EVENTS_EXCHANGE, "key": event.type} | changes  # fmt: skip
    return Message(**values)


class World:
    """A vhost with the topology, and the database of a publishing service."""

    def __init__(self, broker: Any, database: Any) -> None:
        self.broker, self.database = broker, database
        self.users = Records(database["users"])
        publishing_indexes(self.users.collection)
        admin = self.admin()
        Topology(ladder=LADDER).apply(admin)
        channel = admin.channel()
        for queue in Topology(ladder=LADDER).queues():
            if queue.arguments["x-queue-type"] == "quorum":
                channel.queue_purge(queue.name)
        admin.leave()

    def settings(self, service: str = "identity", **changes: Any) -> Settings:
        """Fast settings of a service."""
        values = FAST | {"service": service, "amqp_url": self.broker.url(service)} | changes
        return Settings(**values)

    def admin(self) -> Link:
        """A link of the deploy job."""
        return Link.open(self.broker.topology_url, self.settings(amqp_url=self.broker.topology_url))

    def add(self, id_: str, *events: Any) -> None:
        """A committed change with its events: one write for each, in order."""
        self.users.add({"_id": id_})
        for event in events:
            self.users.change({"_id": id_}, {"$set": {"touched": True}}, event)

    def waiting(self) -> int:
        """Documents whose events are not all out."""
        return self.users.collection.count_documents({"_outbox": {"$exists": True}})

    def take(self, queue: str) -> list[Any]:
        """Remove and return all messages of a queue."""
        link, found = self.admin(), []
        channel = link.channel()
        while (message := channel.basic_get(queue)) is not None:
            channel.basic_ack(message.delivery_tag)
            found.append(message)
        link.leave()
        return found

    def taken(self, queue: str, count: int = 1, seconds: float = 20.0) -> list[Any]:
        """Wait for so many messages in a queue, and remove them."""
        found: list[Any] = []
        wait(lambda: found.extend(self.take(queue)) or len(found) >= count, seconds)
        return found

    @contextmanager
    def running(self, *loops: Loop) -> Iterator[None]:
        """Run loops as the worker does."""
        stop, wake = threading.Event(), threading.Event()
        settings = self.settings()
        threads = [threading.Thread(target=keep_running, args=(settings, loop, stop, wake)) for loop in loops]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            wake.set()
            for thread in threads:
                thread.join(15)

    def consumer(
        self, handler: Callable[..., None], healthy: Callable[[], bool] = lambda: True, **changes: Any
    ) -> Consumer:
        """A consumer of notifier with one handler for two events."""
        handlers = Handlers()
        handlers.on(PasswordSet, UserRegistered)(handler)
        return Consumer(self.settings("notifier", **changes), handlers, None, healthy)
