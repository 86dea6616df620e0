"""What the worker does beside events: overdue attempts, published mandates, due dates, sums of reports."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from services.progress.clients import Bundles
from services.progress.commands.attempts import close_overdue
from services.progress.commands.dashboards import count_anew
from services.progress.commands.duties import carry_out, remind
from services.progress.rules import ProgressSettings
from services.progress.store import Store
from shared.mongo import utcnow
from shared.schedule import Job, Schedule

NOTICES = 200
DAY = 86400.0


class Mandating:
    """A loop that carries out published mandates batch by batch and tells due dates; it resumes where it was."""

    name = "mandating"

    def __init__(
        self, store: Store, settings: ProgressSettings, clock: Callable[[], datetime] = utcnow
    ) -> None:
        self._store, self._settings, self._clock = store, settings, clock

    def run(self, stop: threading.Event, wake: threading.Event) -> None:
        """Work until told to stop."""
        while not stop.is_set():
            self.turn(stop)
            wake.wait(self._settings.mandate_every)
            wake.clear()

    def turn(self, stop: threading.Event) -> None:
        """Carry out what is published, and send the reminders that are due."""
        settings = self._settings
        while (mandate := self._store.mandates.claim_job(self._clock())) is not None:
            done = carry_out(
                self._store,
                mandate,
                settings.mandate_batch,
                self._clock,
                lambda: stop.wait(settings.mandate_pause),
            )
            if not done and stop.is_set():
                return
        while remind(self._store, self._clock(), NOTICES) and not stop.is_set():
            pass


class Tallying:
    """A loop that counts anew what events marked, at most every few seconds."""

    name = "tallying"

    def __init__(
        self, store: Store, settings: ProgressSettings, clock: Callable[[], datetime] = utcnow
    ) -> None:
        self._store, self._settings, self._clock = store, settings, clock

    def run(self, stop: threading.Event, wake: threading.Event) -> None:
        """Count until told to stop; bursts of events are counted together."""
        while not stop.wait(self._settings.tally_every):
            count_anew(self._store, stop.is_set)


def schedule(store: Store, settings: ProgressSettings, bundles: Bundles) -> Schedule:
    """The jobs of this service, each once per period over all replicas."""
    close = Job("close_overdue_attempts", settings.expire_every, lambda _: _close(store, bundles))
    recount = Job("count_reports_anew", DAY, lambda _: store.tallies.mark_all(utcnow()))
    return Schedule(store.database["jobs"], close, recount)


def _close(store: Store, bundles: Bundles) -> None:
    close_overdue(store, bundles, utcnow())
