"""The relay: stored events go to the broker in rounds, and only what the broker confirmed is cleared."""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from prometheus_client import Counter, Gauge, Histogram
from pymongo.errors import PyMongoError

from shared import log, telemetry
from shared.bus import BLOCKED, EVENTS_EXCHANGE, Message, Outcome, Publisher
from shared.mongo import Document
from shared.outbox.lease import Lease
from shared.outbox.waiting import Waiting
from shared.settings import Settings

PUBLISHED = Counter("relay_published_total", "Events published.", ["service", "type", "result"])
CONFIRM = Histogram("relay_confirm_seconds", "One round: publish to last confirm.", ["service"])
ACTIVE = Gauge("relay_active", "1 when this process relays.", ["service"])
PENDING = Gauge("outbox_pending", "Documents with unsent events.", ["service"])
OLDEST = Gauge("outbox_oldest_seconds", "Age of the oldest unsent event.", ["service"])
HALTED = Gauge("outbox_dead", "Aggregates halted by an event that cannot be sent.", ["service"])

MESSAGING = {"messaging.system": "rabbitmq", "messaging.destination.name": EVENTS_EXCHANGE}


class LinkBroken(ConnectionError):
    """The broker did not say what became of a message: the link is worth nothing any more."""


class Relay:
    """A loop of the worker. `connect` opens a fresh publisher on a fresh link, in the calling thread."""

    name = "relay"

    def __init__(
        self,
        settings: Settings,
        waiting: Sequence[Waiting],
        lease: Lease,
        connect: Callable[[], Publisher],
        failpoint: Callable[[str], None] = lambda name: None,
    ) -> None:
        self._settings, self._waiting, self._lease = settings, waiting, lease
        self._connect, self._failpoint = connect, failpoint
        self._publisher: Publisher | None = None
        self._beat_at = self._far_at = self._figures_at = float("-inf")

    def run(self, stop: threading.Event, wake: threading.Event) -> None:
        """Relay until told to stop; any error of broker or database leaves through here, links closed."""
        try:
            while not stop.is_set():
                wake.clear()
                if not self.sweep():
                    wake.wait(min(self._settings.relay_sweep, 1.0))
            self._give_back()
        finally:
            ACTIVE.labels(self._settings.service).set(0)
            self.close()

    def sweep(self) -> bool:
        """Publish what is due, if this process holds the lease; true when there may be more at once."""
        held = self._lease.held()
        ACTIVE.labels(self._settings.service).set(int(held))
        publisher = self._linked()
        if not held:
            return False
        far, more = self._every("_far_at", self._settings.relay_wrong_clock_every), False
        for waiting in self._waiting:
            found = waiting.due()
            more = more or len(found) >= self._settings.relay_batch
            if far:
                found += waiting.due(far=True)
            if found:
                self._carry(publisher, waiting, waiting.put_aside(found))
        if self._every("_figures_at", self._settings.gauges_every):
            self._count()
        return more

    def close(self) -> None:
        """Drop the link."""
        if self._publisher is not None:
            self._publisher.link.close()
            self._publisher = None

    def _linked(self) -> Publisher:
        if self._publisher is None:
            self._publisher = self._connect()
        if self._every("_beat_at", 1.0):
            self._publisher.link.beat()
        return self._publisher

    def _every(self, name: str, seconds: float) -> bool:
        now = time.monotonic()
        if now - getattr(self, name) < seconds:
            return False
        setattr(self, name, now)
        return True

    def _carry(self, publisher: Publisher, waiting: Waiting, documents: list[Document]) -> None:
        """Rounds with one event per aggregate on the wire: a nack of one must not let the next overtake."""
        confirmed: dict[Any, list[str]] = defaultdict(list)
        failed: list[tuple[Document, Document, Outcome]] = []
        heads = [(document, 0) for document in documents]
        unknown = False
        while heads and not unknown and self._lease.held():
            asked = [(document, document["_outbox"][at]) for document, at in heads]
            outcomes = self._publish(publisher, [event for _, event in asked])
            going = []
            for (document, at), (_, event), outcome in zip(heads, asked, outcomes, strict=True):
                if outcome is Outcome.CONFIRMED:
                    confirmed[document["_id"]].append(event["id"])
                    if at + 1 < len(document["_outbox"]):
                        going.append((document, at + 1))
                elif outcome is Outcome.UNKNOWN:
                    unknown = True
                else:
                    failed.append((document, event, outcome))
            heads = going
        self._failpoint("relay.after_publish_before_mark")
        waiting.clear(confirmed)
        for document, event, outcome in failed:
            self._delay(waiting, document, event, outcome, fresh=document["_id"] in confirmed)
        if unknown:
            self.close()
            raise LinkBroken("unconfirmed messages")

    def _publish(self, publisher: Publisher, events: list[Document]) -> list[Outcome]:
        links = [event.get("traceparent", "") for event in events]
        tracing = telemetry.span(f"publish {EVENTS_EXCHANGE}", "producer", links=links, attributes=MESSAGING)
        with CONFIRM.labels(self._settings.service).time(), tracing:
            outcomes = publisher.send([message(event) for event in events])
        blocked = publisher.link.blocked.is_set()
        if blocked or Outcome.CONFIRMED in outcomes:  # A fresh link does not know yet.
            BLOCKED.labels(self._settings.service, self.name).set(int(blocked))
        for event, outcome in zip(events, outcomes, strict=True):
            PUBLISHED.labels(self._settings.service, event["type"], outcome.value).inc()
        return outcomes

    def _delay(
        self, waiting: Waiting, document: Document, event: Document, outcome: Outcome, *, fresh: bool
    ) -> None:
        if fresh:
            document = {**document, "_attempts": 0}
        halted = waiting.delay(document, event, outcome.value)
        report = log.get(__name__).error if halted else log.get(__name__).warning
        report(
            "aggregate halted" if halted else "event delayed",
            extra={"event_id": event["id"], "type": event["type"], "result": outcome.value},
        )

    def _count(self) -> None:
        figures = [waiting.figures() for waiting in self._waiting]
        PENDING.labels(self._settings.service).set(sum(f[0] for f in figures))
        OLDEST.labels(self._settings.service).set(max((f[1] for f in figures), default=0.0))
        HALTED.labels(self._settings.service).set(sum(f[2] for f in figures))

    def _give_back(self) -> None:
        try:
            self._lease.release()
        except PyMongoError as error:
            log.get(__name__).warning("lease not released", extra={"error": type(error).__name__})


def message(event: Document) -> Message:
    """The message of one stored event; its body is the stored text, byte for byte."""
    body: str = event["body"]
    attributes = json.loads(body)
    return Message(
        id=event["id"],
        type=event["type"],
        body=body.encode(),
        exchange=EVENTS_EXCHANGE,
        key=event["type"],
        correlation_id=attributes.get("correlationid", ""),
        headers={
            "ce-specversion": "1.0",
            "ce-id": event["id"],
            "ce-type": event["type"],
            "ce-source": attributes["source"],
            "traceparent": event.get("traceparent", ""),
        },
    )
