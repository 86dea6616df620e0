"""Decisions of identity, pure; and its settings with all limits and lifetimes (seconds)."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.settings import Settings


@dataclass(frozen=True, kw_only=True)
class IdentitySettings(Settings):
    """What identity needs beyond the shared settings."""

    signing_keys: str = field(repr=False)
    link_keys: str = field(repr=False)
    service_credentials: str = field(default="{}", repr=False)

    link_lifetime: float = 24 * 3600.0
    reset_lifetime: float = 3600.0
    mail_limit: int = 3
    mail_window: float = 3600.0
    password_length_least: int = 15
    password_length_most: int = 256
    hash_slots: int = 0
    hash_waiting: int = 16
    directory_cache: float = 2.0
    internal_rate: float = 500.0  # Rows of personal data a second for each calling service.
    internal_burst: float = 2000.0

    session_idle: float = 30 * 60.0
    session_most: float = 12 * 3600.0
    platform_epoch: int = 1
    second_factor_required: bool = True  # For every role beyond PUBLIC.
    signing_keys_path: str = ""  # A ring that is read again when it changes; else `signing_keys` holds.
    erasure_notice: float = 48 * 3600.0
    export_kept: float = 7 * 86400.0
    export_again: float = 3600.0  # So long after the first time a copy can be fetched again: lines break.
    export_services: tuple[str, ...] = (
        "identity",
        "onboarding",
        "catalog",
        "progress",
        "notifier",
        "community",
    )
    consent_version: str = "2026-11"
    login_misses_free: int = 10
    login_misses_most: int = 100
    login_wait_most: float = 900.0
    login_spray_most: int = 200
    login_spray_window: float = 3600.0
