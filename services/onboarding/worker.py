"""The event process of onboarding."""

from __future__ import annotations

from services.onboarding.handlers import Onboarding, handlers
from services.onboarding.jobs import jobs
from services.onboarding.rules import OnboardingSettings
from services.onboarding.store import Store
from shared import log
from shared.auth import Subjects
from shared.mongo import connect
from shared.schedule import Schedule
from shared.settings import load
from shared.worker import run


def main() -> None:
    """Run until a signal stops the process."""
    settings = load(OnboardingSettings)
    log.set_up(settings)
    database = connect(settings)
    store = Store(database, dictionary_cache=settings.dictionary_cache)
    run(
        settings,
        handlers=handlers,
        service=Onboarding(store, Subjects(store.subjects, settings), settings),
        database=database,
        records=store.publishing,
        loops=(Schedule(database["schedule"], *jobs(store, settings)),),
    )


if __name__ == "__main__":
    main()
