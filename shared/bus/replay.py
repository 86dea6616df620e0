"""Events of the log, sent once more to one service: for a queue that was lost with what it held."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import islice

from shared.bus.link import Delivery, Link
from shared.bus.publisher import Message, Outcome, Publisher
from shared.bus.stream import LogReader, Start
from shared.bus.topology import DEAD
from shared.events import Malformed, decode
from shared.settings import Settings

BATCH = 100


class ReplayBroken(SystemExit):
    """The broker did not take a message; the replay may be started again, handlers survive duplicates."""


def replay(settings: Settings, start: Start, types: Collection[str], rate: float) -> int:
    """Send events of these types from `start` to the log's present end to the service's own queue.

    Never to the exchange of events, where every other service would get them again. Returns how many.
    """
    reader, sent = LogReader(settings), 0
    wanted = _wanted(reader, start, types)
    link = Link.open(settings.amqp_url, settings)
    publisher = Publisher(link, settings.service, settings.confirm_timeout)
    try:
        while batch := list(islice(wanted, BATCH)):
            outcomes = publisher.send([_again(delivery, settings.service) for delivery in batch])
            if any(outcome is not Outcome.CONFIRMED for outcome in outcomes):
                raise ReplayBroken(f"The broker refused a message after {sent} were sent.")
            sent += len(batch)
            time.sleep(len(batch) / rate)
    finally:
        link.leave()
    return sent


def _wanted(reader: LogReader, start: Start, types: Collection[str]) -> Iterator[Delivery]:
    for _, delivery in reader.read(start, reader.end()):
        if delivery.properties.get("type") not in types:
            continue
        if isinstance(start, datetime) and _before(delivery, start):
            continue
        yield delivery


def _before(delivery: Delivery, start: datetime) -> bool:
    try:
        return decode(delivery.body).time < start
    except Malformed:
        return True


def _again(delivery: Delivery, service: str) -> Message:
    kept = {k: v for k, v in delivery.headers.items() if not k.startswith(("x-", "karmayogi-"))}
    properties = delivery.properties
    return Message(
        id=str(properties.get("message_id", "")),
        type=str(properties.get("type", "")),
        body=delivery.body,
        exchange=DEAD,
        key=service,
        headers={**kept, "karmayogi-attempt": 0},
        correlation_id=str(properties.get("correlation_id", "")),
        content_type=str(properties.get("content_type", "")),
    )
