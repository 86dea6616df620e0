"""Settings from the environment: NAME or NAME_FILE; a missing value stops the start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar, get_type_hints


class SettingsMissing(SystemExit):
    """Stops the start with one sentence that names the setting."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What every process needs; durations are in seconds. Services subclass it in their rules."""

    service: str
    environment: str = "production"
    version: str = "0.1.0"
    bind: str = "0.0.0.0"  # nosec B104: a container's own network; the local stack says 127.0.0.1.
    port: int = 8080
    log_level: str = "INFO"
    otel_exporter_otlp_endpoint: str = ""  # Tracing is off without it.
    otel_service_name: str = ""
    failpoint: str = ""
    failpoint_after: int = 1

    mongodb_uri: str = ""
    mongodb_database: str = ""
    mongodb_timeout: float = 8.0
    ready_cache: float = 2.0

    public_url: str = "http://localhost:8000"
    trusted_hosts: tuple[str, ...] = ()
    body_limit: int = 65536
    proxies: int = 0

    identity_url: str = ""
    token_issuer: str = "karmayogi-identity"
    token_audience: str = "karmayogi"
    access_token_lifetime: float = 600.0
    service_token_lifetime: float = 300.0
    token_leeway: float = 30.0
    jwks_cache: float = 300.0
    jwks_keep: float = 3600.0
    jwks_refetch: float = 30.0
    subjects_cache: float = 5.0
    verified_cache: float = 30.0

    amqp_url: str = ""
    amqp_heartbeat: int = 20
    amqp_write_timeout: float = 5.0
    confirm_timeout: float = 10.0
    reconnect_first: float = 1.0
    reconnect_most: float = 30.0
    prefetch: int = 10
    handler_timeout: float = 10.0
    hold_probe_first: float = 1.0
    hold_probe_most: float = 30.0
    hold_most: float = 1200.0
    hold_good_probes: int = 3
    conflict_tries: int = 3
    retry_ladder: tuple[str, ...] = ("1s", "10s", "1m", "10m", "1h")
    relay_batch: int = 500
    relay_sweep: float = 1.0
    relay_lease: float = 20.0
    relay_renew: float = 5.0
    relay_backoff_most: float = 300.0
    relay_backoff_first: float = 2.0
    relay_attempts_most: int = 8
    relay_wrong_clock: float = 600.0
    relay_wrong_clock_every: float = 60.0
    watch_reopen: float = 5.0
    watch_pause: float = 0.05
    gauges_every: float = 15.0
    stop_timeout: float = 10.0
    log_prefetch: int = 200
    log_quiet: float = 1.0
    log_patience: float = 30.0

    @property
    def database_name(self) -> str:
        """The service's own database; by default called like the service."""
        return self.mongodb_database or self.service


T = TypeVar("T", bound=Settings)


def load(cls: type[T], environ: Mapping[str, str] | None = None) -> T:
    """Read the fields of `cls`; SettingsMissing names the first that is absent or wrong."""
    source = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    hints = get_type_hints(cls)
    for field in fields(cls):
        text = _text(field.name.upper(), source)
        if text is not None:
            values[field.name] = _parse(field.name.upper(), text, hints[field.name])
        elif field.default is MISSING and field.default_factory is MISSING:
            raise SettingsMissing(
                f"The setting {field.name.upper()} (or {field.name.upper()}_FILE) is missing."
            )
    settings = cls(**values)
    if settings.failpoint and settings.environment != "test":
        raise SettingsMissing("FAILPOINT may be set in ENVIRONMENT=test only.")
    return settings


def _text(name: str, source: Mapping[str, str]) -> str | None:
    if name in source:
        return source[name]
    path = source.get(f"{name}_FILE")
    if path is None:
        return None
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsMissing(f"The file of {name}_FILE cannot be read: {error.strerror}.") from None


def _parse(name: str, text: str, kind: Any) -> object:
    try:
        if kind is bool:
            return {"true": True, "1": True, "false": False, "0": False, "": False}[text.lower()]
        if kind in (int, float):
            return kind(text)
        if kind == tuple[str, ...]:
            return tuple(part.strip() for part in text.split(",") if part.strip())
        return text
    except (ValueError, KeyError):
        raise SettingsMissing(f"The setting {name} is not a valid {kind.__name__}.") from None
