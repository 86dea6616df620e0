"""`python -m services.<name>.worker --rebuild`: projections made anew from the log of all events.

The handlers of the service run over every event of the log with a store on shadow collections. What they write to
collections that are no projection goes to scratch collections and is thrown away: nothing is published, no mail
is sent, no aggregate changes. Then each shadow takes the place of its collection, and what arrived meanwhile is
read once more, so the service may go on working (docs/runbooks/rebuild.md).
"""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from pymongo.collection import Collection as Rows
from pymongo.database import Database
from pymongo.errors import ConnectionFailure

from shared import log
from shared.bus import Delivery, LogReader
from shared.errors import Refused, Unavailable
from shared.events import Envelope, Malformed
from shared.log import bound
from shared.mongo import HIDDEN, Document
from shared.outbox import Lease
from shared.settings import Settings
from shared.worker.consumer import checked
from shared.worker.handlers import Handlers

SHADOW = "__rebuild"


class RebuildFailed(SystemExit):
    """Ends the command with one sentence, which says what became of the collections in use."""


class Shadow(Database[Document]):
    """The service's database with other collections behind the same names, but for those in `real`."""

    def __init__(self, database: Database[Document], real: Collection[str] = ()) -> None:
        super().__init__(
            database.client,
            database.name,
            codec_options=database.codec_options,
            read_preference=database.read_preference,
            write_concern=database.write_concern,
            read_concern=database.read_concern,
        )
        self.real = frozenset(real)

    def __getitem__(self, name: str) -> Rows[Document]:
        """The collection behind this name: `<name>__rebuild`, or the one in use."""
        return super().__getitem__(name if name in self.real else name + SHADOW)


@dataclass
class Report:
    """What became of the events; `waiting` are those whose predecessor has not come yet."""

    outcomes: Counter[str] = field(default_factory=Counter)
    waiting: list[tuple[Envelope, Exception]] = field(default_factory=list)


def rebuild_asked(arguments: Sequence[str] | None = None) -> bool:
    """Whether the worker was started to rebuild its projections; SystemExit on anything else it was told."""
    parser = argparse.ArgumentParser(prog="python -m services.<name>.worker")
    parser.add_argument("--rebuild", action="store_true", help="make the projections anew from the log")
    return bool(parser.parse_args(sys.argv[1:] if arguments is None else arguments).rebuild)


def rebuild(
    settings: Settings,
    *,
    handlers: Handlers,
    service_on: Callable[[Database[Document]], object],
    database: Database[Document],
    projections: Sequence[str],
    ensure_indexes: Callable[[Database[Document]], None],
) -> Report:
    """Make `projections` (names of collections) anew; RebuildFailed with a sentence when they cannot be.

    `service_on` builds what the handlers work with on a database; a projection may hold only what handlers
    wrote, with times taken from the events, and is never a collection that publishes.
    """
    lease = Lease(database["leases"], secrets.token_hex(8), settings, name="rebuild")
    _wait_for(lease, settings)
    made = _Rebuild(settings, handlers, service_on, database, tuple(projections), lease)
    try:
        made.prepare(ensure_indexes)
        report = made.replay()
        made.swap()
        made.catch_up(report)
    except ConnectionFailure:
        raise RebuildFailed(f"The database went away. {made.standing}") from None
    finally:
        with suppress(ConnectionFailure):  # What is left goes with the next run.
            made.sweep()
            lease.release()
    log.get(__name__).info("rebuilt", extra={"projections": sorted(projections), **report.outcomes})
    return report


class _Rebuild:
    def __init__(
        self,
        settings: Settings,
        handlers: Handlers,
        service_on: Callable[[Database[Document]], object],
        database: Database[Document],
        projections: tuple[str, ...],
        lease: Lease,
    ) -> None:
        self._settings, self._handlers, self._service_on = settings, handlers, service_on
        self._database, self._projections, self._lease = database, projections, lease
        self._shadow, self._reader, self._next = Shadow(database), LogReader(settings), 0
        self.standing = "The collections in use are as they were."

    def prepare(self, ensure_indexes: Callable[[Database[Document]], None]) -> None:
        """Empty shadows with all indexes; what an earlier run left behind goes."""
        self.sweep()
        for name in self._projections:
            self._database.create_collection(name + SHADOW)
        ensure_indexes(self._shadow)

    def replay(self) -> Report:
        """Read the log to its end into the shadows; the end moves on meanwhile, so look again."""
        service, report = self._service_on(self._shadow), Report()
        while (end := self._reader.end()) >= self._next:
            self._read(service, report, "first" if not self._next else self._next, end)
        self._again(service, report)
        return report

    def swap(self) -> None:
        """Put each shadow in the place of its collection, in one step each."""
        for name in self._projections:
            shadow = self._database[name + SHADOW]
            if shadow.find_one({"_outbox": {"$exists": True}}, {"_id": 1}):
                raise RebuildFailed(f"{name} publishes events: it is restored from a backup, not rebuilt.")
        self.standing = "Start it again: some collections are new, and may lack the last events."
        for name in self._projections:
            self._database[name + SHADOW].rename(name, dropTarget=True)

    def catch_up(self, report: Report) -> None:
        """What the running worker wrote into a collection just before its swap is in the log: once more."""
        self._shadow = Shadow(self._database, self._projections)
        end = self._reader.end()
        if end >= self._next:
            service = self._service_on(self._shadow)
            self._read(service, report, self._next, end)
            self._again(service, report)

    def sweep(self) -> None:
        """Drop shadows and scratch collections."""
        for name in self._database.list_collection_names():
            if name.endswith(SHADOW):
                self._database.drop_collection(name)

    def _read(self, service: object, report: Report, start: int | str, end: int) -> None:
        for offset, delivery in self._reader.read(start, end):
            self._keep_lease()
            self._take(service, report, delivery)
            self._next = offset + 1
        self._next = max(self._next, end + 1)

    def _take(self, service: object, report: Report, delivery: Delivery) -> None:
        try:
            envelope = checked(delivery, self._handlers, self._settings.service)
        except Malformed as error:
            report.outcomes["foreign" if error.slug in ("no_handler", "unknown_type") else "malformed"] += 1
            return
        self._handle(service, report, envelope)

    def _handle(self, service: object, report: Report, envelope: Envelope) -> None:
        try:
            with bound(envelope.context):
                try:
                    self._handlers.handle(service, envelope)
                except Unavailable:
                    self._hush()
                    self._handlers.handle(service, envelope)
                except ConnectionFailure:  # Hours of reading are not lost for one missing answer.
                    self._wait_for_database()
                    self._handlers.handle(service, envelope)
            report.outcomes["done"] += 1
        except Refused:
            report.outcomes["refused"] += 1
        except ConnectionFailure:
            raise
        except Exception as error:  # noqa: BLE001  (tried again once its predecessors are in; told at the end)
            report.waiting.append((envelope, error))

    def _wait_for_database(self) -> None:
        deadline = time.monotonic() + self._settings.log_patience
        while True:
            try:
                self._database.command("ping")
            except ConnectionFailure:
                if time.monotonic() > deadline:
                    raise
                time.sleep(1)
            else:
                return

    def _hush(self) -> None:
        """No relay tells what scratch documents hold, so it counts as told: an erasure does not wait for it."""
        for name in self._database.list_collection_names():
            if name.endswith(SHADOW) and name.removesuffix(SHADOW) not in self._projections:
                unsent = {"$unset": dict.fromkeys(HIDDEN, "")}
                self._database[name].update_many({"_outbox": {"$exists": True}}, unsent)

    def _again(self, service: object, report: Report) -> None:
        """Events that failed are tried again as long as that helps; the rest stops the rebuild."""
        before = -1
        while report.waiting and len(report.waiting) != before:
            before, waiting = len(report.waiting), report.waiting
            report.waiting = []
            for envelope, _ in waiting:
                self._keep_lease()
                self._handle(service, report, envelope)
        if report.waiting:
            envelope, error = report.waiting[0]
            raise RebuildFailed(
                f"{len(report.waiting)} events have no effect, the first is {envelope.type} {envelope.id}:"
                f" {type(error).__name__}. {self.standing}"
            )

    def _keep_lease(self) -> None:
        if not self._lease.held():
            raise RebuildFailed(f"Another rebuild has taken over. {self.standing}")


def _wait_for(lease: Lease, settings: Settings) -> None:
    deadline = time.monotonic() + settings.relay_lease * 1.5
    while not lease.held():
        if time.monotonic() > deadline:
            raise RebuildFailed("Another rebuild of this service is running.")
        time.sleep(0.2)
