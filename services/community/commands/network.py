"""What people do on the Network hub: ask, accept, decline, withdraw, part, block, dismiss, opt out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.community.rules import CommunitySettings
from services.community.rules.network import check_may_ask
from services.community.rules.people import check_onboarded
from services.community.store import Store
from services.community.store.network import pair_id
from shared.errors import Conflict, NotFound, Refused, TooMany
from shared.events import Event
from shared.events.community import ConnectionMade, ConnectionRequested

Document = dict[str, Any]
NOBODY = ("person_unknown", "There is no such person.")
NO_REQUEST = ("request_unknown", "There is no such request.")
CHANGED = ("changed_elsewhere", "This was changed meanwhile. Look at it again.")


@dataclass(frozen=True)
class Networking:
    """A person on the Network hub at a moment."""

    store: Store
    settings: CommunitySettings
    user_id: str
    now: datetime

    def request(self, other_id: str, note: str) -> Document:
        """Ask somebody to connect; somebody who asked first is accepted."""
        check_onboarded(self.store.people.get(self.user_id))
        self._check_other(other_id)
        network = self.store.network
        if network.blocked(self.user_id, other_id):
            raise NotFound(*NOBODY)
        before = network.between(self.user_id, other_id)
        if before is not None and before["state"] == "requested" and before["to_id"] == self.user_id:
            return self.accept(before["_id"])
        check_may_ask(before, self.user_id, self.now)
        out = {"from_id": self.user_id, "state": {"$in": ["requested", "declined"]}}
        if network.connections.collection.count_documents(out, limit=self.settings.requests_most) >= (
            self.settings.requests_most
        ):
            raise TooMany(
                "too_many_requests_out", "Wait until some of your requests are answered.", retry_after=86400
            )
        id_ = pair_id(self.user_id, other_id)
        asked = {
            "people": sorted((self.user_id, other_id)), "from_id": self.user_id, "to_id": other_id,
            "state": "requested", "note": note, "requested_at": self.now, "decided_at": None,
        }  # fmt: skip
        happened = ConnectionRequested(user_id=self.user_id, connection_id=id_, asked_id=other_id)
        if before is not None:
            return self._change(before, asked, happened)
        try:
            return network.connections.add({"_id": id_, **asked}, happened)
        except DuplicateKeyError as error:
            raise Conflict(*CHANGED) from error

    def accept(self, connection_id: str) -> Document:
        """Say yes to who asked; again answers the same."""
        row = self._request(connection_id, "to_id")
        made = ConnectionMade(user_id=row["from_id"], connection_id=connection_id, accepted_by=self.user_id)
        return self._decide(row, "accepted", made)

    def decline(self, connection_id: str) -> Document:
        """Say no; nobody is told."""
        return self._decide(self._request(connection_id, "to_id"), "declined")

    def withdraw(self, connection_id: str) -> Document:
        """Take one's request back; one that was declined looks open and goes as well."""
        row = self._request(connection_id, "from_id")
        if row["state"] == "declined":
            return self._change(row, {"state": "withdrawn", "decided_at": self.now})
        return self._decide(row, "withdrawn")

    def part(self, other_id: str) -> None:
        """End a connection."""
        row = self.store.network.between(self.user_id, other_id)
        if row is None or row["state"] != "accepted":
            raise NotFound("not_connected", "You are not connected.")
        self._change(row, {"state": "ended", "note": "", "decided_at": self.now})

    def block(self, other_id: str) -> None:
        """See and hear nothing of somebody any more; a connection and a request end."""
        self._check_other(other_id)
        self.store.network.note("blocks", self.user_id, other_id, self.now)
        row = self.store.network.between(self.user_id, other_id)
        if row is not None and row["state"] != "ended":
            self._change(row, {"state": "ended", "note": "", "decided_at": self.now})

    def unblock(self, other_id: str) -> None:
        """Lift a block."""
        self._check_other(other_id)
        self.store.network.unblock(self.user_id, other_id)

    def dismiss(self, other_id: str) -> None:
        """Never suggest this person again."""
        self._check_other(other_id)
        self.store.network.note("dismissals", self.user_id, other_id, self.now)

    def _check_other(self, other_id: str) -> None:
        if other_id == self.user_id:
            raise Refused("own_self", "This is you.", field="user_id")
        if not (self.store.people.get(other_id) or {}).get("complete"):
            raise NotFound(*NOBODY)

    def _request(self, connection_id: str, side: str) -> Document:
        row = self.store.network.connections.get(connection_id)
        if row is None or row[side] != self.user_id or row["state"] == "ended":
            raise NotFound(*NO_REQUEST)
        return row

    def _decide(self, row: Document, state: str, *events: Event) -> Document:
        if row["state"] == state:
            return row
        if row["state"] != "requested":
            raise Conflict("already_decided", "This has been decided already.")
        other = row["from_id"] if row["to_id"] == self.user_id else row["to_id"]
        if self.store.network.blocked(self.user_id, other):
            raise NotFound(*NO_REQUEST)
        return self._change(row, {"state": state, "decided_at": self.now}, *events)

    def _change(self, row: Document, setting: Document, *events: Event) -> Document:
        where = {"_id": row["_id"], "version": row["version"]}
        kept = self.store.network.connections.change(where, {"$set": setting}, *events)
        if kept is None:
            raise Conflict(*CHANGED)
        return kept
