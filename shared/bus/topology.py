"""Exchanges, queues, bindings and rights, as data, and the job that declares them.

Arguments that keep messages safe stand here and not in a policy: a forgotten policy would drop messages.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from amqp.exceptions import NotFound, PreconditionFailed

from shared.bus.link import Link
from shared.events import Event
from shared.events.listeners import LISTENERS

EVENTS_EXCHANGE = "karmayogi.events"
DEAD = "karmayogi.dead"
LOG = "karmayogi.log"
DELIVERY_LIMIT = 10
KEEP_FOR_EVER = {"x-queue-type": "quorum", "x-delivery-limit": 1_000_000}
SAFE_OVERFLOW = {"x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish"}
_UNITS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000}


class TopologyWrong(SystemExit):
    """Stops the job with one sentence that names what is different or missing."""


@dataclass(frozen=True)
class Queue:
    """A durable queue; `bindings` are pairs of exchange and key."""

    name: str
    arguments: dict[str, Any]
    bindings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Permission:
    """What one user may do in the vhost, as regular expressions (messaging.md section 4)."""

    user: str
    configure: str
    write: str
    read: str
    topic_write: str
    topic_read: str
    topic_exchange: str = EVENTS_EXCHANGE
    tags: tuple[str, ...] = field(default=())


def milliseconds(rung: str) -> int:
    """The time of a rung's name: 100ms, 1s, 10m, 1h; ValueError otherwise."""
    found = re.fullmatch(r"(\d+)(ms|s|m|h)", rung)
    if found is None:
        raise ValueError(f"{rung} is no time of a retry ladder")
    return int(found[1]) * _UNITS[found[2]]


def permissions(services: Sequence[str] = tuple(LISTENERS)) -> list[Permission]:
    """The rights of each user of the broker; apart from these, nobody has any."""
    table = [Permission("deploy", ".*", ".*", ".*", "^$", ".*")]
    for name in services:
        side = rf"^({name}(\.(dead|parked))?|karmayogi\.log)$"
        table.append(Permission(name, "^$", r"^karmayogi\.(events|dead)$", side, rf"^{name}\.", "^$"))
    table.append(Permission("analytics", "^$", "^$", r"^karmayogi\.log$", "^$", "^$"))
    table.append(Permission("monitor", "^$", "^$", "^$", "^$", "^$", tags=("monitoring",)))
    return table


class Topology:
    """All that must exist on the broker for the given listeners; targets come before sources."""

    def __init__(
        self,
        listeners: Mapping[str, tuple[type[Event], ...]] = LISTENERS,
        ladder: Sequence[str] = ("1s", "10s", "1m", "10m", "1h"),
    ) -> None:
        self._listeners, self._ladder = listeners, ladder
        self.exchanges = {EVENTS_EXCHANGE: "topic", DEAD: "direct"}

    def queues(self) -> Iterator[Queue]:
        """All queues in the order in which they must be declared."""
        for service, events in self._listeners.items():
            yield from self._of(service, sorted(event.type for event in events))
        yield Queue(
            LOG,
            {"x-queue-type": "stream", "x-stream-max-segment-size-bytes": 100_000_000},
            ((EVENTS_EXCHANGE, "#"),),
        )

    def _of(self, service: str, types: list[str]) -> Iterator[Queue]:
        for end in ("dead", "parked"):
            yield Queue(f"{service}.{end}", dict(KEEP_FOR_EVER), ((DEAD, f"{service}.{end}"),))
        for rung in self._ladder:
            name = f"{service}.retry.{rung}"
            yield Queue(name, self._side(milliseconds(rung), service), ((DEAD, name),))
        yield Queue(
            service,
            {
                "x-queue-type": "quorum",
                "x-delivery-limit": DELIVERY_LIMIT,
                "x-dead-letter-exchange": DEAD,
                "x-dead-letter-routing-key": f"{service}.dead",
                **SAFE_OVERFLOW,
            },
            (*((EVENTS_EXCHANGE, type_) for type_ in types), (DEAD, service)),
        )

    def _side(self, ttl: int, service: str) -> dict[str, Any]:
        return {
            "x-queue-type": "quorum",
            "x-message-ttl": ttl,
            "x-dead-letter-exchange": DEAD,
            "x-dead-letter-routing-key": service,
            **SAFE_OVERFLOW,
        }

    def apply(self, link: Link, patience: float = 60.0, pause: float = 0.5) -> None:
        """Declare everything; a second time changes nothing; TopologyWrong when arguments differ.

        A broker that restarts opens its port before its queues have their leaders and says until then that they are
        not found: so long this waits, at most `patience` seconds.
        """
        deadline = time.monotonic() + patience
        while True:
            try:
                return self._declare(link)
            except NotFound:
                if time.monotonic() > deadline:
                    raise
                time.sleep(pause)

    def _declare(self, link: Link) -> None:
        name = ""
        try:
            channel = link.channel()
            for name, kind in self.exchanges.items():
                channel.exchange_declare(name, kind, durable=True, auto_delete=False)
            for queue in self.queues():
                name = queue.name
                channel.queue_declare(name, durable=True, auto_delete=False, arguments=queue.arguments)
                for exchange, key in queue.bindings:
                    channel.queue_bind(name, exchange, key)
            channel.close()
        except PreconditionFailed as error:
            raise TopologyWrong(
                f"{name} exists with other arguments: {error.reply_text}. Changing an argument is a migration"
                " (docs/runbooks/topology.md)."
            ) from None

    def check(self, link: Link) -> None:
        """Look whether everything exists; TopologyWrong names the first that does not."""
        for name, kind in self.exchanges.items():
            self._present(link, name, kind)
        for queue in self.queues():
            self._present(link, queue.name, None)

    def _present(self, link: Link, name: str, kind: str | None) -> None:
        channel = link.channel()
        try:
            if kind:
                channel.exchange_declare(name, kind, passive=True)
            else:
                channel.queue_declare(name, passive=True)
        except NotFound:
            raise TopologyWrong(f"{name} does not exist; run the deploy job.") from None
        channel.close()

    def export(self, vhost: str = "/") -> dict[str, Any]:
        """The same as the broker's definitions, with rights and the retention of the log."""
        queues = list(self.queues())
        own = {"vhost": vhost, "durable": True, "auto_delete": False}
        rights = permissions(tuple(self._listeners))
        return {
            "exchanges": [
                {"name": name, "type": kind, "internal": False, "arguments": {}, **own}
                for name, kind in self.exchanges.items()
            ],
            "queues": [{"name": q.name, "arguments": q.arguments, **own} for q in queues],
            "bindings": [
                {
                    "source": exchange,
                    "vhost": vhost,
                    "destination": q.name,
                    "destination_type": "queue",
                    "routing_key": key,
                    "arguments": {},
                }
                for q in queues
                for exchange, key in q.bindings
            ],
            "policies": [
                {
                    "vhost": vhost,
                    "name": "log-retention",
                    "pattern": r"^karmayogi\.log$",
                    "apply-to": "queues",
                    "priority": 0,
                    "definition": {"max-age": "365D"},
                }
            ],
            "permissions": [
                {k: v for k, v in asdict(p).items() if k in ("user", "configure", "write", "read")}
                | {"vhost": vhost}
                for p in rights
            ],
            "topic_permissions": [
                {
                    "user": p.user,
                    "vhost": vhost,
                    "exchange": p.topic_exchange,
                    "write": p.topic_write,
                    "read": p.topic_read,
                }
                for p in rights
            ],
        }
