"""Jobs that run once for a key and a time, whoever asks: a row per run, taken under a lease."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from shared import log
from shared.mongo import utcnow


@dataclass(frozen=True)
class Job:
    """Work due every `every` seconds; one run may take `lease` seconds before another process repeats it."""

    name: str
    every: float
    run: Callable[[datetime], None]
    lease: float = 300.0


class Schedule:
    """A loop of the worker that runs each job once per period over all replicas; a failed run is repeated."""

    name = "schedule"

    def __init__(
        self,
        collection: Collection[dict[str, Any]],
        *jobs: Job,
        tick: float = 5.0,
        clock: Callable[[], datetime] = utcnow,
    ) -> None:
        self._collection, self._jobs, self._tick, self._clock = collection, jobs, tick, clock

    def run(self, stop: threading.Event, wake: threading.Event) -> None:
        """Run what is due until told to stop."""
        while not stop.wait(self._tick):
            self.run_due()

    def run_due(self) -> list[str]:
        """Run each job whose period has no finished run; returns the keys of the runs made here."""
        now = self._clock()
        made = []
        for job in self._jobs:
            period = datetime.fromtimestamp(now.timestamp() // job.every * job.every, tz=now.tzinfo)
            key = f"{job.name}:{period.isoformat()}"
            if self._take(key, now, job.lease):
                job.run(period)
                self._collection.update_one({"_id": key}, {"$set": {"done_at": self._clock()}})
                log.get(__name__).info("job done", extra={"job": job.name})
                made.append(key)
        return made

    def _take(self, key: str, now: datetime, lease: float) -> bool:
        until = now + timedelta(seconds=lease)
        try:
            self._collection.insert_one({"_id": key, "until": until, "done_at": None})
            return True
        except DuplicateKeyError:
            taken = self._collection.find_one_and_update(
                {"_id": key, "done_at": None, "until": {"$lte": now}}, {"$set": {"until": until}}
            )
            return taken is not None
