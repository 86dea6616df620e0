"""Decisions of onboarding, pure; and its settings (durations in seconds)."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.settings import Settings


@dataclass(frozen=True, kw_only=True)
class OnboardingSettings(Settings):
    """What onboarding needs beyond the shared settings."""

    identity_credential: str = field(default="", repr=False)
    stall_after: float = 3 * 86400.0
    stall_every: float = 60.0
    approval_due: float = 3 * 86400.0
    dictionary_cache: float = 10.0
    import_limit: int = 1 << 20
