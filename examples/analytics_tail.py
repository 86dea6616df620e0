"""Read the log of all events from outside the platform, with pika alone, as NDJSON.

    python examples/analytics_tail.py amqp://analytics:...@host/ --from first --count 10
    python examples/analytics_tail.py $URL --from 2026-01-31T00:00:00+00:00 --follow

Each line is one event (CloudEvents 1.0) with its offset. Without --follow it ends after two quiet seconds.
A reader that stores effects keeps offset + 1 in the same transaction and begins there next time.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from datetime import UTC, datetime
from typing import Any

import pika
import pika.exceptions

LOG = "karmayogi.log"
QUIET = 2.0


def offset_of(text: str) -> str | int | datetime:
    """first, last, next, a number, or an ISO time."""
    if text in ("first", "last", "next"):
        return text
    if text.isdigit():
        return int(text)
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def main() -> int:
    """Print events until the count is reached, the log is quiet, or Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("url", help="amqp:// address with the analytics user")
    parser.add_argument("--from", dest="start", type=offset_of, default="first")
    parser.add_argument("--count", type=int, default=0, help="stop after so many events")
    parser.add_argument("--follow", action="store_true", help="wait for more")
    asked = parser.parse_args()
    connection = pika.BlockingConnection(pika.URLParameters(asked.url))
    channel = connection.channel()
    channel.basic_qos(prefetch_count=100)  # A stream refuses a reader without it.
    seen = 0
    try:
        for method, properties, body in channel.consume(
            LOG,
            arguments={"x-stream-offset": asked.start},
            inactivity_timeout=None if asked.follow else QUIET,
        ):
            if method is None:
                break
            seen += show(properties, body, asked.start)
            channel.basic_ack(method.delivery_tag)  # Credit for more, nothing else.
            if asked.count and seen >= asked.count:
                break
    except KeyboardInterrupt:
        pass
    finally:
        # pika hands unread messages back, which a stream refuses by closing the connection: just as well.
        with contextlib.suppress(pika.exceptions.AMQPError):
            connection.close()
    return 0


def show(properties: Any, body: bytes, start: object) -> int:
    """Print one event; a chunk may begin before the asked place, which is skipped. Returns events shown."""
    offset = properties.headers["x-stream-offset"]
    event = json.loads(body)
    if isinstance(start, int) and offset < start:
        return 0
    if isinstance(start, datetime) and datetime.fromisoformat(event["time"]) < start:
        return 0
    sys.stdout.write(json.dumps({"offset": offset, "event": event}, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    return 1


if __name__ == "__main__":
    sys.exit(main())
