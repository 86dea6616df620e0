"""What identity's worker does by itself: batches row by row, erasures that are due, old traces and copies."""

from __future__ import annotations

import secrets
import threading
from datetime import datetime

from services.identity.commands.bulk import carry_out_part
from services.identity.commands.privacy import start_due_erasures
from services.identity.commands.registration import Mailer
from services.identity.rules import IdentitySettings
from services.identity.store import Store
from shared.auth import KeyRing
from shared.mongo import utcnow
from shared.schedule import Job


def mailer_of(settings: IdentitySettings) -> Mailer:
    """What commands of the worker need to cause a mail."""
    return Mailer(settings, KeyRing.load(settings.link_keys))


def jobs(store: Store, settings: IdentitySettings) -> tuple[Job, ...]:
    """What the worker's schedule runs."""

    def erasures(period: datetime) -> None:
        """Tell all services of people whose notice is over."""
        start_due_erasures(store, utcnow())

    def traces(period: datetime) -> None:
        """Forget old addresses."""
        store.forget_addresses(utcnow())

    def copies(period: datetime) -> None:
        """Forget copies of people's data whose time is over."""
        store.forget_copies(utcnow())

    return (Job("erasures", 60.0, erasures), Job("traces", 86400.0, traces), Job("copies", 600.0, copies))


class BulkLoop:
    """A loop of the worker that carries out ordered batches, one part after the other."""

    name = "bulk"

    def __init__(self, store: Store, mailer: Mailer, every: float = 1.0) -> None:
        self._store, self._mailer, self._every = store, mailer, every
        self._owner = secrets.token_hex(8)

    def run(self, stop: threading.Event, wake: threading.Event) -> None:
        """Work until told to stop; a part begun by a process that died is carried out again."""
        while not stop.is_set():
            if not carry_out_part(self._store, self._mailer, self._owner, utcnow()):
                stop.wait(self._every)
