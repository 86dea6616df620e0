"""What the portal is told from outside."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from shared.settings import Settings


@dataclass(frozen=True, kw_only=True)
class PortalSettings(Settings):
    """Settings of the portal; durations are in seconds."""

    service: str = "portal"
    gateway_url: str
    secret_key: str
    session_store_url: str = ""
    mongodb_database: str = "portal"

    owner_name: str = ""
    logo_file: str = ""
    contact_email: str = ""
    secure_cookie: bool = True

    gateway_timeout: float = 2.0
    gateway_source: str = ""
    fan_out_threads: int = 16
    fan_out_budget: float = 0.3
    breaker_failures: int = 5
    breaker_window: float = 10.0
    breaker_pause: float = 10.0

    session_idle: float = 1800.0
    session_absolute: float = 43200.0
    session_guest: float = 7200.0
    seen_every: float = 60.0
    refresh_early: float = 30.0
    refresh_lease: float = 5.0
    refresh_wait: float = 6.0

    @property
    def cookie_name(self) -> str:
        """The host prefix needs the Secure attribute; without it a development name is used."""
        return "__Host-sid" if self.secure_cookie else "sid"

    @property
    def origin(self) -> str:
        """Scheme, host and port people use, from the configured address and never from a header."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"
