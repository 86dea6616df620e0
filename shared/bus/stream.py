"""Reading `karmayogi.log`, the stream that keeps every event: from its beginning, an offset or a time.

Over AMQP a stream has no end: a reader asks for the last chunk first, and so knows how far it must come.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime

from shared.bus.link import Delivery, Link
from shared.bus.topology import EVENTS_EXCHANGE, LOG
from shared.settings import Settings

Start = int | str | datetime  # An offset; "first"; a time (the chunk that holds it, so a little earlier).


class LogSilent(ConnectionError):
    """The log stopped in the middle: what was read so far is not all."""


class LogReader:
    """Reads the log as the service's own user; each call has a connection of its own."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def end(self) -> int:
        """The offset of the newest event; -1 when the log is empty. LOST when the broker is away or silent."""
        link, found, wait = self._open("last"), -1, self._settings.confirm_timeout
        try:
            while link.incoming or link.drain(wait):
                while link.incoming:
                    delivery = link.incoming.popleft()
                    link.ack(delivery.tag)
                    found = max(found, offset_of(delivery))
                    wait = self._settings.log_quiet
            if found < 0:
                link.require(LOG, EVENTS_EXCHANGE)  # A silent broker is no empty log.
        finally:
            link.close()
        return found

    def read(self, start: Start, until: int) -> Iterator[tuple[int, Delivery]]:
        """Each event with its offset, from `start` to the offset `until`; LogSilent when it stops before."""
        reached = start - 1 if isinstance(start, int) else -1
        if reached >= until:
            return
        link = self._open(start)
        try:
            while reached < until:
                self._fill(link, reached, until)
                delivery = link.incoming.popleft()
                link.ack(delivery.tag)  # Credit for more; a stream keeps its messages.
                link.heartbeat()
                offset = offset_of(delivery)
                if reached < offset <= until:
                    yield offset, delivery
                reached = max(reached, offset)
        finally:
            link.close()

    def _fill(self, link: Link, reached: int, until: int) -> None:
        deadline = time.monotonic() + self._settings.log_patience
        while not link.incoming:
            if time.monotonic() > deadline:
                raise LogSilent(f"the log stopped at offset {reached} of {until}")
            link.drain(1.0)

    def _open(self, start: Start) -> Link:
        link = Link.open(self._settings.amqp_url, self._settings)
        link.consume(LOG, self._settings.log_prefetch, {"x-stream-offset": start})
        return link


def offset_of(delivery: Delivery) -> int:
    """Where in the log this message stands."""
    return int(delivery.headers["x-stream-offset"])
