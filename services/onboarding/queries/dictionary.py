"""Search and browse the dictionary; all of it is in memory, so a search is a walk over some hundred names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from services.onboarding.rules.texts import folded
from services.onboarding.store import Dictionary, Store
from shared.errors import NotFound
from shared.paging import cursor_of, place_of

Document = dict[str, Any]
Asked = Mapping[str, Any]


def topics(store: Store, asked: Asked) -> list[Document]:
    """The verified topics that fit, by English name."""
    known = store.dictionary()
    return [
        topic_view(known, one)
        for one in _sorted(known.topics.values())
        if one["status"] == "verified" and _fits(one, asked) and asked["group"] in ("", one["group"])
    ]


def competencies(store: Store, asked: Asked) -> Document:
    """A page of the competencies that fit, by English name."""
    known = store.dictionary()
    fitting = (
        one
        for one in known.competencies.values()
        if _is_shown(one, asked) and _fits(one, asked) and asked["type"] in ("", one["kind"])
    )
    return _page(fitting, asked, lambda one: competency_view(known, one))


def positions(store: Store, asked: Asked) -> Document:
    """A page of the positions that fit, by English name."""
    fitting = (
        one for one in store.dictionary().positions.values() if _is_shown(one, asked) and _fits(one, asked)
    )
    return _page(fitting, asked, position_view)


def competency(store: Store, id_: str) -> Document:
    """One competency in full, with the positions that need it; NotFound for a draft or an unknown one."""
    known = store.dictionary()
    found = _public(known.competencies, id_)
    needing = [
        key for key, one in known.positions.items() if id_ in one["competencies"] and one["status"] != "draft"
    ]
    more = {"positions": sorted(needing), "history_url": f"/v1/frac/competencies/{id_}/history"}
    return competency_view(known, found) | more


def position(store: Store, id_: str) -> Document:
    """One position in full; NotFound for a draft or an unknown one."""
    return position_view(_public(store.dictionary().positions, id_))


def roles(store: Store, asked: Asked) -> Document:
    """A page of the roles of verified positions, each once by name, with the positions that hold it."""
    return _page(_gathered(_all_roles(store.dictionary())), asked, dict, asked["q"])


def activities(store: Store, asked: Asked) -> Document:
    """A page of the activities of verified positions, each once by name, with the positions that hold it."""
    rows = (
        (position_id, activity)
        for position_id, role in _all_roles(store.dictionary())
        for activity in role["activities"]
    )
    return _page(_gathered(rows), asked, dict, asked["q"])


def drafts(store: Store, asked: Asked) -> Document:
    """A page of what is not verified yet, of all kinds."""
    known = store.dictionary()
    rows = (
        {**entry_view(known, kind, one), "entry_kind": kind, "_id": one["_id"]}
        for kind in ("positions", "competencies", "topics")
        for one in known.of(kind).values()
        if one["status"] == "draft"
    )
    return _page(rows, asked, lambda one: {key: value for key, value in one.items() if key != "_id"})


def entry_view(known: Dictionary, kind: str, one: Document) -> Document:
    """An entry of any kind as it is shown."""
    if kind == "topics":
        return topic_view(known, one)
    return competency_view(known, one) if kind == "competencies" else position_view(one)


def topic_view(known: Dictionary, one: Document) -> Document:
    """A topic with the name of its group."""
    group = known.groups.get(f"topic:{one['group']}", {"name": None})["name"]
    return {
        "id": one["_id"],
        "name": one["name"],
        "group": one["group"],
        "group_name": group or {"en": one["group"], "hi": one["group"]},
        "status": one["status"],
        "version": one["version"],
    }


def competency_view(known: Dictionary, one: Document) -> Document:
    """A competency with its levels."""
    group = known.groups.get(f"competency:{one['group']}", {"name": None})["name"]
    wanted = ("name", "kind", "group", "description", "levels", "status", "version")
    return {"id": one["_id"], "group_name": group or {"en": one["group"], "hi": one["group"]}} | {
        key: one[key] for key in wanted
    }


def position_view(one: Document) -> Document:
    """A position with roles, activities and the levels it asks for."""
    wanted = ("name", "status", "description", "group", "roles", "version")
    required = [{"competency_id": id_, "level": level} for id_, level in one["competencies"].items()]
    return {"id": one["_id"], "competencies": required} | {key: one[key] for key in wanted}


def _public(entries: Mapping[str, Document], id_: str) -> Document:
    found = entries.get(id_)
    if found is None or found["status"] == "draft":
        raise NotFound("entry_unknown", "There is no such entry.")
    return found


def _is_shown(one: Document, asked: Asked) -> bool:
    return bool(one["status"] == (asked["status"] or "verified"))


def _fits(one: Document, asked: Asked) -> bool:
    return _holds(one, asked["q"]) and _begins(one, asked.get("letter", ""))


def _holds(one: Document, q: str) -> bool:
    text = folded(" ".join(one["name"].values()))
    return all(word in text for word in folded(q).split())


def _begins(one: Document, letter: str) -> bool:
    return any(folded(name).startswith(folded(letter)) for name in one["name"].values())


def _all_roles(known: Dictionary) -> Iterator[tuple[str, Document]]:
    for id_, position in known.positions.items():
        if position["status"] == "verified":
            for role in position["roles"]:
                yield id_, role


def _gathered(rows: Iterable[tuple[str, Document]]) -> list[Document]:
    made: dict[str, Document] = {}
    for position_id, one in rows:
        key = folded(one["name"]["en"])
        row = made.setdefault(key, {"_id": key, "name": one["name"], "positions": [], "competencies": {}})
        if position_id not in row["positions"]:
            row["positions"].append(position_id)
        for activity in one.get("activities", [one]):
            for need in activity["competencies"]:
                id_ = need["competency_id"]
                row["competencies"][id_] = max(need["level"], row["competencies"].get(id_, 0))
    return list(made.values())


def _key(one: Document) -> tuple[str, str]:
    return folded(one["name"]["en"]), str(one["_id"])


def _sorted(rows: Iterable[Document]) -> list[Document]:
    return sorted(rows, key=_key)


def _page(
    rows: Iterable[Document], asked: Asked, view: Callable[[Document], Document], q: str = ""
) -> Document:
    place = place_of(asked["cursor"], (str, str))
    behind = [
        one for one in _sorted(rows) if _holds(one, q) and (place is None or _key(one) > (place[0], place[1]))
    ]
    items = behind[: asked["limit"]]
    more = len(behind) > len(items)
    return {
        "items": [_without_id(view(one)) for one in items],
        "next_cursor": cursor_of(*_key(items[-1])) if more else None,
    }


def _without_id(one: Document) -> Document:
    return {key: value for key, value in one.items() if key != "_id"}
