"""The event process of progress."""

from __future__ import annotations

from pymongo.database import Database

from services.progress.clients import catalog_bundles, identity_people
from services.progress.commands.certificates import Names
from services.progress.handlers import Progress, handlers
from services.progress.jobs import Mandating, Tallying, schedule
from services.progress.rules import ProgressSettings
from services.progress.store import HOLDINGS, Store, ensure_indexes
from shared import log
from shared.auth import Subjects
from shared.mongo import Document, connect
from shared.privacy import export_loop
from shared.settings import load
from shared.worker import rebuild, rebuild_asked, run

PROJECTIONS = ("subjects", "courses", "course_heads", "learners", "competencies")


def service_on(database: Database[Document], settings: ProgressSettings, names: Names) -> Progress:
    """What the handlers work with, on this database."""
    store = Store(database, course_cache=settings.course_cache)
    return Progress(store, settings, Subjects(store.subjects, settings), names=names)


def main() -> None:
    """Run until a signal stops the process; with --rebuild make the projections anew."""
    settings = load(ProgressSettings)
    log.set_up(settings)
    database = connect(settings)
    if rebuild_asked():
        rebuild(
            settings,
            handlers=handlers,
            # Certificates of a rebuild are scratch and thrown away: nobody is asked for names.
            service_on=lambda shadow: service_on(shadow, settings, lambda ids: dict.fromkeys(ids, "-")),
            database=database,
            projections=PROJECTIONS,
            ensure_indexes=ensure_indexes,
        )
        return
    service = service_on(database, settings, identity_people(settings).names)
    run(
        settings,
        handlers=handlers,
        service=service,
        database=database,
        records=service.store.publishing,
        loops=(
            schedule(service.store, settings, catalog_bundles(settings)),
            Mandating(service.store, settings),
            Tallying(service.store, settings),
            export_loop(database, HOLDINGS, settings, settings.identity_credential),
        ),
    )


if __name__ == "__main__":
    main()
