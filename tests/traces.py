"""A sink for traces: takes OTLP over HTTP in this process and shows the spans."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True)
class Span:
    """One span as it was exported: ids in hex, `links` the ids of the spans that it is linked to."""

    service: str
    name: str
    id: str
    trace: str
    parent: str
    links: tuple[str, ...]


class Traces:
    """Everything that was exported since it was opened."""

    def __init__(self) -> None:
        self.bodies: list[ExportTraceServiceRequest] = []
        bodies = self.bodies

        class Sink(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                """Keep one export."""
                request = ExportTraceServiceRequest()
                request.ParseFromString(self.rfile.read(int(self.headers["Content-Length"])))
                bodies.append(request)
                self.send_response(200)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Sink)
        self._thread = threading.Thread(target=self._server.serve_forever, name="traces", daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def spans(self) -> list[Span]:
        """All spans, in the order of their arrival."""
        return [
            _span(part, one)
            for body in list(self.bodies)
            for part in body.resource_spans
            for scope in part.scope_spans
            for one in scope.spans
        ]

    def text(self) -> str:
        """All that was exported, to search for what must not be in it."""
        return "\n".join(map(str, list(self.bodies)))


def _span(part: Any, one: Any) -> Span:
    resource = {fact.key: fact.value.string_value for fact in part.resource.attributes}
    links = tuple(link.span_id.hex() for link in one.links)
    return Span(
        resource["service.name"],
        one.name,
        one.span_id.hex(),
        one.trace_id.hex(),
        one.parent_span_id.hex(),
        links,
    )
