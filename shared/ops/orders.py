"""The worker's side of the operators' console: notes what was handled, carries out orders about messages."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from pymongo.database import Database
from pymongo.errors import BulkWriteError

from shared import log
from shared.bus.shelves import SHELF_FAILED, Shelf, Wanted, depths
from shared.events import Envelope
from shared.mongo import utcnow
from shared.outbox import Waiting
from shared.settings import Settings

Document = dict[str, Any]
NOTED_MOST, NOTED_KEPT, KEPT = 20_000, 7 * 86400, 400 * 86400


class Handled:
    """Notes what became of events; written down in one go by the `Orders` loop, so handling costs no write."""

    def __init__(self, database: Database[Document]) -> None:
        self._database = database
        self._rows: deque[Document] = deque(maxlen=NOTED_MOST)

    def note(self, arrived: Envelope, outcome: str) -> None:
        """Remember one event."""
        self._rows.append(
            {
                "_id": f"{arrived.id}:{outcome}",
                "correlation_id": arrived.correlation_id,
                "type": arrived.type,
                "subject": arrived.subject,
                "outcome": outcome,
                "at": utcnow(),
            }
        )

    def write(self) -> None:
        """Write down what was noted since the last time; a second note of an event changes nothing."""
        rows = [self._rows.popleft() for _ in range(len(self._rows))]
        if not rows:
            return
        with suppress(BulkWriteError):  # Only duplicates: the event came twice.
            self._database["ops_handled"].insert_many(rows, ordered=False)
        latest = {row["type"]: row["at"] for row in rows}
        for type_, at in latest.items():
            self._database["ops_fresh"].update_one({"_id": type_}, {"$max": {"at": at}}, upsert=True)


class Orders:
    """A loop of every worker: notes how the service stands, and carries out the operators' orders."""

    name = "orders"

    def __init__(
        self,
        settings: Settings,
        database: Database[Document],
        handled: Handled,
        every: float = 1.0,
    ) -> None:
        self._settings, self._database, self._handled, self._every = settings, database, handled, every
        self._noted = float("-inf")

    def run(self, stop: threading.Event, wake: threading.Event) -> None:
        """Look for orders until told to stop."""
        self.take_up()
        while not stop.wait(self._every):
            self.note()
            self.carry_out()

    def take_up(self) -> None:
        """Begin again what a worker that died had begun."""
        old = {"state": "running", "asked_at": {"$lt": utcnow() - timedelta(minutes=5)}}
        self._database["ops_commands"].update_many(old, {"$set": {"state": "due"}})

    def note(self) -> None:
        """Write down what was handled and, every few seconds, that the worker lives and how deep its queues are."""
        self._handled.write()
        now = utcnow()
        if now.timestamp() - self._noted < 10:
            return
        self._noted = now.timestamp()
        rows = self._database["ops_fresh"].find({})
        handled = [{"type": row["_id"], "at": row["at"]} for row in rows]
        try:
            queues = depths(self._settings.amqp_url, self._settings.service)
        except SHELF_FAILED:
            queues = None
        state = {"at": now, "queues": queues, "handled": handled}
        self._database["ops_state"].update_one({"_id": "worker"}, {"$set": state}, upsert=True)

    def carry_out(self) -> int:
        """Carry out what is due, each order once; how many were done."""
        done = 0
        for order in list(
            self._database["ops_commands"].find({"state": "due"}).sort("asked_at", 1).limit(20)
        ):
            taken = self._database["ops_commands"].update_one(
                {"_id": order["_id"], "state": "due"}, {"$set": {"state": "running"}}
            )
            if taken.modified_count == 1:
                self._finish(order)
                done += 1
        return done

    def _finish(self, order: Document) -> None:
        try:
            result, state = self._act(order), "done"
        except SHELF_FAILED as error:
            result, state = type(error).__name__, "failed"
        setting = {"state": state, "result": result, "done_at": utcnow()}
        self._database["ops_commands"].update_one({"_id": order["_id"]}, {"$set": setting})
        log.get(__name__).info(
            "operators' order", extra={"order": order["_id"], "do": order["do"], "outcome": state}
        )

    def _act(self, order: Document) -> Any:
        wanted = Wanted(order["message_id"])
        if order["do"] in ("requeue", "skip"):
            waiting = Waiting(self._database[order["collection"]], self._settings)
            act = waiting.requeue if order["do"] == "requeue" else waiting.skip
            return int(act(order["aggregate_id"]))
        shelf = Shelf(self._settings.amqp_url, self._settings.service, order["shelf"])
        match order["do"]:
            case "list":
                return shelf.show(wanted, whole=True)[:200]
            case "replay":
                return shelf.replay(wanted)
            case "drop":
                return shelf.drop(wanted, self._keeper(order))
            case _:
                return shelf.edit(wanted, order["body"].encode(), self._keeper(order))

    def _keeper(self, order: Document) -> Callable[[Document], None]:
        def keep(shown: Document) -> None:
            self._database["bus_audit"].insert_one(
                {**shown, "shelf": order["shelf"], "why": order["reason"], "who": order["asked_by"],
                 "do": order["do"], "at": utcnow()}
            )  # fmt: skip

        return keep


def ensure_ops_indexes(database: Database[Document]) -> None:
    """Create the indexes of the console; repeating it changes nothing."""
    database["ops_commands"].create_index([("state", 1), ("asked_at", 1)], name="state")
    database["ops_commands"].create_index([("correlation_id", 1)], name="correlation")
    database["ops_commands"].create_index([("asked_at", -1), ("_id", -1)], name="asked_at")
    database["ops_handled"].create_index([("correlation_id", 1)], name="correlation")
    database["ops_handled"].create_index([("at", 1)], expireAfterSeconds=NOTED_KEPT, name="at")
    database["ops_commands"].create_index([("done_at", 1)], expireAfterSeconds=KEPT, name="done_at")
