"""The event process of catalog."""

from __future__ import annotations

from pymongo.database import Database

from services.catalog.handlers import Catalog, handlers
from services.catalog.jobs import standing_job
from services.catalog.rules import CatalogSettings
from services.catalog.store import HOLDINGS, Store, make_indexes
from shared import log
from shared.auth import Subjects
from shared.mongo import Document, connect
from shared.privacy import export_loop
from shared.schedule import Schedule
from shared.settings import load
from shared.worker import rebuild, rebuild_asked, run

PROJECTIONS = ("subjects", "learners", "enrolments", "mandates", "topics", "competencies", "positions")


def main() -> None:
    """Run until a signal stops the process; with --rebuild make the projections anew."""
    settings = load(CatalogSettings)
    log.set_up(settings)
    database = connect(settings)
    if rebuild_asked():
        rebuild(
            settings,
            handlers=handlers,
            service_on=lambda shadow: service_on(shadow, settings),
            database=database,
            projections=PROJECTIONS,
            ensure_indexes=make_indexes,
        )
        return
    service = service_on(database, settings)
    store = service.store
    run(
        settings,
        handlers=handlers,
        service=service,
        database=database,
        records=(store.courses, store.ratings, store.misses),
        loops=(
            Schedule(database["jobs"], standing_job(store, settings)),
            export_loop(database, HOLDINGS, settings, settings.identity_credential),
        ),
    )


def service_on(database: Database[Document], settings: CatalogSettings) -> Catalog:
    """What the handlers work with, on this database."""
    store = Store(database)
    return Catalog(store, Subjects(store.subjects, settings))


if __name__ == "__main__":
    main()
