"""A change stream that wakes the relay; only a wake-up: the state of the documents is the truth."""

from __future__ import annotations

import threading
from typing import Any

from pymongo.database import Database
from pymongo.errors import PyMongoError

from shared import log
from shared.settings import Settings


class Watch:
    """A loop of the worker: sets `wake` when a document with events was written, by whichever process."""

    name = "watch"

    def __init__(self, settings: Settings, database: Database[dict[str, Any]], names: list[str]) -> None:
        self._settings, self._database, self._names = settings, database, names

    def run(self, stop: threading.Event, wake: threading.Event) -> None:
        """Watch until told to stop; without change streams the relay's sweep does the work alone."""
        while not stop.is_set():
            try:
                self._watch(stop, wake)
            except PyMongoError as error:
                log.get(__name__).warning("change stream lost", extra={"error": type(error).__name__})
                stop.wait(self._settings.watch_reopen)

    def _watch(self, stop: threading.Event, wake: threading.Event) -> None:
        due = [
            {"updateDescription.updatedFields._pending_at": {"$exists": True}},
            {"fullDocument._pending_at": {"$exists": True}},
        ]
        match = {"$match": {"ns.coll": {"$in": self._names}, "$or": due}}
        with self._database.watch([match, {"$project": {"ns": 1}}], max_await_time_ms=500) as stream:
            wake.set()
            while not stop.is_set():
                if stream.try_next() is not None:
                    wake.set()
                # A server may answer at every write of anybody: under load look now and then, not each time.
                stop.wait(self._settings.watch_pause)
