"""Scheduled work of progress."""

from __future__ import annotations

from services.progress.clients import Bundles
from services.progress.commands.attempts import close_overdue
from services.progress.rules import ProgressSettings
from services.progress.store import Store
from shared.mongo import utcnow
from shared.schedule import Job, Schedule


def schedule(store: Store, settings: ProgressSettings, bundles: Bundles) -> Schedule:
    """The jobs of this service, each once per period over all replicas."""
    close = Job("close_overdue_attempts", settings.expire_every, lambda _: _close(store, bundles))
    return Schedule(store.database["jobs"], close)


def _close(store: Store, bundles: Bundles) -> None:
    close_overdue(store, bundles, utcnow())
