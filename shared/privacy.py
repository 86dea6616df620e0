"""What a service holds of a person: handed over for the person's export, erased when the notice is over.

A service names its holdings once; `answer` registers its two handlers. Its part of an export is kept as an
order, which a loop of the worker carries to identity: handlers call no other service.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from shared import log
from shared.auth import ServiceClient
from shared.errors import Unavailable
from shared.events import Envelope
from shared.events.identity import ErasureDue, ExportRequested
from shared.mongo import HIDDEN, utcnow
from shared.settings import Settings
from shared.worker.handlers import Handlers

Document = dict[str, Any]
PART_MOST = 40_000  # Characters of one part: with all of them at four bytes a part still fits a body.


@dataclass(frozen=True)
class Holding:
    """Documents about a person: the collection, the field with the person's id, and fields nobody is shown.

    `kept` names the law or purpose for which they outlive an erasure; they then hold the bare id only.
    """

    collection: str
    field: str = "user_id"
    secret: tuple[str, ...] = ()
    kept: str = ""


@dataclass(frozen=True)
class Holdings:
    """All that one service holds of people."""

    items: tuple[Holding, ...]

    def of(self, database: Database[Document], user_id: str) -> Document:
        """A person's documents by collection, as JSON values, without secrets."""
        found: Document = {}
        for one in self.items:
            hidden = dict.fromkeys((*HIDDEN, *one.secret), 0)
            rows = database[one.collection].find({one.field: user_id}, hidden)
            found[one.collection] = [json.loads(json.dumps(row, default=_plain)) for row in rows]
        return found

    def erase(self, database: Database[Document], user_id: str) -> None:
        """Remove them; Unavailable while one still has events to tell, so that the handler comes again."""
        for one in self.items:
            if one.kept:
                continue
            documents = database[one.collection]
            documents.delete_many({one.field: user_id, "_outbox": {"$exists": False}})
            if documents.find_one({one.field: user_id}, {"_id": 1}):
                raise Unavailable("not_told_yet", "A document still has events to tell.")


def answer(handlers: Handlers, holdings: Holdings, of: Callable[[Any], Database[Document]]) -> None:
    """Register both handlers by which a service takes part; `of` finds the database in what handlers get."""
    answer_exports(handlers, of)

    @handlers.on(ErasureDue)
    def erase_what_is_held(service: Any, event: ErasureDue, envelope: Envelope) -> None:
        """Remove all of this person that no law makes this service keep; again removes nothing more."""
        holdings.erase(of(service), event.user_id)
        of(service)["exports"].delete_many({"user_id": event.user_id})


def answer_exports(handlers: Handlers, of: Callable[[Any], Database[Document]]) -> None:
    """Register the handler of exports alone, for a service that erases in its own way."""

    @handlers.on(ExportRequested)
    def order_my_part(service: Any, event: ExportRequested, envelope: Envelope) -> None:
        """Keep the order, once, for the loop that carries it out."""
        order_part(of(service), event)


def order_part(database: Database[Document], event: ExportRequested) -> None:
    """Keep the order of one export part; a second time changes nothing."""
    try:
        database["exports"].insert_one(
            {"_id": event.export_id, "user_id": event.user_id, "state": "due", "at": utcnow()}
        )
    except DuplicateKeyError:
        return


def parts_of(whole: Document) -> Iterator[tuple[int, bool, str]]:
    """A service's part as numbered pieces of text, the last one marked."""
    text = json.dumps(whole, ensure_ascii=False)
    pieces = [text[at : at + PART_MOST] for at in range(0, len(text), PART_MOST)]
    for number, piece in enumerate(pieces):
        yield number, number == len(pieces) - 1, piece


class ExportLoop:
    """A loop of the worker that carries this service's parts of exports to identity."""

    name = "exports"

    def __init__(
        self, database: Database[Document], holdings: Holdings, client: ServiceClient, every: float = 5.0
    ) -> None:
        self._database, self._holdings, self._client, self._every = database, holdings, client, every

    def run(self, stop: threading.Event, wake: threading.Event) -> None:
        """Carry what is due until told to stop; what identity does not take is tried again."""
        while not stop.wait(self._every):
            self.carry()

    def carry(self) -> int:
        """Carry all that is due once; how many parts identity took whole."""
        taken = 0
        for order in list(self._database["exports"].find({"state": "due"}, limit=20)):
            if self._carried(order):
                done: Document = {"$set": {"state": "done", "done_at": utcnow()}}
                self._database["exports"].update_one({"_id": order["_id"]}, done)
                taken += 1
        return taken

    def _carried(self, order: Document) -> bool:
        whole = self._holdings.of(self._database, order["user_id"])
        try:
            for number, last, text in parts_of(whole):
                body = {"number": number, "last": last, "text": text}
                answered = self._client.post(f"/internal/v1/exports/{order['_id']}/parts", body)
                if answered.status_code in (404, 409):  # Withdrawn, fetched, or the person is gone.
                    return True
                answered.raise_for_status()
        except httpx.HTTPError as error:
            log.get(__name__).warning("export part not taken", extra={"error": type(error).__name__})
            return False
        return True


def export_loop(
    database: Database[Document], holdings: Holdings, settings: Settings, credential: str
) -> ExportLoop:
    """The loop of one service, with a client of identity that holds the service's own credential."""
    url = settings.identity_url
    client = ServiceClient(
        base_url=url, identity_url=url, caller=settings.service, secret=credential, audience="identity"
    )
    return ExportLoop(database, holdings, client)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def names(holdings: Holdings) -> Sequence[str]:
    """The collections that are erased; for tests that sweep."""
    return [one.collection for one in holdings.items if not one.kept]
