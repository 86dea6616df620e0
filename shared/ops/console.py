"""What operators see of one service, and the orders they give; without HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from shared.editing import new_resource_id
from shared.errors import NotFound, Refused
from shared.events import Malformed, decode
from shared.log import context
from shared.mongo import utcnow
from shared.ops.schemas import OpsOrderIn
from shared.outbox import Waiting
from shared.settings import Settings

Document = dict[str, Any]
CORRELATION = "correlation_id"
Step = tuple[datetime, str, str | None, str | None]
Tellers = Mapping[str, Callable[[Document], Step]]


def audit_step(entry: Document) -> Step:
    """What an entry of a service's audit log tells in a timeline; names only ids."""
    concerned = entry.get("whom") or entry.get("about") or entry["who"]
    return entry["at"], str(entry["what"]), concerned, entry.get("result", "ok")


class Console:
    """What the routes do, without HTTP."""

    def __init__(
        self, settings: Settings, database: Database[Document], collections: Sequence[str], tellers: Tellers
    ) -> None:
        self._settings, self._database, self._tellers = settings, database, tellers
        self._waiting = {name: Waiting(database[name], settings) for name in collections}
        self._orders = database["ops_commands"]

    def health(self) -> Document:
        """How the service stands now."""
        figures = [one.figures() for one in self._waiting.values()]
        halted = [
            {"collection": name, "id": str(one["_id"]), "type": one["_outbox_dead"][0]["type"]}
            for name, waiting in self._waiting.items()
            for one in waiting.halted()
        ]
        state = self._database["ops_state"].find_one({"_id": "worker"}) or {}
        now = utcnow()
        return {
            "service": self._settings.service,
            "outbox": {
                "pending": sum(one[0] for one in figures),
                "oldest_seconds": round(max((one[1] for one in figures), default=0.0), 3),
                "halted": halted,
            },
            "queues": state.get("queues"),
            "freshness": {
                one["type"]: round((now - one["at"]).total_seconds(), 1) for one in state.get("handled", ())
            },
            "worker_seen_seconds": round((now - state["at"]).total_seconds(), 1) if state else None,
        }

    def timeline(self, correlation_id: str) -> list[Document]:
        """This service's steps of one flow."""
        steps = [
            teller(one)
            for name, teller in self._tellers.items()
            for one in self._database[name].find({CORRELATION: correlation_id}).limit(200)
        ]
        for row in self._database["ops_handled"].find({CORRELATION: correlation_id}).limit(200):
            steps.append((row["at"], f"handled {row['type']}", row["subject"], row["outcome"]))
        for row in self._orders.find({CORRELATION: correlation_id}).limit(50):
            steps.append((row["asked_at"], f"ops {row['do']}", row["message_id"] or None, row["state"]))
        return [
            {
                "at": at,
                "service": self._settings.service,
                "what": what,
                "subject": subject,
                "outcome": outcome,
            }
            for at, what, subject, outcome in sorted(steps, key=lambda step: step[0])
        ]

    def order(self, actor_id: str, id_: str, wish: Document) -> Document:
        """Keep an order for the worker; Refused when it lacks what it needs."""
        _check(wish)
        made = {
            "_id": id_,
            **wish,
            "state": "due",
            "asked_by": actor_id,
            "asked_at": utcnow(),
            "done_at": None,
            CORRELATION: context().correlation_id,
        }
        try:
            self._orders.insert_one(made)
        except DuplicateKeyError:
            return self.get_order(id_)
        return made

    def find_orders(self, filter_: Document, *, sort: list[tuple[str, int]], limit: int) -> list[Document]:
        """Orders, for pages."""
        return list(self._orders.find(filter_, {"result": 0}).sort(sort).limit(limit))

    def get_order(self, order_id: str) -> Document:
        """One order; NotFound."""
        found = self._orders.find_one({"_id": order_id})
        if found is None:
            raise NotFound("order_unknown", "There is no such order.")
        return found

    def messages(self, actor_id: str, shelf: str) -> Document:
        """The last list of a shelf, and a new look at it unless one is under way."""
        where = {"do": "list", "shelf": shelf}
        last = next(iter(self._orders.find({**where, "state": "done"}).sort("asked_at", -1).limit(1)), None)
        due = self._orders.find_one({**where, "state": {"$in": ["due", "running"]}})
        if due is None:
            wish = OpsOrderIn().load({"do": "list", "shelf": shelf})
            due = self.order(actor_id, new_resource_id(), wish)
        return {
            "items": last["result"] if last else [],
            "seen_at": last["done_at"] if last else None,
            "order": due["_id"],
        }


def _check(wish: Document) -> None:
    if wish["do"] in ("drop", "edit", "skip") and len(wish["reason"].strip()) < 3:
        raise Refused("reason_missing", "Say why.", field="reason")
    if wish["do"] in ("replay", "drop", "edit") and not wish["message_id"]:
        raise Refused("message_missing", "Name the message.", field="message_id")
    if wish["do"] in ("requeue", "skip") and not (wish["collection"] and wish["aggregate_id"]):
        raise Refused("aggregate_missing", "Name collection and aggregate.", field="aggregate_id")
    if wish["do"] == "edit":
        try:
            decode((wish["body"] or "").encode())
        except Malformed as error:
            raise Refused("body_not_valid", f"This is no valid event: {error.slug}.", field="body") from None
