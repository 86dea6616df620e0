"""The event process of progress."""

from __future__ import annotations

from services.progress.clients import catalog_bundles, identity_people
from services.progress.handlers import Progress, handlers
from services.progress.jobs import Mandating, Tallying, schedule
from services.progress.rules import ProgressSettings
from services.progress.store import HOLDINGS, Store
from shared import log
from shared.auth import Subjects
from shared.mongo import connect
from shared.privacy import export_loop
from shared.settings import load
from shared.worker import run


def main() -> None:
    """Run until a signal stops the process."""
    settings = load(ProgressSettings)
    log.set_up(settings)
    database = connect(settings)
    store = Store(database, course_cache=settings.course_cache)
    run(
        settings,
        handlers=handlers,
        service=Progress(
            store, settings, Subjects(store.subjects, settings), names=identity_people(settings).names
        ),
        database=database,
        records=store.publishing,
        loops=(
            schedule(store, settings, catalog_bundles(settings)),
            Mandating(store, settings),
            Tallying(store, settings),
            export_loop(database, HOLDINGS, settings, settings.identity_credential),
        ),
    )


if __name__ == "__main__":
    main()
