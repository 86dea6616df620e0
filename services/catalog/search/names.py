"""Names of topics, competencies and providers as this process knows them."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from services.catalog.store import Store

Document = dict[str, Any]
KINDS = {"topic": "topics", "competency": "competencies", "provider": "providers"}
WHOLE = (
    60.0  # Seconds after which all are read: the time of a row is its event's, and an event may come late.
)


class Names:
    """Rows of the dictionary and of providers by id, read again when they change."""

    def __init__(self, store: Store, overlap: float) -> None:
        self._store, self._overlap = store, timedelta(seconds=overlap)
        self._rows: dict[str, dict[str, Document]] = {kind: {} for kind in KINDS}
        self._whole = float("-inf")

    def refresh(self) -> dict[str, set[str]]:
        """Read what changed since the last time, now and then everything; the ids that changed, by kind."""
        changed: dict[str, set[str]] = {}
        whole = time.monotonic() - self._whole > WHOLE
        for kind, collection in KINDS.items():
            known = self._rows[kind]
            newest = max((row["changed_at"] for row in known.values()), default=None)
            since = {"$gte": newest - self._overlap} if newest and not whole else {"$exists": True}
            rows = self._store.database[collection].find({"changed_at": since}, {"_seen": 0})
            fresh = {
                row["_id"]: row
                for row in rows
                if row != known.get(row["_id"]) and row.get("name") is not None
            }
            if fresh:
                self._rows[kind] = {**known, **fresh}
                changed[kind] = set(fresh)
        if whole:
            self._whole = time.monotonic()
        return changed

    def name(self, kind: str, id_: str) -> Document:
        """The name in both languages; an id that is not known yet stands for itself, readable."""
        row = self._rows[kind].get(id_)
        if row:
            return dict(row["name"])
        readable = id_.replace("-", " ").replace("_", " ").capitalize()
        return {"en": readable, "hi": readable}

    def rows(self, kind: str) -> dict[str, Document]:
        """All known rows of a kind, by id."""
        return self._rows[kind]
