"""Rows that handlers alone write: the newest word counts, whatever the order of the news."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pymongo.collection import Collection

from shared.mongo import Document


def guarded_set(
    rows: Collection[Document],
    id_: str,
    group: str,
    sequence: int,
    values: Mapping[str, Any],
    unless: Mapping[str, Any] | None = None,
) -> bool:
    """Set values of one row unless a later event of the same group has done so; whether they were set."""
    rows.update_one({"_id": id_}, {"$setOnInsert": {"_seen": {}}}, upsert=True)
    seen = f"_seen.{group}"
    done = rows.update_one(
        {"_id": id_, seen: {"$not": {"$gte": sequence}}, **(unless or {})},
        {"$set": {**values, seen: sequence}},
    )
    return done.matched_count == 1


def by_ids(rows: Collection[Document], ids: Iterable[str | None]) -> dict[str, Document]:
    """The rows with these ids, by id."""
    wanted = list(dict.fromkeys(one for one in ids if one))
    return {row["_id"]: row for row in rows.find({"_id": {"$in": wanted}})} if wanted else {}
