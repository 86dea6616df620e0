"""Scheduled work of onboarding."""

from __future__ import annotations

from datetime import datetime

from services.onboarding.commands.profile import stalled, tell_stalled
from services.onboarding.rules import OnboardingSettings
from services.onboarding.store import Store
from shared.mongo import utcnow
from shared.schedule import Job


def jobs(store: Store, settings: OnboardingSettings) -> tuple[Job, ...]:
    """The jobs of the worker."""

    def remind(period: datetime) -> None:
        """Tell of each person whose profile is overdue, once."""
        now = utcnow()
        while people := stalled(store, now):
            for profile in people:
                tell_stalled(store, profile, now)

    return (Job("remind_of_profiles", settings.stall_every, remind),)
