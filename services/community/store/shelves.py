"""Rows that many people are shown, kept in memory for some seconds: a rail of the home page costs no search."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable

from shared.mongo import Document

SHELVES_MOST = 5_000


class Shelves:
    """Lists of rows by name; who comes first after `keep` seconds reads one anew, others meanwhile get the old one.

    A list of less than `full` rows is read anew after `brief` seconds: it costs little, and all newcomers stand in it.
    """

    def __init__(
        self, keep: float, clock: Callable[[], float] = time.monotonic, *, full: int = 0, brief: float = 0.0
    ) -> None:
        self.keep, self._clock = keep, clock
        self._full, self._brief = full, brief
        self._lock = threading.Lock()
        self._kept: dict[Hashable, tuple[float, list[Document]]] = {}

    def of(self, name: Hashable, read: Callable[[], list[Document]]) -> list[Document]:
        """The rows of this name, read by `read` when there are none or they are old; nobody changes them."""
        if not self.keep:
            return read()
        now = self._clock()
        with self._lock:
            until, rows = self._kept.get(name, (0.0, None))
            if rows is not None and until > now:
                return rows
            if rows is not None:
                self._kept[name] = (self._until(rows), rows)
        found = read()
        with self._lock:
            if len(self._kept) >= SHELVES_MOST:
                self._kept.clear()
            self._kept[name] = (self._until(found), found)
        return found

    def _until(self, rows: list[Document]) -> float:
        return self._clock() + (self._brief if len(rows) < self._full else self.keep)
