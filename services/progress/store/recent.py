"""The enrolments that this process wrote last, so that a player's next update needs no read before its write."""

from __future__ import annotations

import threading

from shared.mongo import Document

KEPT_MOST = 1000


class Recent:
    """Copies by enrolment id, each with the `version` it had after our write; the oldest go first.

    A copy may be old. Whoever decides by it writes on condition of its `version`, and reads anew otherwise.
    """

    def __init__(self) -> None:
        self._kept: dict[str, Document] = {}
        self._lock = threading.Lock()

    def get(self, id_: str) -> Document | None:
        """The copy, which nobody may change."""
        return self._kept.get(id_)

    def keep(self, enrolment: Document) -> None:
        """Remember an enrolment as it was just written."""
        with self._lock:
            self._kept.pop(enrolment["_id"], None)
            self._kept[enrolment["_id"]] = enrolment
            if len(self._kept) > KEPT_MOST:
                del self._kept[next(iter(self._kept))]

    def forget(self, id_: str) -> None:
        """Drop a copy that proved old."""
        with self._lock:
            self._kept.pop(id_, None)
