"""Decisions of onboarding, pure; and its settings (durations in seconds)."""

from __future__ import annotations

from dataclasses import dataclass

from shared.settings import Settings


@dataclass(frozen=True, kw_only=True)
class OnboardingSettings(Settings):
    """What onboarding needs beyond the shared settings."""

    stall_after: float = 3 * 86400.0
