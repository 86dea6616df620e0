"""Each service hands over and erases what it says it holds; nothing that holds people is left out."""

from __future__ import annotations

import importlib
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from services.onboarding.store import HOLDINGS as ONBOARDING
from shared.errors import Unavailable
from shared.events.identity import ErasureDue, ExportRequested, UserErased
from shared.mongo import Records, utcnow
from shared.privacy import PART_MOST, ExportLoop, Holding, Holdings, parts_of
from tests.service_kit import deliver

MARK = "Zyxwvut"
SERVICES = ("progress", "notifier")


def holder(name: str, database: Any) -> tuple[Any, Holdings, Any]:
    """A service's handlers, its holdings, and something with its database in it."""
    handlers = importlib.import_module(f"services.{name}.handlers").handlers
    holdings = importlib.import_module(f"services.{name}.store").HOLDINGS
    return handlers, holdings, SimpleNamespace(store=SimpleNamespace(database=database))


def fill(database: Any, holdings: Holdings, user_id: str, text: str) -> None:
    for one in holdings.items:
        key = user_id if one.field == "_id" else f"{one.collection}-{user_id}"
        database[one.collection].insert_one({one.field: user_id, "_id": key, "text": text, "at": utcnow()})


@pytest.mark.parametrize("name", SERVICES)
def test_s09_erasure_takes_all_of_one_person_and_nothing_of_others(name: str, database: Any) -> None:
    handlers, holdings, service = holder(name, database)
    fill(database, holdings, "u1", MARK)
    fill(database, holdings, "u2", "other")

    deliver(handlers, service, *(ErasureDue(user_id="u1", sv=2) for _ in range(2)))

    left = [
        str(row)
        for one in holdings.items
        if not one.kept
        for row in database[one.collection].find({})
    ]  # fmt: skip
    assert not [row for row in left if MARK in row or "u1" in row]
    assert len(left) == sum(1 for one in holdings.items if not one.kept)


@pytest.mark.parametrize("name", [*SERVICES, "onboarding", "catalog"])
def test_s09_a_part_holds_every_collection_and_is_ordered_once(name: str, database: Any) -> None:
    handlers, holdings, service = holder(name, database)
    fill(database, holdings, "u1", MARK)
    event = ExportRequested(user_id="u1", export_id="x1")

    deliver(handlers, service, event, event)

    whole = holdings.of(database, "u1")
    assert {one: len(rows) for one, rows in whole.items()} == {one.collection: 1 for one in holdings.items}
    assert database["exports"].count_documents({}) == 1


def test_a_document_that_has_events_to_tell_is_erased_after_them(database: Any) -> None:
    holdings = Holdings((Holding("things"),))
    Records(database["things"]).add({"_id": "t1", "user_id": "u1"}, UserErased(user_id="u1", sv=1))

    with pytest.raises(Unavailable):
        holdings.erase(database, "u1")
    database["things"].update_one({"_id": "t1"}, {"$unset": {"_outbox": "", "_pending_at": ""}})
    holdings.erase(database, "u1")

    assert database["things"].count_documents({}) == 0


def test_parts_put_together_are_the_whole() -> None:
    whole = {"notes": [{"text": "आशा" * 20_000}]}
    pieces = list(parts_of(whole))

    assert [last for _, last, _ in pieces] == [False] * (len(pieces) - 1) + [True]
    assert all(len(text) <= PART_MOST for _, _, text in pieces)
    assert "आशा" * 20_000 in "".join(text for _, _, text in pieces)


def test_a_part_that_identity_does_not_take_is_tried_again(database: Any) -> None:
    class Away:
        answers = [503, 204]

        def post(self, path: str, body: dict[str, Any]) -> httpx.Response:
            return httpx.Response(self.answers.pop(0), request=httpx.Request("POST", "http://identity"))

    database["exports"].insert_one({"_id": "x1", "user_id": "u1", "state": "due"})
    loop = ExportLoop(database, ONBOARDING, Away())  # type: ignore[arg-type]

    assert [loop.carry(), loop.carry(), loop.carry()] == [0, 1, 0]
