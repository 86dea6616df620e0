"""Rows that handlers alone write: the newest word counts, whatever the order of the news."""

from __future__ import annotations

from collections.abc import Iterable

from pymongo.collection import Collection

from shared.mongo import Document


def by_ids(rows: Collection[Document], ids: Iterable[str | None]) -> dict[str, Document]:
    """The rows with these ids, by id."""
    wanted = list(dict.fromkeys(one for one in ids if one))
    return {row["_id"]: row for row in rows.find({"_id": {"$in": wanted}})} if wanted else {}
