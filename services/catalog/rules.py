"""Decisions of catalog, pure; and its settings (durations in seconds)."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.settings import Settings


@dataclass(frozen=True, kw_only=True)
class CatalogSettings(Settings):
    """What catalog needs beyond the shared settings."""

    files_url: str = ""  # Where files lie: file:///folder or s3://bucket/prefix
    file_links: str = field(default="", repr=False)  # key ring of the signed download links
