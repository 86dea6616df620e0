"""The event process of catalog."""

from __future__ import annotations

from services.catalog.handlers import Catalog, handlers
from services.catalog.jobs import standing_job
from services.catalog.rules import CatalogSettings
from services.catalog.store import HOLDINGS, Store
from shared import log
from shared.auth import Subjects
from shared.mongo import connect
from shared.privacy import export_loop
from shared.schedule import Schedule
from shared.settings import load
from shared.worker import run


def main() -> None:
    """Run until a signal stops the process."""
    settings = load(CatalogSettings)
    log.set_up(settings)
    database = connect(settings)
    store = Store(database)
    run(
        settings,
        handlers=handlers,
        service=Catalog(store, Subjects(store.subjects, settings)),
        database=database,
        records=(store.courses, store.ratings, store.misses),
        loops=(
            Schedule(database["jobs"], standing_job(store, settings)),
            export_loop(database, HOLDINGS, settings, settings.identity_credential),
        ),
    )


if __name__ == "__main__":
    main()
