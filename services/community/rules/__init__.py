"""Decisions of community, pure; and its settings (durations in seconds)."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.settings import Settings


@dataclass(frozen=True, kw_only=True)
class CommunitySettings(Settings):
    """What community needs beyond the shared settings."""

    identity_credential: str = field(default="", repr=False)
    names_cache: float = 300.0  # So long a name is kept in memory; it is never stored.
    rails_cache: float = 5.0  # So old may be what a rail of the home page draws from.
    samples_cache: float = 300.0  # So old may be a sample of the many people with a trait, for suggestions.
    moderation_reports: int = 3  # So many distinct open reporters suspend a post until a moderator decides.
    posts_most: int = 30  # Threads and replies of one person within `posts_window`.
    posts_window: float = 3600.0
    trending_half_life: float = 3 * 86400.0
    requests_most: int = 100  # Requests to connect of one person that are not answered.
    followers_every: float = 5.0
    recount_every: float = 86400.0
    seats_every: float = 60.0
    reminders_every: float = 60.0
