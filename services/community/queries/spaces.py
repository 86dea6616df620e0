"""Spaces of discussions: one for each topic, and one for each course that a person may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from services.community.queries.people import named
from services.community.rules.discuss import NO_SPACE, space_id, space_of
from services.community.rules.people import audiences
from services.community.rules.texts import words_filter
from services.community.store import Store
from shared.errors import NotFound
from shared.paging import page

Document = dict[str, Any]
KINDS = {"topic": "topics", "course": "courses"}


def path_of(store: Store, user_id: str) -> list[str]:
    """The units from the root to the one this person belongs to; none while they are not known here."""
    person = store.people.get(user_id) or {}
    return store.people.path_of(person.get("mdo_id"))


def visible_space(store: Store, path: list[str], id_: str) -> Document:
    """The entry behind a space, with `audience`; NotFound for one that this person has no part in."""
    kind, ref = space_of(id_)
    entry = store.dictionary.get(KINDS[kind], ref)
    if entry is None or "name" not in entry:
        raise NotFound(*NO_SPACE)
    audience = entry.get("mdo_id") if kind == "course" else None
    if audience not in audiences(path):
        raise NotFound(*NO_SPACE)
    return {"id": id_, "kind": kind, "ref": ref, "name": entry["name"], "audience": audience}


def spaces_page(store: Store, user_id: str, asked: Mapping[str, Any]) -> Document:
    """A page of the spaces of one kind, by id, with what happens there."""
    path, kind = path_of(store, user_id), asked["kind"]
    where: Document = {"name": {"$exists": True}, **words_filter(asked["q"])}
    if kind == "course":
        where |= {"live": True, "mdo_id": {"$in": audiences(path)}}
    else:
        where["status"] = "verified"
    rows = store.dictionary.rows[KINDS[kind]]
    found = page(lambda *given, **more: list(rows.find(*given, **more)), where, (("_id", 1),), (str,), asked)
    refs = [one["_id"] for one in found["items"]]
    counts = store.discuss.in_spaces([space_id(kind, ref) for ref in refs], audiences(path))
    items = [space_out(kind, one["_id"], one["name"], counts) for one in found["items"]]
    return found | {"items": items}


def space_out(kind: str, ref: str, name: Document, counts: Mapping[str, Document]) -> Document:
    """A space as it is listed."""
    id_ = space_id(kind, ref)
    row = counts.get(id_, {})
    return {
        "id": id_, "kind": kind, "ref": ref, "name": name,
        "threads": row.get("threads", 0), "last_at": row.get("last_at"),
    }  # fmt: skip


def one_space(store: Store, user_id: str, id_: str) -> Document:
    """One space with what happens there."""
    path = path_of(store, user_id)
    space = visible_space(store, path, id_)
    counts = store.discuss.in_spaces([id_], audiences(path))
    return space_out(space["kind"], space["ref"], space["name"], counts)


def space_refs(store: Store, ids: Iterable[str]) -> dict[str, Document]:
    """SpaceRef of each of these spaces, by id."""
    asked = {id_: space_of(id_) for id_ in ids}
    rows = {
        kind: store.dictionary.by_ids(name, (ref for of, ref in asked.values() if of == kind))
        for kind, name in KINDS.items()
    }
    return {
        id_: {"kind": kind, "ref": ref, **(named(rows[kind], ref) or {}), "id": id_}
        for id_, (kind, ref) in asked.items()
    }
