"""The projection of topics, competencies, positions and courses: their names and what they need or teach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pymongo import ASCENDING
from pymongo.collection import Collection
from pymongo.database import Database

from services.community.store.projections import by_ids
from shared.mongo import Document, guarded_set

KINDS = ("topics", "competencies", "positions", "courses")


class Dictionary:
    """Topics, competencies and positions {_id, name, status, words...}; courses {_id, name, mdo_id, live, words...}."""

    def __init__(self, database: Database[Document]) -> None:
        self.rows: dict[str, Collection[Document]] = {kind: database[kind] for kind in KINDS}

    def get(self, kind: str, id_: str) -> Document | None:
        """One entry; None when it is not known."""
        return self.rows[kind].find_one({"_id": id_})

    def by_ids(self, kind: str, ids: Iterable[str | None]) -> dict[str, Document]:
        """These entries by id, as far as they are known."""
        return by_ids(self.rows[kind], ids)

    def keep(self, kind: str, id_: str, sequence: int, values: Mapping[str, Any]) -> None:
        """Keep the newest word on an entry."""
        guarded_set(self.rows[kind], id_, "self", sequence, values)

    def publish(self, course_id: str, version: int, sequence: int, values: Mapping[str, Any]) -> None:
        """Keep the newest version of a course; one that was published after a retirement is live again."""
        guarded_set(self.rows["courses"], course_id, "version", version, values)
        guarded_set(self.rows["courses"], course_id, "live", sequence, {"live": True})

    def retire(self, course_id: str, sequence: int) -> None:
        """Note that a course is no longer offered."""
        guarded_set(self.rows["courses"], course_id, "live", sequence, {"live": False})


def dictionary_indexes(database: Database[Document]) -> None:
    """Create the indexes of the dictionary."""
    for kind in KINDS:
        database[kind].create_index([("words", ASCENDING)], name="words")
