"""The relay against raw publishing."""

from __future__ import annotations

import time
from contextlib import suppress

from pymongo.errors import PyMongoError

from deploy.local.stack import Stack
from shared.bus import EVENTS_EXCHANGE, LOST, Link, Message, Outcome, Publisher
from shared.events.notifier import MailFailed
from shared.mongo import Records, connect, publishing_indexes
from shared.outbox.relay import Relay
from shared.settings import Settings
from shared.worker.process import make_relay
from tests.bench.processes import spent
from tests.bench.table import row, timed

EVENTS, BATCH = 4000, 500
STORED_AT_ONCE = 100  # So that each statement ends within the time limit of the database.
PATIENCE = 300.0  # Seconds for all events; what is left then stands in the row.


def relay(stack: Stack) -> None:
    """Events through the relay against raw pipelined publishing of the same bodies, each to its end.

    Nobody but the log takes these events, so that no service works beside the measurement.
    """
    url = stack.amqp_url("notifier")
    settings = Settings(
        service="notifier", mongodb_uri=stack.mongodb_uri, mongodb_database="bench", amqp_url=url
    )
    database = connect(settings)
    records = Records(database["things"])
    publishing_indexes(records.collection)
    for at in range(0, EVENTS, STORED_AT_ONCE):
        records.add_missing(({"_id": f"u{n}"}, failed(f"u{n}")) for n in range(at, at + STORED_AT_ONCE))
    bodies = [one["_outbox"][0] for one in records.collection.find({}, {"_outbox": 1})]

    def connected() -> Publisher:
        return Publisher(Link.open(url, settings), "notifier", settings.confirm_timeout)

    publisher = connected()
    raw = [
        Message(one["id"], one["type"], one["body"].encode(), EVENTS_EXCHANGE, one["type"]) for one in bodies
    ]
    outcomes: list[Outcome] = []
    limit = timed(
        lambda: [outcomes.extend(publisher.send(raw[at : at + BATCH])) for at in range(0, EVENTS, BATCH)]
    )
    publisher.link.close()
    confirmed = outcomes.count(Outcome.CONFIRMED)
    made = make_relay(settings, database, [records])
    before, began = spent(stack), time.process_time()
    took = timed(lambda: drain(made, records))
    own = (time.process_time() - began) * 1000 / EVENTS
    server = (spent(stack)["mongodb"] - before["mongodb"]) * 1000 / EVENTS if stack.mongo else float("nan")
    made.close()
    left = records.collection.count_documents({"_pending_at": {"$exists": True}})
    database.client.close()
    row(
        "raw pipelined publishing", f"{EVENTS / limit:.0f}/s", f"the limit; {confirmed} of {EVENTS} confirmed"
    )
    row(
        "relay, from stored events to cleared outboxes",
        f"{EVENTS / took:.0f}/s",
        f"ratio {limit / took:.2f} (target 0.60); {left} of {EVENTS} left",
    )
    row("CPU of the relay for one event", f"{own:.2f} ms", f"the database server beside it {server:.2f} ms")


def failed(user_id: str) -> MailFailed:
    """An event that no service listens to."""
    return MailFailed(user_id=user_id, kind="set_password", reason="refused_recipient", attempts=1)


def drain(made: Relay, records: Records) -> None:
    """Sweep until nothing is due, again after an error as the worker does."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(PyMongoError, *LOST):
            made.sweep()
        if not records.collection.find_one({"_pending_at": {"$exists": True}}, {"_id": 1}):
            return
