"""Registrations: seats in order of asking, the waiting list, attendance, reminders, calling off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.community.commands.counting import write_count
from services.community.queries.sessions import seen_session
from services.community.rules.people import check_onboarded
from services.community.rules.sessions import (
    REMINDERS,
    check_takes_part,
    free_seat,
    reminder_due,
    reminder_key,
    wants_reminder,
)
from services.community.store import Store
from shared.auth import Principal
from shared.errors import Conflict
from shared.events.community import RegistrationCancelled, SeatGiven, SessionAttended, SessionReminderDue
from shared.log import context

Document = dict[str, Any]
AT_ONCE = 500


def register(store: Store, user_id: str, session_id: str, now: datetime) -> Document:
    """Register a person, or put them at the end of the waiting list; again changes nothing."""
    check_onboarded(store.people.get(user_id))
    session = seen_session(store, user_id, session_id)
    check_takes_part(session, now)
    records = store.sessions.registrations
    row = records.get(f"{session_id}:{user_id}")
    if row is None or row["state"] not in ("registered", "waiting"):
        waits = {
            "session_id": session_id, "user_id": user_id, "state": "waiting", "since": now, "attended_at": None,
            "told": [],
        }  # fmt: skip
        try:
            if row is None:
                records.add({"_id": f"{session_id}:{user_id}", **waits})
            else:
                records.change({"_id": row["_id"], "version": row["version"]}, {"$set": waits})
        except DuplicateKeyError:
            pass  # The same person asked twice at once; the first one counts.
        fill_seats(store, session, now, asking=user_id)
    count_session(store, session_id)
    return standing(store, session_id, user_id)


def leave(store: Store, user_id: str, session_id: str, now: datetime) -> None:
    """Give a place back, or stop waiting; the first of the waiting list gets it and is told."""
    session = seen_session(store, user_id, session_id)
    check_takes_part(session, now)
    row = store.sessions.registration(session_id, user_id)
    if row is None or row["state"] not in ("registered", "waiting"):
        return
    if row["attended_at"] is not None:
        raise Conflict("attended", "You have taken part already.")
    gone = {"$set": {"state": "left"}, "$unset": {"seat": ""}}
    store.sessions.registrations.change({"_id": row["_id"], "attended_at": None}, gone)
    fill_seats(store, session, now)
    count_session(store, session_id)


def standing(store: Store, session_id: str, user_id: str) -> Document:
    """Whether a person is registered or waits, and at which place."""
    row = store.sessions.registration(session_id, user_id) or {"state": "left"}
    waits = row["state"] == "waiting"
    return {"state": row["state"], "position": store.sessions.place_in_line(row) if waits else None}


def fill_seats(store: Store, session: Document, now: datetime, *, asking: str = "") -> int:
    """Give free seats to those who wait, in their order, and tell all but who is just asking; how many got one.

    A seat is a unique key of the registration, so that two who fill at once cannot give it twice, and each
    registration says by itself whether it holds one: broken off at any point, the next call goes on.
    """
    if session["state"] != "published" or now >= session["ends_at"]:
        return 0
    session_id, given = session["_id"], 0
    while (row := store.sessions.first_waiting(session_id)) is not None:
        setting: Document = {"state": "registered"}
        if session["capacity"]:
            seat = free_seat(session_id, session["capacity"], store.sessions.taken(session_id))
            if seat is None:
                break
            setting["seat"] = seat
        told = [] if row["user_id"] == asking else [SeatGiven(user_id=row["user_id"], session_id=session_id)]
        where = {"_id": row["_id"], "version": row["version"], "state": "waiting"}
        try:
            given += store.sessions.registrations.change(where, {"$set": setting}, *told) is not None
        except DuplicateKeyError:
            continue  # Somebody else took this seat between looking and writing.
    if given:
        count_session(store, session_id)
    return given


def count_session(store: Store, session_id: str) -> None:
    """Write how many are registered, wait and attended, counted from the registrations."""
    write_count(store.sessions.sessions, session_id, lambda _: store.sessions.counts(session_id))


def mark_attendance(
    store: Store, who: Principal, session: Document, user_ids: Sequence[str], now: datetime
) -> Document:
    """Mark that these people took part; who was marked, and who was not and why. Audited."""
    if now < session["starts_at"]:
        raise Conflict("not_begun", "The session has not begun.")
    marked: list[str] = []
    refused: list[Document] = []
    for user_id in dict.fromkeys(user_ids):
        reason = _mark(store, who, session, user_id, now)
        if reason:
            refused.append({"user_id": user_id, "reason": reason})
        else:
            marked.append(user_id)
    count_session(store, session["_id"])
    entry = {
        "at": now,
        "who": who.user_id,
        "what": "attendance_marked",
        "whom": session["_id"],
        "result": "ok",
    }
    store.audit({**entry, "people": marked, "correlation_id": context().correlation_id})
    return {"marked": marked, "refused": refused}


def _mark(store: Store, who: Principal, session: Document, user_id: str, now: datetime) -> str | None:
    """Why somebody cannot be marked; None when they are marked now or were before."""
    if user_id == who.user_id:
        return "own_self"
    row = store.sessions.registration(session["_id"], user_id)
    if row is None or row["state"] != "registered":
        return "not_registered"
    if row["attended_at"] is None:
        minutes = int((session["ends_at"] - session["starts_at"]).total_seconds() // 60)
        told = SessionAttended(
            user_id=user_id, session_id=session["_id"], mdo_id=session["mdo_id"],
            topics=tuple(session["topics"]), course_id=session["course_id"], minutes=minutes,
        )  # fmt: skip
        where = {"_id": row["_id"], "state": "registered", "attended_at": None}
        if store.sessions.registrations.change(where, {"$set": {"attended_at": now}}, told) is None:
            return _mark(store, who, session, user_id, now)
    return None


def remind(store: Store, now: datetime) -> int:
    """Tell registered people of sessions that begin in a day or an hour, once for each; how many were told."""
    told = 0
    for session in store.sessions.starting(now, now + max(REMINDERS.values())):
        for kind in REMINDERS:
            if not reminder_due(kind, session, now):
                continue
            key = reminder_key(kind, session["starts_at"])
            where = {"session_id": session["_id"], "state": "registered", "told": {"$ne": key}}
            for row in store.sessions.registrations.find(where):
                due = wants_reminder(kind, session, row["since"])
                event = SessionReminderDue(
                    user_id=row["user_id"],
                    session_id=session["_id"],
                    kind=kind,
                    starts_at=session["starts_at"],
                )
                still = {"_id": row["_id"], "state": "registered", "told": {"$ne": key}}
                done = store.sessions.registrations.change(
                    still, {"$push": {"told": key}}, *([event] if due else [])
                )
                told += bool(due and done)
    return told


def call_off(store: Store) -> int:
    """Tell who is registered for a cancelled session, or waits, once; how many were told."""
    told = 0
    for session in store.sessions.sessions.find({"calling_off": True}, limit=20):
        where = {"session_id": session["_id"], "state": {"$in": ["registered", "waiting"]}}
        while rows := store.sessions.registrations.find(where, limit=AT_ONCE):
            for row in rows:
                event = RegistrationCancelled(user_id=row["user_id"], session_id=session["_id"])
                gone = {"$set": {"state": "cancelled"}, "$unset": {"seat": ""}}
                still = {"_id": row["_id"], "state": row["state"]}
                told += store.sessions.registrations.change(still, gone, event) is not None
        store.sessions.sessions.change({"_id": session["_id"]}, {"$unset": {"calling_off": ""}})
        count_session(store, session["_id"])
    return told


def settle_seats(store: Store, now: datetime) -> int:
    """Fill what a broken-off request left open, and count anew; how many got a seat."""
    return sum(_settled(store, session, now) for session in store.sessions.open_ones(now - timedelta(days=1)))


def _settled(store: Store, session: Document, now: datetime) -> int:
    given = fill_seats(store, session, now)
    count_session(store, session["_id"])
    return given
