"""What people do on the Career hub: apply, withdraw, save, and ask to be told when they qualify."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.community.commands.openings import NO_APPLICATION, UNKNOWN
from services.community.queries.career import match_of
from services.community.rules.career import is_open, qualifies
from services.community.rules.network import levels_of
from services.community.rules.people import check_onboarded
from services.community.store import Store
from services.community.store.career import own_key
from shared.errors import Conflict, NotFound
from shared.events.community import QualifiedForOpening

Document = dict[str, Any]


def seen_opening(store: Store, opening_id: str) -> Document:
    """An opening that was announced; NotFound otherwise."""
    opening = store.career.openings.get(opening_id)
    if opening is None or opening["state"] == "draft":
        raise NotFound(*UNKNOWN)
    return opening


def apply(store: Store, user_id: str, opening_id: str, note: str, now: datetime) -> Document:
    """Apply with a note; the match of this moment is kept with it."""
    person = store.people.get(user_id) or {}
    check_onboarded(person)
    opening = seen_opening(store, opening_id)
    if not is_open(opening, now):
        raise Conflict("opening_closed", "This opening takes no more applications.")
    match = match_of(store, person, opening)
    values = {
        "opening_id": opening_id, "user_id": user_id, "note": note, "state": "applied", "at": now,
        "match": match, "percent": match["percent"],
    }  # fmt: skip
    id_ = own_key(opening_id, user_id)
    try:
        return store.career.applications.add({"_id": id_, **values})
    except DuplicateKeyError as error:
        again = store.career.applications.change({"_id": id_, "state": "withdrawn"}, {"$set": values})
        if again is None:
            raise Conflict("already_applied", "You have applied already.") from error
        return again


def withdraw(store: Store, user_id: str, application_id: str) -> Document:
    """Take one's application back; again answers the same."""
    row = store.career.applications.get(application_id)
    if row is None or row["user_id"] != user_id:
        raise NotFound(*NO_APPLICATION)
    if row["state"] == "withdrawn":
        return row
    where = {"_id": application_id, "state": "applied"}
    kept = store.career.applications.change(where, {"$set": {"state": "withdrawn"}})
    if kept is None:
        raise Conflict("already_decided", "This has been decided already.")
    return kept


def watch(store: Store, user_id: str, opening_id: str) -> Document:
    """Ask to be told when one qualifies; who does already is told by the answer and by nothing else."""
    opening = seen_opening(store, opening_id)
    id_ = own_key(opening_id, user_id)
    row = {"_id": id_, "opening_id": opening_id, "user_id": user_id, "on": True, "told": False}
    try:
        store.career.watches.add(row)
    except DuplicateKeyError:
        store.career.watches.change({"_id": id_}, {"$set": {"on": True}})
    qualified = qualifies(levels_of(store.people.get(user_id) or {}), opening["competencies"])
    if qualified:
        store.career.watches.change({"_id": id_, "told": False}, {"$set": {"told": True}})
    return {"watching": True, "qualified": qualified}


def unwatch(store: Store, user_id: str, opening_id: str) -> Document:
    """No longer ask; what was told once is not told again later."""
    opening = seen_opening(store, opening_id)
    store.career.watches.change({"_id": own_key(opening_id, user_id)}, {"$set": {"on": False}})
    levels = levels_of(store.people.get(user_id) or {})
    return {"watching": False, "qualified": qualifies(levels, opening["competencies"])}


def tell_qualified(store: Store, user_id: str, now: datetime) -> None:
    """Tell a person of each opening they asked about and now qualify for; once, whatever comes again."""
    rows = store.career.waiting(user_id)
    if not rows:
        return
    levels = levels_of(store.people.get(user_id) or {})
    openings = {"_id": {"$in": [one["opening_id"] for one in rows]}}
    for opening in store.career.openings.find(openings):
        if is_open(opening, now) and qualifies(levels, opening["competencies"]):
            where = {"_id": own_key(opening["_id"], user_id), "told": False, "on": True}
            happened = QualifiedForOpening(user_id=user_id, opening_id=opening["_id"])
            store.career.watches.change(where, {"$set": {"told": True}}, happened)


def tell_watchers(store: Store, opening_id: str, now: datetime) -> None:
    """The same for an opening that asks for less, or takes applications for longer, than before."""
    for user_id in store.career.asked_about(opening_id):
        tell_qualified(store, user_id, now)
