"""Go through the guided onboarding: save or skip a step, press Done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.onboarding.commands.profiles import edit
from services.onboarding.rules.wizard import finished, step_saved
from services.onboarding.store import Store

Document = dict[str, Any]


def save_step(store: Store, user_id: str, step: str, skipped: bool, now: datetime) -> Document:
    """Record one step as saved or skipped; repeating it changes nothing."""
    return edit(store, user_id, now, lambda profile: step_saved(profile, step, skipped, now))


def complete_onboarding(store: Store, user_id: str, now: datetime) -> Document:
    """Record Done; repeating it changes nothing."""
    return edit(store, user_id, now, lambda profile: finished(profile, now))
