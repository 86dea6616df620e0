"""One connection to the broker, owned by the thread that made it; after any trouble it is thrown away."""

from __future__ import annotations

import contextlib
import ssl
import threading
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import amqp
from amqp.exceptions import AMQPError
from kombu.connection import Connection
from prometheus_client import Gauge

from shared.settings import Settings

LOST = (AMQPError, OSError)
# The broker says so to a connection that publishes: the consumer alone would never hear of it.
BLOCKED = Gauge("bus_blocked", "1 while the broker takes no messages of this loop.", ["service", "loop"])


@dataclass(frozen=True)
class Delivery:
    """One message as the broker handed it over; `tag` acknowledges it on the link it came by."""

    tag: int
    exchange: str
    key: str
    body: bytes
    properties: dict[str, Any]
    headers: dict[str, Any]
    redelivered: bool


@dataclass
class Link:
    """A connection with a consuming and a publishing channel. Not to be shared between threads."""

    connection: amqp.Connection
    user: str
    blocked: threading.Event
    incoming: deque[Delivery] = field(default_factory=deque)
    _consumer: Any = None
    _tag: str = ""

    @classmethod
    def open(cls, url: str, settings: Settings) -> Link:
        """Connect; any of LOST when that fails."""
        blocked = threading.Event()
        client = Connection(
            url,
            ssl={"context": ssl.create_default_context()} if url.startswith("amqps:") else False,
            heartbeat=settings.amqp_heartbeat,
            connect_timeout=settings.amqp_write_timeout,
            transport_options={
                "confirm_publish": False,  # It waits for any ack; the publisher tracks its own tags.
                "read_timeout": settings.confirm_timeout,
                "write_timeout": settings.amqp_write_timeout,
                "client_properties": {"product": "karmayogi", "connection_name": settings.service},
                "on_blocked": lambda _reason: blocked.set(),
                "on_unblocked": blocked.clear,
            },
        )
        return cls(client.transport.establish_connection(), client.userid or "guest", blocked)

    def channel(self) -> amqp.Channel:
        """A fresh channel."""
        return self.connection.channel()

    def drain(self, timeout: float) -> bool:
        """Take in what the broker sends within `timeout` seconds; false when nothing came."""
        try:
            self.connection.drain_events(timeout=max(timeout, 0.001))
        except TimeoutError:
            return False
        return True

    def beat(self) -> None:
        """Read what is there and keep the connection alive; to be called about each second."""
        while self.drain(0.001):
            pass
        self.connection.heartbeat_tick()

    def heartbeat(self) -> None:
        """Send a heartbeat if one is due, and notice a silent broker."""
        self.connection.heartbeat_tick()

    def consume(self, queue: str, prefetch: int, arguments: dict[str, Any] | None = None) -> None:
        """Begin to take messages of a queue into `incoming`; a stream wants its offset in `arguments`."""
        if self._consumer is None:
            self._consumer = self.channel()
            self._consumer.auto_decode = False
            self._consumer.basic_qos(0, prefetch, False)
        self._tag = self._consumer.basic_consume(queue, callback=self._arrived, arguments=arguments or {})

    def cancel(self) -> None:
        """Take no more messages; those in hand stay unacknowledged."""
        self._consumer.basic_cancel(self._tag)

    def ack(self, tag: int) -> None:
        """Tell the broker that the effect of this delivery is stored."""
        self._consumer.basic_ack(tag)

    def require(self, queue: str, exchange: str) -> None:
        """Raise one of LOST when the queue or the exchange is missing; arguments are not compared."""
        channel = self.channel()
        channel.exchange_declare(exchange, "topic", passive=True)
        channel.queue_declare(queue, passive=True)
        channel.close()

    def _arrived(self, message: Any) -> None:
        body = message.body
        info = message.delivery_info
        properties = dict(message.properties)
        headers = properties.pop("application_headers", None) or {}
        self.incoming.append(
            Delivery(
                info["delivery_tag"],
                info["exchange"],
                info["routing_key"],
                body.encode() if isinstance(body, str) else bytes(body),
                properties,
                headers,
                bool(info["redelivered"]),
            )
        )

    def leave(self) -> None:
        """Say good-bye to the broker, so that the last acks are sure to arrive; then close."""
        with contextlib.suppress(*LOST, AttributeError):
            self.connection.close()
        self.close()

    def close(self) -> None:
        """Drop the connection at once, without asking the broker: it may be frozen."""
        with contextlib.suppress(*LOST, AttributeError):
            self.connection.collect()
