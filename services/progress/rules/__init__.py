"""Decisions of progress, pure; and its settings (durations in seconds)."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.settings import Settings


@dataclass(frozen=True, kw_only=True)
class ProgressSettings(Settings):
    """What progress needs beyond the shared settings."""

    identity_credential: str = field(repr=False)
    catalog_url: str
    badge_keys: str = field(repr=False)  # key ring that signs Open Badges
