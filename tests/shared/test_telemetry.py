"""Traces: off without an endpoint; on, a flow's spans are linked and hold nothing personal."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared import log, telemetry
from shared.settings import Settings
from shared.web import make_ops_app

OFF = Settings(service="identity")


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    telemetry.set_up(OFF, exporter)
    yield exporter
    telemetry.set_up(OFF)


def test_without_an_endpoint_nothing_of_it_is_even_imported() -> None:
    code = "import sys, shared.web, shared.worker; sys.exit(any(m.startswith('opentelemetry') for m in sys.modules))"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    with telemetry.span("x") as span:
        assert span.traceparent == ""
    assert not telemetry.is_on()


def test_a_request_has_a_span_by_its_route_and_lends_its_context_to_the_outbox(
    spans: InMemorySpanExporter,
) -> None:
    seen: list[str] = []
    app = make_ops_app(OFF)
    app.add_url_rule(
        "/v1/people/<person_id>", "people", lambda person_id: seen.append(log.context().traceparent) or ""
    )

    app.test_client().get("/v1/people/asha.rao@bsnl.co.in?q=secret")

    (span,) = spans.get_finished_spans()
    assert (span.name, span.kind.name) == ("GET /v1/people/<person_id>", "SERVER")
    assert dict(span.attributes or {}) == {
        "http.route": "/v1/people/<person_id>",
        "http.response.status_code": 200,
    }
    assert f"{span.context.span_id:016x}" in seen[0]
    assert "asha" not in span.to_json()
    assert "secret" not in span.to_json()


def test_a_consumer_links_to_the_write_that_told_the_event(spans: InMemorySpanExporter) -> None:
    with telemetry.span("write", "server") as write:
        stored = write.traceparent
    with telemetry.span("process notifier", "consumer", links=[stored, "nonsense", ""]):
        pass

    first, second = spans.get_finished_spans()
    assert [link.context.span_id for link in second.links] == [first.context.span_id]
    assert second.parent is None


def test_an_error_marks_the_span_without_its_text(spans: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError), telemetry.span("process", "consumer"):
        raise ValueError("asha.rao@bsnl.co.in")

    (span,) = spans.get_finished_spans()
    assert span.status.status_code.name == "ERROR"
    assert not span.events
    assert "asha" not in span.to_json()


def test_an_endpoint_switches_it_on() -> None:
    telemetry.set_up(Settings(service="identity", otel_exporter_otlp_endpoint="http://127.0.0.1:1"))
    on = telemetry.is_on()
    provider: Any = telemetry._tracing.provider  # type: ignore[union-attr]
    provider.shutdown()
    telemetry.set_up(OFF)

    assert (on, telemetry.is_on()) == (True, False)
