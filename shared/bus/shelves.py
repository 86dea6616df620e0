"""The two shelves of a service, parked and dead: look, send again, give up. With pika alone.

A second client on purpose: a defect of one library must not hide on both sides. It runs as the service's own
user, since the broker refuses a false `user_id`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pika

from shared.bus.topology import DEAD

SHELF_FAILED = (pika.exceptions.AMQPError, OSError)


@dataclass(frozen=True)
class Wanted:
    """Which messages are meant; what is empty matches all."""

    id: str = ""
    type: str = ""
    since: datetime | None = None

    def matches(self, shown: dict[str, Any]) -> bool:
        """Whether a message shown by `describe` is meant."""
        first = shown["first_failed_at"]
        late = self.since is None or (bool(first) and datetime.fromisoformat(first) >= self.since)
        return (
            (not self.id or shown["id"] == self.id) and (not self.type or shown["type"] == self.type) and late
        )


def describe(properties: Any, body: bytes, *, whole: bool = False) -> dict[str, Any]:
    """What an operator sees of a message."""
    headers = properties.headers or {}
    shown = {
        "id": properties.message_id or "",
        "type": properties.type or "",
        "user_id": properties.user_id or "",
        "reason": headers.get("karmayogi-reason", "delivery_limit"),
        "error": headers.get("karmayogi-error", ""),
        "attempt": headers.get("karmayogi-attempt", 0),
        "first_failed_at": headers.get("karmayogi-first-failed-at", ""),
    }
    if whole:
        shown["headers"] = {str(key): str(value) for key, value in headers.items()}
        shown["body"] = body.decode("utf-8", "replace")
    return shown


def depths(url: str, service: str) -> dict[str, int]:
    """How many messages lie in a service's queue and on its shelves; one of SHELF_FAILED without an answer."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    try:
        channel = connection.channel()
        names = (service, f"{service}.parked", f"{service}.dead")
        return {name: channel.queue_declare(name, passive=True).method.message_count for name in names}
    finally:
        connection.close()


class Shelf:
    """`<service>.parked` or `<service>.dead`; each call opens and closes its own connection."""

    def __init__(self, url: str, service: str, end: str) -> None:
        self._parameters = pika.URLParameters(url)
        self._parameters.blocked_connection_timeout = 10
        self._service, self._queue = service, f"{service}.{end}"

    def show(self, wanted: Wanted, *, whole: bool = False) -> list[dict[str, Any]]:
        """What is there; everything goes back."""
        found = []

        def look(_channel: Any, _method: Any, properties: Any, body: bytes) -> None:
            found.append(describe(properties, body, whole=whole))

        self._each(wanted, look)
        return found

    def replay(self, wanted: Wanted, rate: float = 50.0) -> int:
        """Send messages to this service alone, with no attempts counted; acked when the broker has them."""

        def again(channel: Any, method: Any, properties: Any, body: bytes) -> None:
            headers = properties.headers or {}
            properties.headers = {
                k: v for k, v in headers.items() if not k.startswith(("x-", "karmayogi-"))
            } | {"karmayogi-attempt": 0}
            properties.user_id = self._parameters.credentials.username
            channel.basic_publish(DEAD, self._service, body, properties, mandatory=True)
            channel.basic_ack(method.delivery_tag)
            time.sleep(1 / rate)

        return self._each(wanted, again)

    def drop(self, wanted: Wanted, record: Callable[[dict[str, Any]], None]) -> int:
        """Remove messages for good; `record` keeps each first."""

        def away(channel: Any, method: Any, properties: Any, body: bytes) -> None:
            record(describe(properties, body))
            channel.basic_ack(method.delivery_tag)

        return self._each(wanted, away)

    def edit(self, wanted: Wanted, body: bytes, record: Callable[[dict[str, Any]], None]) -> int:
        """Send a message again with another body; `record` keeps the one it had."""

        def anew(channel: Any, method: Any, properties: Any, old: bytes) -> None:
            record(describe(properties, old, whole=True))
            properties.headers = {"karmayogi-attempt": 0, "karmayogi-edited": "1"}
            properties.user_id = self._parameters.credentials.username
            channel.basic_publish(DEAD, self._service, body, properties, mandatory=True)
            channel.basic_ack(method.delivery_tag)

        return self._each(wanted, anew)

    def _each(self, wanted: Wanted, act: Callable[[Any, Any, Any, bytes], None]) -> int:
        connection = pika.BlockingConnection(self._parameters)
        try:
            channel = connection.channel()
            channel.confirm_delivery()
            count = 0
            for method, properties, body in self._all(channel):
                if wanted.matches(describe(properties, body)):
                    act(channel, method, properties, body)
                    count += 1
            return count
        finally:
            connection.close()

    def _all(self, channel: Any) -> Iterator[tuple[Any, Any, bytes]]:
        left = channel.queue_declare(self._queue, passive=True).method.message_count
        for _ in range(left):
            method, properties, body = channel.basic_get(self._queue)
            if method is None:
                return
            yield method, properties, body


def lines(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Rows as NDJSON."""
    return (json.dumps(row, ensure_ascii=False, default=str) for row in rows)
