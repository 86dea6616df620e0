"""Sessions as people and organisers see them; the link to join for registered people only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.community.clients import Directory
from services.community.queries.people import named, people_out
from services.community.queries.spaces import path_of
from services.community.rules.people import audiences, units_of
from services.community.rules.sessions import ORGANISERS, UNKNOWN, Organiser, state_at
from services.community.store import Store
from shared.auth import Principal
from shared.errors import NotFound
from shared.paging import page

Document = dict[str, Any]
SOONEST = (("starts_at", 1), ("_id", 1))
LATEST = (("starts_at", -1), ("_id", -1))
NEWEST = (("created_at", -1), ("_id", -1))
CARD = ("title", "kind", "language", "starts_at", "ends_at", "capacity", "registered", "waiting", "version")
COMING_MOST = 200  # Sessions to come that are kept for everybody.
ANNOUNCED = ("published", "cancelled")


def seen_session(store: Store, user_id: str, session_id: str) -> Document:
    """An announced session that this person may take part in; NotFound otherwise."""
    session = store.sessions.sessions.get(session_id)
    if session is None or session["state"] not in ANNOUNCED or session["published_at"] is None:
        raise NotFound(*UNKNOWN)
    if session["for_mdo"] is not None and session["for_mdo"] not in path_of(store, user_id):
        raise NotFound(*UNKNOWN)
    return session


def sessions_page(store: Store, user_id: str, asked: Mapping[str, Any], now: datetime) -> Document:
    """A page of announced sessions: what comes, soonest first, or what was, newest first."""
    where: Document = {"state": "published", "for_mdo": {"$in": audiences(path_of(store, user_id))}}
    past = asked["when"] == "past"
    where["ends_at"] = {"$lte": now} if past else {"$gt": now}
    if asked["topic"]:
        where["topics"] = asked["topic"]
    if asked["chosen"] == "mine":
        where["_id"] = {"$in": store.sessions.sessions_of(user_id)}
    found = page(store.sessions.sessions.find, where, LATEST if past else SOONEST, (datetime, str), asked)
    return found | {"items": cards(store, user_id, found["items"], now)}


def cards(store: Store, user_id: str, sessions: Sequence[Document], now: datetime) -> list[Document]:
    """SessionCard of each session."""
    units = store.people.units(one["mdo_id"] for one in sessions)
    topics = store.dictionary.by_ids("topics", {id_ for one in sessions for id_ in one["topics"]})
    rows = store.sessions.of_person(user_id, [one["_id"] for one in sessions])
    return [
        {
            "id": one["_id"],
            **{name: one[name] for name in CARD},
            "mdo": named(units, one["mdo_id"]),
            "topics": [named(topics, id_) for id_ in one["topics"]],
            "state": state_at(one, now),
            "mine": mine(rows.get(one["_id"])),
        }
        for one in sessions
    ]


def mine(row: Mapping[str, Any] | None) -> str:
    """How somebody stands to a session: nothing, registered, waiting or attended."""
    if row is None or row["state"] not in ("registered", "waiting"):
        return ""
    return "attended" if row["attended_at"] is not None else str(row["state"])


def session_out(store: Store, user_id: str, session: Document, now: datetime) -> Document:
    """A whole session; with the link to join for who is registered, until its end."""
    (card,) = cards(store, user_id, [session], now)
    joins = card["mine"] in ("registered", "attended") and card["state"] in ("published", "live")
    return card | {
        "about": session["about"],
        "place": session["place"],
        "course_id": session["course_id"],
        "speakers": session["speakers"],
        "cancelled_reason": session["cancelled_reason"],
        "join_url": (session["join_url"] or None) if joins else None,
    }


def for_organiser(
    store: Store, directory: Directory, who: Principal, sessions: Sequence[Document], now: datetime
) -> list[Document]:
    """Sessions as their organisers see them."""
    people = people_out(
        store, directory, (one[field] for one in sessions for field in ("created_by", "reviewed_by"))
    )
    made = []
    for one in sessions:
        organiser = Organiser(who, one, store.people.path_of(one["mdo_id"]))
        made.append(
            session_out(store, who.user_id, one, now)
            | {
                "join_url": one["join_url"],
                "audience": one["audience"],
                "created_by": people[one["created_by"]],
                "reviewed_by": people[one["reviewed_by"]] if one["reviewed_by"] else None,
                "returned_reason": one["returned_reason"],
                "attended": one["attended"],
                "may_edit": organiser.may_edit,
                "may_review": organiser.may_review,
                "published_at": one["published_at"],
            }
        )
    return made


def organised_page(
    store: Store, directory: Directory, who: Principal, asked: Mapping[str, Any], now: datetime
) -> Document:
    """A page of the sessions that somebody organises: own ones and those within reach, newest first."""
    where: Document = {}
    if (units := units_of(who, ORGANISERS)) is not None:
        below = [row["_id"] for row in store.people.mdos.find({"path": {"$in": units}}, {"_id": 1})]
        where["$or"] = [{"created_by": who.user_id}, {"mdo_id": {"$in": [*units, *below]}}]
    if asked["state"]:
        where["state"] = asked["state"]
    found = page(store.sessions.sessions.find, where, NEWEST, (datetime, str), asked)
    return found | {"items": for_organiser(store, directory, who, found["items"], now)}


def registrations_page(
    store: Store, directory: Directory, session: Document, asked: Mapping[str, Any]
) -> Document:
    """A page of who is registered or waits, in the order of asking."""
    where = {"session_id": session["_id"], "state": {"$in": ["registered", "waiting"]}}
    keys = (("since", 1), ("_id", 1))
    found = page(store.sessions.registrations.find, where, keys, (datetime, str), asked)
    people = people_out(store, directory, (one["user_id"] for one in found["items"]))
    items = [
        {"person": people[one["user_id"]], "state": mine(one), "at": one["since"]} for one in found["items"]
    ]
    return found | {"items": items}


def _coming(store: Store, where: Document, now: datetime, most: int) -> list[Document]:
    wanted = {"state": "published", "ends_at": {"$gt": now}, **where}
    return store.sessions.sessions.find(wanted, sort=list(SOONEST), limit=most)


def sessions_rail(store: Store, user_id: str, limit: int, now: datetime) -> Document:
    """What comes next, for the home page."""
    mine_too = audiences(path_of(store, user_id))
    coming = store.rails.of("sessions", lambda: _coming(store, {}, now, COMING_MOST))
    found = [one for one in coming if one["for_mdo"] in mine_too and one["ends_at"] > now][:limit]
    if len(found) < limit and len(coming) == COMING_MOST:
        found = _coming(store, {"for_mdo": {"$in": mine_too}}, now, limit)
    rows = store.sessions.of_person(user_id, [one["_id"] for one in found])
    return {
        "items": [
            {
                "id": one["_id"],
                "title": one["title"],
                "starts_at": one["starts_at"],
                "ends_at": one["ends_at"],
                "state": state_at(one, now),
                "mine": mine(rows.get(one["_id"])),
                "kind": one["kind"],
            }
            for one in found
        ]
    }
