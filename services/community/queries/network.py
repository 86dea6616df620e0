"""Whom a person may want to know and why, and the connections they have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.community.clients import Directory
from services.community.queries.people import named, people_out
from services.community.rules.network import WEIGHTS, levels_of, reasons, sentence, state_for, wished
from services.community.store import Store
from shared.paging import page

Document = dict[str, Any]
Ranked = tuple[str, int, list[tuple[str, str | None]]]
COMPETENCIES_MOST, SAMPLE = 5, 20
NEWEST = (("requested_at", -1), ("_id", -1))


def suggestions(store: Store, directory: Directory, user_id: str, limit: int) -> Document:
    """The people most worth knowing, best first, with reasons; read from bounded samples of indexes."""
    me = store.people.get(user_id)
    if me is None:
        return {"items": []}
    ranked = ranking(store, me, limit)
    people = people_out(store, directory, (id_ for id_, _, _ in ranked))
    names = store.dictionary.by_ids("competencies", (ref for _, _, why in ranked for _, ref in why))
    return {
        "items": [
            {"person": people[id_], "score": score, "reasons": [_reason(names, *one) for one in why]}
            for id_, score, why in ranked
        ]
    }


def ranking(store: Store, me: Mapping[str, Any], most: int) -> list[Ranked]:
    """The best candidates with score and reasons, best first; never those who must not appear."""
    hidden = store.network.not_for(me["_id"])
    found = {row["_id"]: row for row in _candidates(store, me) if row.get("complete")}
    scored: list[Ranked] = []
    for id_, row in found.items():
        why = reasons(me, row) if id_ not in hidden else []
        if why:
            scored.append((id_, sum(WEIGHTS[slug] for slug, _ in why), why))
    scored.sort(key=lambda one: (-one[1], one[0]))
    made: list[Ranked] = []
    for at in range(0, len(scored), 2 * most):
        some = scored[at : at + 2 * most]
        alive = store.people.by_ids(id_ for id_, _, _ in some)  # A sample may be older than an erasure.
        shown = alive.keys() - store.network.opted_out(alive)
        made += [one for one in some if one[0] in shown]
        if len(made) >= most:
            break
    return made[:most]


def _candidates(store: Store, me: Mapping[str, Any]) -> list[Document]:
    asked = [(field, id_) for id_ in list(wished(me))[:COMPETENCIES_MOST] for field in ("knows", "proved")]
    strongest = sorted(levels_of(me).items(), key=lambda pair: (-pair[1], pair[0]))[:COMPETENCIES_MOST]
    asked += [("wants", id_) for id_, _ in strongest]
    asked += [(field, me[field]) for field in ("mdo_id", "position_id") if me.get(field)]
    return [row for field, value in asked for row in store.network.sample(field, value, me["_id"], SAMPLE)]


def _reason(names: Mapping[str, Document], slug: str, ref: str | None) -> Document:
    competency = named(names, ref)
    said = sentence(slug, competency["name"] if competency else {})
    return {"slug": slug, "weight": WEIGHTS[slug], "competency": competency, "sentence": said}


def requests_page(store: Store, directory: Directory, user_id: str, asked: Mapping[str, Any]) -> Document:
    """A page of open requests, newest first; a declined one looks open to who asked."""
    inward = asked["direction"] == "in"
    states = ["requested"] if inward else ["requested", "declined"]
    where = {"to_id" if inward else "from_id": user_id, "state": {"$in": states}}
    return _page(store, directory, user_id, where, asked)


def connections_page(store: Store, directory: Directory, user_id: str, asked: Mapping[str, Any]) -> Document:
    """A page of the people one is connected with, newest first."""
    return _page(store, directory, user_id, {"people": user_id, "state": "accepted"}, asked)


def connections_out(
    store: Store, directory: Directory, user_id: str, rows: Sequence[Document]
) -> list[Document]:
    """Connections as one of the two sees them."""
    others = {one["_id"]: _other(one, user_id) for one in rows}
    people = people_out(store, directory, others.values())
    return [
        {
            "id": one["_id"],
            "person": people[others[one["_id"]]],
            "state": (state := state_for(one, user_id)),
            "direction": "out" if one["from_id"] == user_id else "in",
            "note": one["note"],
            "requested_at": one["requested_at"],
            "decided_at": None if state == "requested" else one["decided_at"],
        }
        for one in rows
    ]


def _other(connection: Mapping[str, Any], user_id: str) -> str:
    return str(connection["to_id"] if connection["from_id"] == user_id else connection["from_id"])


def _page(
    store: Store, directory: Directory, user_id: str, where: Document, asked: Mapping[str, Any]
) -> Document:
    found = page(store.network.connections.find, where, NEWEST, (datetime, str), asked)
    return found | {"items": connections_out(store, directory, user_id, found["items"])}


def blocks_out(store: Store, directory: Directory, user_id: str) -> Document:
    """Whom a person has blocked, newest first."""
    ids = store.network.blocked_by(user_id)
    people = people_out(store, directory, ids)
    return {"items": [people[id_] for id_ in ids]}
