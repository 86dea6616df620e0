"""The event process of community."""

from __future__ import annotations

from pymongo.database import Database

from services.community.handlers import Community, handlers
from services.community.jobs import jobs
from services.community.rules import CommunitySettings
from services.community.store import HOLDINGS, Store, ensure_indexes
from shared import log
from shared.auth import Subjects
from shared.mongo import Document, connect
from shared.privacy import export_loop
from shared.schedule import Schedule
from shared.settings import load
from shared.worker import rebuild, rebuild_asked, run

PROJECTIONS = ("subjects", "people", "mdos", "topics", "competencies", "positions", "courses")


def service_on(database: Database[Document], settings: CommunitySettings) -> Community:
    """What the handlers work with, on this database."""
    store = Store(database)
    return Community(store, settings, Subjects(store.subjects, settings))


def main() -> None:
    """Run until a signal stops the process; with --rebuild make the projections anew."""
    settings = load(CommunitySettings)
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
    service = service_on(database, settings)
    run(
        settings,
        handlers=handlers,
        service=service,
        database=database,
        records=service.store.publishing,
        loops=(
            Schedule(database["jobs"], *jobs(service.store, settings)),
            export_loop(database, HOLDINGS, settings, settings.identity_credential),
        ),
    )


if __name__ == "__main__":
    main()
