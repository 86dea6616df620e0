"""The event process of onboarding."""

from __future__ import annotations

from pymongo.database import Database

from services.onboarding.handlers import Onboarding, handlers
from services.onboarding.jobs import jobs
from services.onboarding.rules import OnboardingSettings
from services.onboarding.store import HOLDINGS, Store, create_indexes
from shared import log
from shared.auth import Subjects
from shared.mongo import Document, connect
from shared.privacy import export_loop
from shared.schedule import Schedule
from shared.settings import load
from shared.worker import rebuild, rebuild_asked, run

PROJECTIONS = ("subjects", "evidence", "mdos")


def service_on(database: Database[Document], settings: OnboardingSettings) -> Onboarding:
    """What the handlers work with, on this database."""
    store = Store(database, dictionary_cache=settings.dictionary_cache)
    return Onboarding(store, Subjects(store.subjects, settings), settings)


def main() -> None:
    """Run until a signal stops the process; with --rebuild make the projections anew."""
    settings = load(OnboardingSettings)
    log.set_up(settings)
    database = connect(settings)
    if rebuild_asked():
        rebuild(
            settings,
            handlers=handlers,
            service_on=lambda shadow: service_on(shadow, settings),
            database=database,
            projections=PROJECTIONS,
            ensure_indexes=create_indexes,
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
            Schedule(database["schedule"], *jobs(service.store, settings)),
            export_loop(database, HOLDINGS, settings, settings.identity_credential),
        ),
    )


if __name__ == "__main__":
    main()
