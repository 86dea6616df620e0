"""Traces by OpenTelemetry through HTTP, outbox, broker, handlers and SMTP; off unless an OTLP endpoint is set.

While it is off nothing of OpenTelemetry is imported and a span costs one comparison. Span names and attributes
hold types, routes and outcomes, never ids of people, addresses or texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from shared.settings import Settings

Kind = Literal["server", "producer", "consumer", "client", "internal"]
TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
LINKS_MOST = 100


class _Off:
    """Stands for the tracer while tracing is off."""

    on = False

    @contextmanager
    def span(self, *_: Any, **__: Any) -> Iterator[_NoSpan]:
        yield _NO_SPAN


class _NoSpan:
    traceparent = ""

    def set(self, **attributes: str | int | float | bool) -> None:
        """Nothing to note."""


_NO_SPAN = _NoSpan()


class _Span:
    def __init__(self, span: Any) -> None:
        self._span = span
        where = span.get_span_context()
        flags = f"{int(where.trace_flags):02x}"
        self.traceparent = f"00-{where.trace_id:032x}-{where.span_id:016x}-{flags}"

    def set(self, **attributes: str | int | float | bool) -> None:
        """Note facts; a double underscore in a name stands for a dot."""
        for name, value in attributes.items():
            self._span.set_attribute(name.replace("__", "."), value)


class _On:
    on = True

    def __init__(self, provider: Any) -> None:
        from opentelemetry import trace

        self._trace, self.provider = trace, provider
        self._tracer = provider.get_tracer("karmayogi")

    @contextmanager
    def span(
        self,
        name: str,
        kind: Kind = "internal",
        *,
        links: Sequence[str] = (),
        attributes: Mapping[str, str | int | float | bool] | None = None,
    ) -> Iterator[_Span]:
        found = [self._link(one) for one in links[:LINKS_MOST] if TRACEPARENT.fullmatch(one)]
        with self._tracer.start_as_current_span(
            name,
            kind=self._trace.SpanKind[kind.upper()],
            links=found,
            attributes=dict(attributes or {}),
            record_exception=False,  # The text of an exception may quote values.
            set_status_on_exception=False,
        ) as span:
            try:
                yield _Span(span)
            except BaseException as error:
                span.set_status(self._trace.Status(self._trace.StatusCode.ERROR, type(error).__name__))
                raise

    def _link(self, traceparent: str) -> Any:
        parts = TRACEPARENT.fullmatch(traceparent)
        assert parts is not None
        where = self._trace.SpanContext(
            int(parts[1], 16), int(parts[2], 16), is_remote=True,
            trace_flags=self._trace.TraceFlags(int(parts[3], 16)),
        )  # fmt: skip
        return self._trace.Link(where)


_tracing: _Off | _On = _Off()


def set_up(settings: Settings, exporter: Any = None) -> None:
    """Switch tracing on when an OTLP endpoint is set; `exporter` takes its place in tests."""
    global _tracing
    if exporter is None and not settings.otel_exporter_otlp_endpoint:
        _tracing = _Off()
        return
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor

    name = settings.otel_service_name or settings.service
    provider = TracerProvider(resource=Resource.create({"service.name": name}))
    if exporter is None:
        provider.add_span_processor(BatchSpanProcessor(_otlp(settings)))
    else:
        provider.add_span_processor(SimpleSpanProcessor(exporter))
    _tracing = _On(provider)


def _otlp(settings: Settings) -> Any:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter(endpoint=f"{settings.otel_exporter_otlp_endpoint.rstrip('/')}/v1/traces")


def is_on() -> bool:
    """Whether spans are made."""
    return _tracing.on


def span(
    name: str,
    kind: Kind = "internal",
    *,
    links: Sequence[str] = (),
    attributes: Mapping[str, str | int | float | bool] | None = None,
) -> Any:
    """A span around a block, linked to stored trace contexts; its `traceparent` is empty while tracing is off."""
    return _tracing.span(name, kind, links=links, attributes=attributes)
