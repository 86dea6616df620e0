"""Web apps take strict JSON, answer problem+json, and hold no route without an access rule."""

import json
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient
from marshmallow import Schema, fields
from pymongo.errors import NetworkTimeout

from shared.auth import public
from shared.errors import NotFound, Refused, TooMany
from shared.settings import Settings
from shared.web import Blueprint, make_app

SETTINGS = Settings(service="example")


class ThingSchema(Schema):
    name = fields.String(required=True)
    count = fields.Integer(strict=True)


def client(ready: Any = None) -> FlaskClient:
    views = Blueprint("example", "example", url_prefix="/v1")

    @views.route("/things", methods=["POST"])
    @public
    @views.arguments(ThingSchema)
    @views.response(201, ThingSchema)
    def add_thing(body: dict[str, Any]) -> dict[str, Any]:
        return body

    @views.route("/blame/<field>")
    @public
    def blame(field: str) -> None:
        raise Refused("field_wrong", "Wrong.", field=field)

    @views.route("/fail/<how>")
    @public
    def fail(how: str) -> None:
        raise {
            "bug": RuntimeError("secret text"),
            "missing": NotFound("thing_unknown", "There is no such thing."),
            "timeout": NetworkTimeout("db.secret.example:27017: timed out"),
            "often": TooMany("too_often", "Wait.", retry_after=7),
        }[how]

    return make_app(SETTINGS, views, ready=ready).test_client()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"name": "a"}', 201),
        (b"", 400),
        (b"null", 400),
        (b"[]", 400),
        (b'"text"', 400),
        (b'{"name": NaN}', 400),
        (b'{"name": Infinity}', 400),
        (b'{"name": "a", "name": "b"}', 400),
        (b'{"name": "\\ud800"}', 400),
        (b'{"count": ' + b"9" * 5000 + b"}", 400),
        (b'{"count": 1e999}', 400),
        ('{"name": "a"}'.encode("utf-16"), 400),
        (b'{"name":' + b"[" * 5000 + b"]" * 5000 + b"}", 400),
        (b'{"name":' + b"[" * 40 + b"]" * 40 + b"}", 400),
    ],
)
def test_n02_only_a_strict_json_object_is_taken(body: bytes, status: int) -> None:
    answer = client().post("/v1/things", data=body, content_type="application/json")

    assert answer.status_code == status
    assert status < 400 or answer.content_type == "application/problem+json"


@pytest.mark.parametrize(
    "value", [{"$gt": ""}, {"$ne": None}, {"$regex": ".*"}, {"$where": "1"}, [], None, 5, True]
)
def test_n01_an_operator_in_place_of_a_text_is_refused_by_field(value: Any) -> None:
    answer = client().post("/v1/things", json={"name": value})

    assert answer.status_code == 422
    assert list(answer.json["errors"]) == ["name"]


def test_z04_an_unknown_field_is_refused_by_name() -> None:
    answer = client().post("/v1/things", json={"name": "a", "is_admin": True})

    assert (answer.status_code, list(answer.json["errors"])) == (422, ["is_admin"])


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": "application/json", "Content-Encoding": "gzip"}, 415),
    ],
)
def test_w05_other_content_types_and_encodings_are_refused(headers: dict[str, str], status: int) -> None:
    assert client().post("/v1/things", data=b'{"name": "a"}', headers=headers).status_code == status


def test_w05_a_body_over_the_limit_is_refused() -> None:
    answer = client().post("/v1/things", data=b"x" * 65537, content_type="application/json")

    assert (answer.status_code, answer.json["slug"]) == (413, "request_entity_too_large")


def test_s02_a_bug_shows_a_reference_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.CRITICAL):
        answer = client().get("/v1/fail/bug", headers={"X-Request-ID": "reference-1"})

    assert (answer.status_code, answer.json["slug"]) == (500, "internal_error")
    assert answer.json["request_id"] == "reference-1"
    assert "secret" not in answer.text


def test_s02_a_database_that_does_not_answer_shows_neither_its_address_nor_its_words() -> None:
    answer = client().get("/v1/fail/timeout", headers={"X-Request-ID": "reference-1"})

    assert (answer.status_code, answer.json["slug"]) == (503, "database_unavailable")
    assert answer.json["request_id"] == "reference-1"
    assert answer.headers["Retry-After"].isdigit()
    assert "secret" not in answer.text


def test_s02_fifty_errors_at_once_tell_each_caller_of_its_own_request_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app, together = client().application, threading.Barrier(50)

    def fail(number: int) -> tuple[int, Any]:
        own = app.test_client()
        together.wait(30)
        answer = own.get(f"/v1/blame/canary-{number:02}", headers={"X-Request-ID": f"reference-{number:02}"})
        return answer.status_code, answer.get_json()

    with caplog.at_level(logging.CRITICAL), ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(fail, range(50)))

    bodies = [body for _, body in answers]
    assert [body.pop("request_id") for body in bodies] == [f"reference-{number:02}" for number in range(50)]
    assert [body.pop("errors") for body in bodies] == [{f"canary-{n:02}": ["Wrong."]} for n in range(50)]
    assert all((status, body) == (answers[0][0], bodies[0]) for status, body in answers)
    assert "canary" not in json.dumps(bodies)


def test_errors_carry_slug_sentence_and_waiting_time() -> None:
    missing, often = client().get("/v1/fail/missing"), client().get("/v1/fail/often")

    assert (missing.status_code, missing.json["slug"]) == (404, "thing_unknown")
    assert (often.status_code, often.headers["Retry-After"]) == (429, "7")


@pytest.mark.parametrize("path", ["/console", "/.git/config", "/debug", "/v1/nothing"])
def test_s10_nothing_else_answers(path: str) -> None:
    answer = client().get(path)

    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


def test_a_request_id_that_is_no_id_is_replaced() -> None:
    answer = client().get("/v1/nothing", headers={"X-Request-ID": "a b{}"})

    assert answer.headers["X-Request-ID"] not in ("", "a b{}")


def test_z03_a_route_without_an_access_rule_builds_no_app() -> None:
    views = Blueprint("open", "open", url_prefix="/v1")

    @views.route("/forgotten")
    def forgotten() -> str:
        return ""

    with pytest.raises(ValueError, match="/v1/forgotten does not say who may call it"):
        make_app(SETTINGS, views)


def test_readiness_asks_and_liveness_does_not() -> None:
    def away() -> None:
        raise ConnectionError

    asked = client(ready=away)

    assert asked.get("/healthz").status_code == 200
    assert asked.get("/readyz").status_code == 503
    assert b"http_requests_total" in asked.get("/metrics").data
