"""Scheduled work of the notifier: the daily digest."""

from __future__ import annotations

from datetime import datetime

from services.notifier.commands.notices import send_digests
from services.notifier.rules import NotifierSettings
from services.notifier.store import Store
from shared.mongo import utcnow
from shared.schedule import Job

DIGEST_HOUR = 3  # UTC: half past eight in the Indian morning at the latest.


def jobs(store: Store, settings: NotifierSettings) -> tuple[Job, ...]:
    """What the worker's schedule runs."""

    def digest(period: datetime) -> None:
        """Mail the notices of those who asked for one mail a day."""
        if period.hour == DIGEST_HOUR:
            send_digests(store, settings, period, utcnow())

    return (Job("digest", 3600.0, digest),)
