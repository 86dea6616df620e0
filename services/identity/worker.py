"""The event process of identity: relays what the web process stored, carries out what follows."""

from __future__ import annotations

from pymongo.database import Database

from services.identity.handlers import Identity, handlers
from services.identity.jobs import BulkLoop, jobs, mailer_of
from services.identity.rules import IdentitySettings
from services.identity.store import Store, ensure_indexes
from shared import log
from shared.auth import KeyRing, Subjects
from shared.mongo import Document, connect
from shared.schedule import Schedule
from shared.settings import load
from shared.worker import rebuild, rebuild_asked, run

PROJECTIONS = ("subjects",)


def service_on(database: Database[Document], settings: IdentitySettings) -> Identity:
    """What the handlers work with, on this database."""
    store = Store(database)
    return Identity(store, settings, KeyRing.load(settings.link_keys), Subjects(store.subjects, settings))


def main() -> None:
    """Run until a signal stops the process; with --rebuild make the projections anew."""
    settings = load(IdentitySettings)
    log.set_up(settings)
    database = connect(settings)
    if rebuild_asked():
        rebuild(
            settings,
            handlers=handlers,
            service_on=lambda shadow: service_on(shadow, settings),
            database=database,
            projections=PROJECTIONS,
            ensure_indexes=ensure_indexes,
        )
        return
    store = Store(database, directory_cache=settings.directory_cache)
    run(
        settings,
        handlers=handlers,
        service=service_on(database, settings),
        database=database,
        records=store.publishing,
        loops=(
            Schedule(database["jobs"], *jobs(store, settings)),
            BulkLoop(store, mailer_of(settings)),
        ),
    )


if __name__ == "__main__":
    main()
