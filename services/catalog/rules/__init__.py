"""Decisions of catalog, pure; and its settings (durations in seconds, sizes in bytes)."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.settings import Settings


@dataclass(frozen=True, kw_only=True)
class CatalogSettings(Settings):
    """What catalog needs beyond the shared settings."""

    identity_credential: str = field(default="", repr=False)
    files_url: str = ""  # Where files lie: file:///folder or s3://bucket/prefix
    file_links: str = field(default="", repr=False)  # key ring of the signed download links
    file_link_lifetime: float = 3600.0
    file_most: int = 200 * 1024 * 1024
    file_chunk: int = 4 * 1024 * 1024
    form_most: int = 20 * 1024 * 1024
    archive_most: int = 50 * 1024 * 1024
    search_poll: float = 1.0
    search_overlap: float = 10.0
    search_reconcile: float = 600.0
    search_heap: int = 50_000_000
    standing_every: float = 120.0
    trending_half_life: float = 7 * 86400.0
    moderation_reports: int = 5  # So many open reports hide a review until a moderator looks at it.
