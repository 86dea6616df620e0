"""Publishing with pipelined confirms and own tag tracking: only the ack of its own tag confirms a message.

py-amqp's `confirm_publish` waits for any ack, so it stays off (docs/decisions/0010-relay-client.md).
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import amqp

from shared.bus.link import LOST, Link

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"


class Outcome(StrEnum):
    """What became of a published message; UNKNOWN means: throw the link away."""

    CONFIRMED = "confirmed"
    RETURNED = "returned"
    NACKED = "nacked"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Message:
    """What goes on the wire: the exact body of an event and where it goes."""

    id: str
    type: str
    body: bytes
    exchange: str
    key: str
    headers: Mapping[str, Any] = field(default_factory=dict)
    correlation_id: str = ""
    content_type: str = CONTENT_TYPE


class Publisher:
    """One channel in confirm mode on a link. After UNKNOWN the link must be closed by its owner.

    `patience` are the seconds to wait beyond the timeout while the broker says that it takes nothing now.
    """

    def __init__(self, link: Link, service: str, timeout: float, patience: float = 0.0) -> None:
        self.link, self._service, self._timeout, self._patience = link, service, timeout, patience
        self._channel = link.channel()
        self._next = 1
        self._waiting: dict[int, int] = {}
        self._outcomes: list[Outcome] = []
        self._ids: dict[str, int] = {}
        self._returned: set[int] = set()
        self._channel.events["basic_ack"].add(self._acked)
        self._channel.events["basic_nack"].add(self._nacked)
        self._channel.events["basic_return"].add(self._came_back)
        self._channel.confirm_select()

    def send(self, messages: Sequence[Message]) -> list[Outcome]:
        """Publish all, then wait for the broker's word on each, at most the confirm timeout in all.

        The ids of one call must differ: the broker names a returned message by its id.
        """
        self._outcomes = [Outcome.UNKNOWN] * len(messages)
        self._ids = {message.id: index for index, message in enumerate(messages)}
        self._waiting, self._returned = {}, set()
        try:
            for index, message in enumerate(messages):
                self._waiting[self._next] = index
                self._next += 1
                self._channel.basic_publish(
                    self._frame(message), message.exchange, message.key, mandatory=True
                )
            self._drain()
        except LOST:
            pass
        return self._outcomes

    def _drain(self) -> None:
        began = time.monotonic()
        deadline = began + self._timeout
        while self._waiting and (left := deadline - time.monotonic()) > 0:
            self.link.drain(min(left, 1.0))
            self.link.heartbeat()
            if self.link.blocked.is_set() and time.monotonic() - began < self._patience:
                deadline = time.monotonic() + self._timeout

    def _frame(self, message: Message) -> amqp.Message:
        return amqp.Message(
            message.body,
            content_type=message.content_type,
            content_encoding="utf-8",
            delivery_mode=2,
            message_id=message.id,
            type=message.type,
            app_id=self._service,
            user_id=self.link.user,
            timestamp=int(time.time()),
            correlation_id=message.correlation_id,
            application_headers=dict(message.headers),
        )

    def _acked(self, tag: int, multiple: bool) -> None:
        self._settle(tag, multiple, Outcome.CONFIRMED)

    def _nacked(self, tag: int, multiple: bool) -> None:
        self._settle(tag, multiple, Outcome.NACKED)

    def _settle(self, tag: int, multiple: bool, outcome: Outcome) -> None:
        for each in [t for t in self._waiting if t <= tag] if multiple else [tag]:
            index = self._waiting.pop(each, None)
            if index is not None:
                self._outcomes[index] = Outcome.RETURNED if index in self._returned else outcome

    def _came_back(self, _error: Any, _exchange: str, _key: str, message: Any) -> None:
        index = self._ids.get(message.properties.get("message_id", ""))
        if index is not None:
            self._returned.add(index)
