"""JSON lines on stdout, each with the correlation id; no address, name or secret belongs in them."""

from __future__ import annotations

import logging
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from pythonjsonlogger.json import JsonFormatter

from shared import telemetry
from shared.settings import Settings


@dataclass(frozen=True)
class Context:
    """What binds the steps of one flow: ids only."""

    correlation_id: str = ""
    causation_id: str = ""
    traceparent: str = ""


_current: ContextVar[Context | None] = ContextVar("context", default=None)


def new_traceparent() -> str:
    """A W3C trace context with fresh ids, not sampled."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-00"


def context() -> Context:
    """The context of the work in hand; a fresh one outside any request or event."""
    found = _current.get()
    if found is None:
        found = Context(correlation_id=secrets.token_hex(16), traceparent=new_traceparent())
        _current.set(found)
    return found


@contextmanager
def bound(value: Context) -> Iterator[Context]:
    """Make `value` the context of the block; absent parts are filled with fresh ids."""
    value = replace(
        value,
        correlation_id=value.correlation_id or secrets.token_hex(16),
        traceparent=value.traceparent or new_traceparent(),
    )
    token = _current.set(value)
    try:
        yield value
    finally:
        _current.reset(token)


class _Line(JsonFormatter):
    def __init__(self, settings: Settings) -> None:
        super().__init__(
            "{levelname}{name}{message}",
            style="{",
            timestamp=True,
            rename_fields={"levelname": "level", "name": "logger"},
            static_fields={"service": settings.service},
            json_ensure_ascii=False,
        )

    def process_log_record(self, log_data: dict[str, object]) -> dict[str, object]:
        found = _current.get()
        if found is not None:
            log_data.setdefault("correlation_id", found.correlation_id)
        return log_data


def set_up(settings: Settings) -> None:
    """Send all logging of this process to stdout as JSON lines."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_Line(settings))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    telemetry.set_up(settings)
    for chatty in ("pymongo", "amqp", "pika", "kombu", "httpx", "httpcore", "werkzeug"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def get(name: str) -> logging.Logger:
    """The logger of one module."""
    return logging.getLogger(name)
