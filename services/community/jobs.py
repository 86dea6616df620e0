"""Scheduled work of community."""

from __future__ import annotations

from services.community.rules import CommunitySettings
from services.community.store import Store
from shared.schedule import Job


def jobs(store: Store, settings: CommunitySettings) -> tuple[Job, ...]:
    """The jobs of the worker."""
    return ()
