"""The event process of onboarding."""

from __future__ import annotations

from services.onboarding.handlers import Onboarding, handlers
from services.onboarding.rules import OnboardingSettings
from services.onboarding.store import Store
from shared import log
from shared.auth import Subjects
from shared.mongo import connect
from shared.settings import load
from shared.worker import run


def main() -> None:
    """Run until a signal stops the process."""
    settings = load(OnboardingSettings)
    log.set_up(settings)
    database = connect(settings)
    store = Store(database)
    run(
        settings,
        handlers=handlers,
        service=Onboarding(store, Subjects(store.subjects, settings)),
        database=database,
        records=(),
    )


if __name__ == "__main__":
    main()
