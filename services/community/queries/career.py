"""Openings with how well a person fits, the gaps and the courses that close them; applications."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.community.clients import Directory
from services.community.queries.people import named, people_out
from services.community.rules.career import RECRUITERS, closing_courses, percent, qualifies
from services.community.rules.network import levels_of
from services.community.rules.people import audiences, units_of
from services.community.rules.texts import words_filter
from services.community.store import Store
from shared.auth import Principal
from shared.paging import cursor_of, page, place_of

Document = dict[str, Any]
ORDERS: dict[str, tuple[tuple[str, int], ...]] = {
    "new": (("published_at", -1), ("_id", -1)),
    "last_date": (("last_at", 1), ("_id", 1)),
}
LATEST = (("at", -1), ("_id", -1))
BEST = (("percent", -1), ("_id", 1))
CREATED = (("created_at", -1), ("_id", -1))
PLAIN = ("title", "about", "last_date", "places", "state", "published_at", "version")


def match_of(store: Store, person: Mapping[str, Any], opening: Mapping[str, Any]) -> Document:
    """How well a person fits one opening."""
    return matches(store, person, [opening])[0]


def matches(store: Store, person: Mapping[str, Any], openings: Sequence[Mapping[str, Any]]) -> list[Document]:
    """Match of each opening: what is held, what misses and which courses close it."""
    levels = levels_of(person)
    ids = {id_ for one in openings for id_ in one["competencies"]}
    gaps = {
        id_ for one in openings for id_, level in one["competencies"].items() if levels.get(id_, 0) < level
    }
    names = store.dictionary.by_ids("competencies", ids)
    allowed = audiences(store.people.path_of(person.get("mdo_id")))
    courses = store.career.teaching(gaps, allowed) if gaps else []
    made = []
    for one in openings:
        held: list[Document] = []
        missing: list[Document] = []
        for id_, needed in sorted(one["competencies"].items()):
            level = levels.get(id_, 0)
            row = {"competency": named(names, id_), "level": level, "needed": needed}
            if level >= needed:
                held.append(row)
            else:
                missing.append(row | {"courses": list(closing_courses(courses, id_, level, needed))})
        share = percent(levels, one["competencies"])
        made.append({"percent": share, "qualified": not missing, "held": held, "missing": missing})
    return made


def openings_page(store: Store, user_id: str, asked: Mapping[str, Any], now: datetime) -> Document:
    """A page of openings that are published and not past."""
    person = store.people.get(user_id) or {}
    where: Document = dict(words_filter(asked["q"]))
    for name, field in (("mdo", "mdo_id"), ("position", "position_id")):
        if asked[name]:
            where[field] = asked[name]
    if asked["chosen"] in ("saved", "applied"):
        where["_id"] = {"$in": store.career.chosen(asked["chosen"], user_id)}
    levels = levels_of(person)
    rows = [
        one
        for one in store.career.open_ones(now, where)
        if (not asked["competency"] or asked["competency"] in one["competencies"])
        and (asked["chosen"] != "qualified" or qualifies(levels, one["competencies"]))
    ]
    if asked["sort"] == "match":
        found = _best_page(rows, levels, asked)
    else:
        ids = {"_id": {"$in": [one["_id"] for one in rows]}}
        found = page(store.career.openings.find, ids, ORDERS[asked["sort"]], (datetime, str), asked)
    return found | {"items": openings_out(store, user_id, found["items"])}


def _best_page(rows: Sequence[Document], levels: Mapping[str, int], asked: Mapping[str, Any]) -> Document:
    place = place_of(asked["cursor"], (int, str))
    ranked = sorted((-percent(levels, one["competencies"]), one["_id"], one) for one in rows)
    rest = [one for one in ranked if place is None or one[:2] > (-place[0], place[1])]
    items = rest[: asked["limit"]]
    more = len(rest) > len(items)
    return {
        "items": [one for _, _, one in items],
        "next_cursor": cursor_of(-items[-1][0], items[-1][1]) if more else None,
    }


def openings_out(store: Store, user_id: str, openings: Sequence[Document]) -> list[Document]:
    """Openings as a person sees them."""
    person = store.people.get(user_id) or {}
    units = store.people.units(one["mdo_id"] for one in openings)
    positions = store.dictionary.by_ids("positions", (one["position_id"] for one in openings))
    names = store.dictionary.by_ids("competencies", {id_ for one in openings for id_ in one["competencies"]})
    standing = store.career.standing(user_id, [one["_id"] for one in openings])
    return [
        {
            "id": one["_id"],
            **{name: one[name] for name in PLAIN},
            "mdo": named(units, one["mdo_id"]),
            "position": named(positions, one["position_id"]),
            "competencies": [
                {"competency": named(names, id_), "level": level}
                for id_, level in sorted(one["competencies"].items())
            ],
            "match": match,
            **{name: one["_id"] in ids for name, ids in standing.items()},
        }
        for one, match in zip(openings, matches(store, person, openings), strict=True)
    ]


def openings_rail(store: Store, user_id: str, limit: int, now: datetime) -> Document:
    """The openings that fit best, for the home page."""
    levels = levels_of(store.people.get(user_id) or {})
    kept = store.rails.of("openings", lambda: store.career.open_ones(now, {}))
    rows = [one for one in kept if one["last_at"] > now]
    best = _best_page(rows, levels, {"cursor": "", "limit": limit})["items"]
    units = store.people.units(one["mdo_id"] for one in best)
    positions = store.dictionary.by_ids("positions", (one["position_id"] for one in best))
    return {
        "items": [
            {
                "id": one["_id"],
                "title": one["title"],
                "mdo": named(units, one["mdo_id"]),
                "position": named(positions, one["position_id"]),
                "last_date": one["last_date"],
                "percent": percent(levels, one["competencies"]),
                "qualified": qualifies(levels, one["competencies"]),
                "missing": sum(levels.get(id_, 0) < need for id_, need in one["competencies"].items()),
            }
            for one in best
        ]
    }


def applications_out(store: Store, rows: Sequence[Document]) -> list[Document]:
    """Applications as who applied sees them."""
    wanted = {"_id": {"$in": [one["opening_id"] for one in rows]}}
    openings = {one["_id"]: one for one in store.career.openings.find(wanted)} if rows else {}
    return [
        {
            "id": one["_id"],
            "opening": {
                "id": one["opening_id"],
                **{name: openings[one["opening_id"]][name] for name in ("title", "state", "last_date")},
            },
            **{name: one[name] for name in ("note", "state", "at", "match")},
        }
        for one in rows
    ]


def own_applications(store: Store, user_id: str, asked: Mapping[str, Any]) -> Document:
    """A page of one's own applications, newest first."""
    found = page(store.career.applications.find, {"user_id": user_id}, LATEST, (datetime, str), asked)
    return found | {"items": applications_out(store, found["items"])}


def for_recruiter(store: Store, directory: Directory, rows: Sequence[Document]) -> list[Document]:
    """Applications with who applied."""
    people = people_out(store, directory, (one["user_id"] for one in rows))
    shown = applications_out(store, rows)
    return [out | {"person": people[one["user_id"]]} for one, out in zip(rows, shown, strict=True)]


def applications_page(
    store: Store, directory: Directory, opening_id: str, asked: Mapping[str, Any]
) -> Document:
    """A page of the applications for an opening, best match first."""
    where = {"opening_id": opening_id, "state": {"$ne": "withdrawn"}}
    found = page(store.career.applications.find, where, BEST, (int, str), asked)
    return found | {"items": for_recruiter(store, directory, found["items"])}


def recruiting_page(store: Store, who: Principal, asked: Mapping[str, Any]) -> Document:
    """A page of the openings of one's unit and below, newest first, with the number of applications."""
    where: Document = {}
    if (units := units_of(who, RECRUITERS)) is not None:
        below = [row["_id"] for row in store.people.mdos.find({"path": {"$in": units}}, {"_id": 1})]
        where["mdo_id"] = {"$in": [*units, *below]}
    if asked["state"]:
        where["state"] = asked["state"]
    found = page(store.career.openings.find, where, CREATED, (datetime, str), asked)
    shown = openings_out(store, who.user_id, found["items"])
    return found | {"items": [one | {"applications": store.career.applied(one["id"])} for one in shown]}
