"""The two readers of the log: xAPI statements, and the funnel with its chart."""

from __future__ import annotations

import json
import threading
import xml.etree.ElementTree as ElementTree
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from examples.analytics_funnel import chart, funnel
from examples.xapi_export import begun, carry, poster, statement
from shared.events import EVENTS
from tests.shared.test_compatibility import GENERATOR

HOME = "https://learn.example"


def event(type_: str, n: int = 1, **data: Any) -> dict[str, Any]:
    example = GENERATOR.schema(EVENTS[type_])["examples"][0]
    return {"id": f"0199-{n}", "type": type_, "time": f"2026-01-0{n}T00:00:00Z", "data": example | data}


def test_learning_becomes_statements_under_the_pseudonym() -> None:
    made = statement(
        event("progress.CourseCompleted.v1", user_id="u1", course_id="c1", seconds=90, score=80), HOME
    )

    assert made is not None
    assert (made["verb"]["id"], made["object"]["id"]) == (
        "http://adlnet.gov/expapi/verbs/completed", f"{HOME}/courses/c1",
    )  # fmt: skip
    assert made["actor"] == {"objectType": "Agent", "account": {"homePage": HOME, "name": "u1"}}
    assert made["result"]["duration"] == "PT90S"
    assert made["result"]["score"] == {"scaled": 0.8, "raw": 80, "min": 0, "max": 100}


@pytest.mark.parametrize(
    ("type_", "verb", "tail"),
    [
        ("progress.Enrolled.v1", "registered", "/courses/c1"),
        ("progress.ResourceCompleted.v1", "completed", "/courses/c1/resources/r1"),
        ("progress.AssessmentPassed.v1", "passed", "/courses/c1/assessments/a1"),
    ],
)
def test_each_type_has_its_verb_and_object(type_: str, verb: str, tail: str) -> None:
    names = {"course_id": "c1", "resource_id": "r1", "assessment_id": "a1"}
    fields = EVENTS[type_].hints
    made = statement(event(type_, **{name: value for name, value in names.items() if name in fields}), HOME)

    assert made is not None
    assert made["verb"]["display"]["en"] == verb
    assert made["object"]["id"] == HOME + tail


def test_other_events_say_nothing_of_learning() -> None:
    assert statement(event("identity.PasswordSet.v1"), HOME) is None


def test_an_export_goes_on_where_the_store_stopped_taking(tmp_path: Path) -> None:
    mark, taken, fails = tmp_path / "offset", [], [True]
    log = [(n, event("progress.Enrolled.v1", 1) | {"id": f"e{n}"}) for n in range(120)]

    def send(statements: list[dict[str, Any]]) -> None:
        if taken and fails:
            fails.pop()
            raise ConnectionError
        taken.extend(one["id"] for one in statements)

    with pytest.raises(ConnectionError):
        carry(iter(log), HOME, send, mark)
    first = begun(mark)
    carry(((n, one) for n, one in log if n >= first), HOME, send, mark)

    assert (first, begun(mark)) == (50, 120)
    assert taken == [f"e{n}" for n in range(120)]


def test_statements_arrive_at_a_store_with_version_and_credentials() -> None:
    seen: list[tuple[str, str, str, Any]] = []

    class Store(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.append(
                (self.path, self.headers["X-Experience-API-Version"], self.headers["Authorization"], body)
            )
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Store)
    threading.Thread(target=server.handle_request, daemon=True).start()
    made = statement(event("progress.Enrolled.v1"), HOME)

    poster(f"http://127.0.0.1:{server.server_port}/xapi", "key", "secret")([made or {}])
    server.server_close()

    ((path, version, authorization, body),) = seen
    assert (path, version, body[0]["id"]) == ("/xapi/statements", "1.0.3", "0199-1")
    assert authorization.startswith("Basic ")


@pytest.fixture
def log(tmp_path: Path) -> str:
    rows = []
    for n in range(1, 5):
        path = ["communications", "telecom", "bsnl"] if n < 4 else ["communications", "posts"]
        rows.append(event("identity.UserRegistered.v1", n, user_id=f"u{n}", mdo_path=path))
    rows += [event("identity.PasswordSet.v1", 5, user_id=f"u{n}") for n in (1, 1, 2)]
    rows += [
        event("onboarding.ProfileCompleted.v1", 6, user_id="u1"),
        event("progress.Enrolled.v1", 7, user_id="u1"),
    ]
    rows += [event("progress.CourseCompleted.v1", 8, user_id="u9")]
    file = tmp_path / "log.ndjson"
    file.write_text("".join(json.dumps({"offset": n, "event": one}) + "\n" for n, one in enumerate(rows)))
    return str(file)


def test_each_person_counts_once_per_step(log: str) -> None:
    assert [count for _, count in funnel(log)] == [4, 2, 1, 1, 0]
    assert [count for _, count in funnel(log, mdo="bsnl")] == [3, 2, 1, 1, 0]
    assert [count for _, count in funnel(log, since="2026-01-02")] == [3, 1, 0, 0, 0]


def test_the_chart_is_an_image_with_a_text(log: str) -> None:
    image = ElementTree.fromstring(chart(funnel(log)))

    space = "{http://www.w3.org/2000/svg}"
    assert len(image.findall(f"{space}rect")) == 6
    assert "Registered: 4" in (image.findtext(f"{space}desc") or "")
