"""The consuming loop: parse, handle, ack; refused is parked, failed climbs the ladder, an outage pauses."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from prometheus_client import Counter, Gauge, Histogram

from shared import log, telemetry
from shared.bus import BLOCKED, DEAD, EVENTS_EXCHANGE, Delivery, Link, Message, Outcome, Publisher
from shared.errors import Conflict, Problem, Refused
from shared.events import CONTENT_TYPE, EVENTS, Envelope, Malformed, decode
from shared.log import bound
from shared.settings import Settings
from shared.worker.handlers import Handlers

HANDLED = Counter("bus_handled_total", "Messages dealt with.", ["service", "type", "outcome"])
SECONDS = Histogram("bus_handler_seconds", "Duration of a handler.", ["service", "type"])
LAG = Histogram(
    "bus_lag_seconds", "Event time to its handling.", ["service"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30, 300, 3600),
)  # fmt: skip
PAUSED = Gauge("bus_paused", "1 while a dependency is down.", ["service", "dependency"])
CONNECTED = Gauge("bus_connected", "1 while the consumer is connected.", ["service"])


class SideWayClosed(ConnectionError):
    """A message could not be put aside: the link is closed without an ack, so nothing is lost."""


class Consumer:
    """A loop of the worker that takes the messages of `queue` (the service's name)."""

    name = "consumer"

    def __init__(
        self,
        settings: Settings,
        handlers: Handlers,
        service: Any,
        healthy: Callable[[], bool],
        handled: Callable[[], None] = lambda: None,
        failpoint: Callable[[str], None] = lambda name: None,
        note: Callable[[Envelope, str], None] = lambda envelope, outcome: None,
    ) -> None:
        self._settings, self._handlers, self._service = settings, handlers, service
        self._note = note
        self._healthy, self._handled, self._failpoint = healthy, handled, failpoint
        self._link: Link
        self._publisher: Publisher
        self.connected = threading.Event()

    def run(self, stop: threading.Event, wake: threading.Event) -> None:
        """Consume until told to stop; errors of the link leave through here, the caller starts anew."""
        settings = self._settings
        self._link = Link.open(settings.amqp_url, settings)
        try:
            self._link.require(settings.service, EVENTS_EXCHANGE)
            # A closed link would cost each message in hand one of its deliveries, again and again while it lasts.
            self._publisher = Publisher(
                self._link, settings.service, settings.confirm_timeout, patience=settings.hold_most
            )
            self._link.consume(settings.service, settings.prefetch)
            self._mark(connected=True)
            while not stop.is_set():
                self._turn(stop)
            self._finish()
        finally:
            self._mark(connected=False)
            self._link.close()

    def _mark(self, *, connected: bool) -> None:
        CONNECTED.labels(self._settings.service).set(int(connected))
        (self.connected.set if connected else self.connected.clear)()

    def _turn(self, stop: threading.Event) -> None:
        if not self._link.incoming:
            self._link.drain(0.5)
        self._link.heartbeat()
        BLOCKED.labels(self._settings.service, self.name).set(int(self._link.blocked.is_set()))
        while self._link.incoming and not stop.is_set():
            delivery = self._link.incoming.popleft()
            if not self.take(delivery):
                self._link.incoming.appendleft(delivery)
                self._hold(stop)

    def _finish(self) -> None:
        """Deal with what is in hand, so that a stop costs no message one of its deliveries."""
        self._link.cancel()
        deadline = time.monotonic() + self._settings.stop_timeout / 2
        while self._link.incoming and time.monotonic() < deadline:
            if not self.take(self._link.incoming.popleft()):
                break
        self._link.leave()

    def take(self, delivery: Delivery) -> bool:
        """Handle one message and ack it; false when the dependency is down and it must be held."""
        try:
            envelope = checked(delivery, self._handlers, self._settings.service)
        except Malformed as error:
            self._park(delivery, error.slug, error)
        else:
            with self._tracing(envelope) as span:
                context = envelope.context
                with bound(replace(context, traceparent=span.traceparent or context.traceparent)):
                    if not self._effect(delivery, envelope):
                        return False
        self._failpoint("cons.after_effect_before_ack")
        self._link.ack(delivery.tag)
        self._handled()
        return True

    def _tracing(self, envelope: Envelope) -> Any:
        """A span of its own, linked to the write that told the event: days may lie between."""
        facts = {"messaging.system": "rabbitmq", "messaging.rabbitmq.destination.routing_key": envelope.type}
        name = f"process {self._settings.service}"
        return telemetry.span(name, "consumer", links=[envelope.traceparent], attributes=facts)

    def _effect(self, delivery: Delivery, envelope: Envelope) -> bool:
        began, outcome = time.monotonic(), "done"
        try:
            self._call(envelope)
        except Refused as error:
            outcome = "parked"
            self._park(delivery, "refused", error)
        except Exception as error:  # noqa: BLE001  (the one place: whatever fails is retried, never dropped)
            if not self._healthy():
                return False
            outcome = self._retry(delivery, error)
        self._report(envelope, outcome, time.monotonic() - began)
        return True

    def _call(self, envelope: Envelope) -> None:
        for left in reversed(range(self._settings.conflict_tries)):
            try:
                return self._handlers.handle(self._service, envelope)
            except Conflict:
                if not left:
                    raise

    def _report(self, envelope: Envelope, outcome: str, seconds: float) -> None:
        service = self._settings.service
        lag = (datetime.now(UTC) - envelope.time).total_seconds()
        self._note(envelope, outcome)
        if outcome == "done":
            HANDLED.labels(service, envelope.type, outcome).inc()
        SECONDS.labels(service, envelope.type).observe(seconds)
        LAG.labels(service).observe(max(lag, 0.0))
        log.get(__name__).info(
            "event",
            extra={
                "type": envelope.type,
                "event_id": envelope.id,
                "subject": envelope.subject,
                "outcome": outcome,
                "ms": round(seconds * 1000, 1),
                "lag_ms": round(lag * 1000, 1),
            },
        )

    def _retry(self, delivery: Delivery, error: Exception) -> str:
        attempt = attempts_of(delivery) + 1
        ladder: Sequence[str] = self._settings.retry_ladder
        if attempt > len(ladder):
            self._park(delivery, "exhausted", error)
            return "parked"
        rung = f"{self._settings.service}.retry.{ladder[attempt - 1]}"
        self._put_aside(
            delivery, rung, {"karmayogi-attempt": attempt, **self._why("failed", error)}, "retried"
        )
        return "retried"

    def _park(self, delivery: Delivery, reason: str, error: Exception) -> None:
        headers = {"karmayogi-attempt": attempts_of(delivery), **self._why(reason, error)}
        self._put_aside(delivery, f"{self._settings.service}.parked", headers, "parked")
        log.get(__name__).error(
            "message parked",
            extra={"event_id": str(delivery.properties.get("message_id", ""))[:64], "reason": reason},
        )

    def _why(self, reason: str, error: Exception) -> dict[str, Any]:
        slug = f":{error.slug}" if isinstance(error, Problem | Malformed) else ""
        return {
            "karmayogi-service": self._settings.service,
            "karmayogi-reason": reason,
            "karmayogi-error": f"{type(error).__name__}{slug}",
        }

    def _put_aside(self, delivery: Delivery, key: str, headers: dict[str, Any], outcome: str) -> None:
        kept = {k: v for k, v in delivery.headers.items() if not k.startswith("x-")}
        kept.setdefault("karmayogi-first-failed-at", datetime.now(UTC).isoformat())
        properties = delivery.properties
        moved = Message(
            id=str(properties.get("message_id", "")),
            type=str(properties.get("type", "")),
            body=delivery.body,
            exchange=DEAD,
            key=key,
            headers={**kept, **headers},
            correlation_id=str(properties.get("correlation_id", "")),
            content_type=str(properties.get("content_type", "")),
        )
        if self._publisher.send([moved]) != [Outcome.CONFIRMED]:
            raise SideWayClosed(key)
        known = moved.type if moved.type in EVENTS else "unknown"
        HANDLED.labels(self._settings.service, known, outcome).inc()

    def _hold(self, stop: threading.Event) -> None:
        """Keep what is in hand and probe; an outage spends no rung and at most one delivery per message."""
        settings, began, good = self._settings, time.monotonic(), 0
        pause = settings.hold_probe_first
        self._link.cancel()
        PAUSED.labels(settings.service, "database").set(1)
        log.get(__name__).warning("consumer paused")
        try:
            while good < settings.hold_good_probes:
                if stop.wait(0 if good else pause):
                    return
                self._link.beat()
                good = good + 1 if self._healthy() else 0
                pause = min(pause * 2, settings.hold_probe_most)
                if time.monotonic() - began > settings.hold_most:
                    self._stay_away(stop)
        finally:
            PAUSED.labels(settings.service, "database").set(0)
        self._link.consume(settings.service, settings.prefetch)

    def _stay_away(self, stop: threading.Event) -> None:
        """Give the messages back before the broker's ack timeout, and come back when all is well."""
        self._mark(connected=False)
        self._link.close()
        while not self._healthy() and not stop.wait(self._settings.hold_probe_most):
            pass
        raise SideWayClosed("the outage was longer than messages may be held")


def checked(delivery: Delivery, handlers: Handlers, service: str) -> Envelope:
    """The event of a message; Malformed when it is not valid, not ours, or not from its publisher."""
    if not str(delivery.properties.get("content_type", "")).startswith(CONTENT_TYPE):
        raise Malformed("content_type")
    envelope = decode(delivery.body)
    if delivery.exchange == EVENTS_EXCHANGE and delivery.key != envelope.type:
        raise Malformed("key_is_not_type")
    if delivery.properties.get("user_id") not in (EVENTS[envelope.type].publisher, service):
        raise Malformed("forged")
    if not handlers.knows(envelope.type):
        raise Malformed("no_handler")
    return envelope


def attempts_of(delivery: Delivery) -> int:
    """How often this message failed before, by our own header; the broker's counts are not ours."""
    value = delivery.headers.get("karmayogi-attempt", 0)
    return value if isinstance(value, int) and 0 <= value <= 1000 else 0
