"""The projection of catalog's courses: a row for each published version, a head for each course."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable

from pymongo import ASCENDING
from pymongo.database import Database

from shared.mongo import Document

KEPT_MOST = 2000


class Courses:
    """`courses` {_id: "<course>:<version>", ...} and `course_heads` {_id: course, latest, retired}."""

    def __init__(self, database: Database[Document], cache_seconds: float) -> None:
        self.rows, self.heads = database["courses"], database["course_heads"]
        self._cache_seconds = cache_seconds
        self._cache: dict[str, tuple[float, Document]] = {}
        self._lock = threading.Lock()

    def version(self, course_id: str, version: int) -> Document | None:
        """One published version, from memory for a while: it does not change but for being retired."""
        key = f"{course_id}:{version}"
        kept = self._cache.get(key)
        if kept is not None and time.monotonic() - kept[0] < self._cache_seconds:
            return kept[1]
        found = self.rows.find_one({"_id": key})
        if found is not None and self._cache_seconds:
            with self._lock:
                if len(self._cache) >= KEPT_MOST:
                    self._cache.clear()
                self._cache[key] = (time.monotonic(), found)
        return found

    def head(self, course_id: str) -> Document | None:
        """Which version is the latest, and whether the course is retired."""
        return self.heads.find_one({"_id": course_id})

    def heads_of(self, course_ids: Iterable[str]) -> dict[str, Document]:
        """The heads of these courses by id."""
        found = self.heads.find({"_id": {"$in": sorted(set(course_ids))}})
        return {str(one["_id"]): one for one in found}

    def titles(self, course_ids: Iterable[str]) -> dict[str, dict[str, str]]:
        """What the latest versions of these courses are called, as far as they are known."""
        keys = [
            f"{id_}:{head['latest']}" for id_, head in self.heads_of(course_ids).items() if "latest" in head
        ]
        found = self.rows.find({"_id": {"$in": keys}}, {"course_id": 1, "title": 1}) if keys else ()
        return {str(one["course_id"]): one["title"] for one in found if "title" in one}

    def versions_of(self, course_id: str) -> list[Document]:
        """All published versions of a course, oldest first."""
        return list(self.rows.find({"course_id": course_id}, sort=[("version", ASCENDING)]))

    def publish(self, row: Document, sequence: int) -> None:
        """Keep a published version; a second or late delivery changes nothing."""
        key, version = row["_id"], row["version"]
        self.rows.update_one({"_id": key}, {"$setOnInsert": {"retired": False}}, upsert=True)
        self.rows.update_one(
            {"_id": key, "_seen.published": {"$not": {"$gte": sequence}}},
            {"$set": {**{k: v for k, v in row.items() if k != "_id"}, "_seen.published": sequence}},
        )
        head = {"_id": row["course_id"]}
        self.heads.update_one(
            head, {"$max": {"latest": version}, "$setOnInsert": {"retired": False}}, upsert=True
        )
        self.heads.update_one(
            {**head, "retired_upto": {"$not": {"$gte": version}}, "latest": version},
            {"$set": {"retired": False}},
        )
        self.rows.update_one(
            {"_id": key, "retired": False}, {"$set": {"retired": self._retired(row["course_id"], version)}}
        )

    def retire(self, course_id: str, version: int) -> None:
        """Note that a course is no longer offered from this version back; a newer version brings it back."""
        head = {"_id": course_id}
        self.heads.update_one(
            head, {"$max": {"retired_upto": version}, "$setOnInsert": {"retired": True}}, upsert=True
        )
        self.heads.update_one({**head, "latest": {"$not": {"$gt": version}}}, {"$set": {"retired": True}})
        self.rows.update_many(
            {"course_id": course_id, "version": {"$lte": version}}, {"$set": {"retired": True}}
        )

    def _retired(self, course_id: str, version: int) -> bool:
        found = self.head(course_id) or {}
        return bool(found.get("retired_upto", 0) >= version)
