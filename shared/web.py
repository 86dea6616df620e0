"""Web processes: strict JSON in, problem+json out, one access line per request, and the operators' routes."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

import flask_smorest
from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
from pymongo.errors import PyMongoError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from shared import log, telemetry
from shared.auth import Principal, Verifier, admit, identify
from shared.body import StrictParser, WrongType, plain_time, route_now
from shared.errors import Forbidden, Problem, Unavailable
from shared.openapi import openapi
from shared.settings import Settings

REQUESTS = Counter("http_requests_total", "Requests answered.", ["service", "method", "route", "status"])
SECONDS = Histogram("http_request_seconds", "Duration of a request.", ["service", "method", "route"])
REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}", re.A)
Ready = Callable[[], None]
Denied = Callable[[Principal, str, str], None]


class Blueprint(flask_smorest.Blueprint):
    """flask-smorest's blueprint with the strict parser."""

    ARGUMENTS_PARSER = StrictParser()


def make_app(
    settings: Settings,
    *blueprints: Blueprint,
    ready: Ready | None = None,
    verifier: Verifier | None = None,
    denied: Denied | None = None,
) -> Flask:
    """Build a service's web app; ValueError for a route that does not say who may call it.

    `denied` keeps a record of somebody known who was refused: principal, method, route.
    """
    app = make_ops_app(settings, ready)
    if settings.proxies:  # The gateway's word on the client's address; nobody else can reach a service.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0)  # type: ignore[method-assign]
    app.config |= {
        "MAX_CONTENT_LENGTH": settings.body_limit,
        "MAX_FORM_MEMORY_SIZE": settings.body_limit,
        "TRUSTED_HOSTS": list(settings.trusted_hosts) or None,
    }
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Flask's default provider has it
    app.extensions["openapi"] = lambda: openapi(settings.service, blueprints)
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    for rule in app.url_map.iter_rules():
        if access_of(app, rule.endpoint) is None and rule.endpoint not in OPS and rule.endpoint != "static":
            raise ValueError(
                f"{rule.rule} does not say who may call it: @public, @allow(...) or @internal(...)"
            )

    @app.before_request
    def _check_access() -> None:
        if request.endpoint is None or request.endpoint in OPS:
            return
        if request.headers.get("Content-Encoding", "identity") != "identity":
            raise WrongType("content_encoding_not_supported", "Send the body without compression.")
        access = access_of(app, request.endpoint)
        request.max_content_length = mark_of(app, request.endpoint, "body_limit") or settings.body_limit
        if access is None:
            return
        who = g.principal = identify(access, request.headers.get("Authorization"), verifier)
        try:
            admit(access, who)
        except Forbidden:
            if denied is not None and who is not None:
                denied(who, request.method, request.url_rule.rule if request.url_rule else "")
            raise

    return app


def access_of(app: Flask, endpoint: str) -> Any:
    """The Access of an endpoint's view; None without one."""
    return mark_of(app, endpoint, "access")


def mark_of(app: Flask, endpoint: str, name: str) -> Any:
    """What a decorator has left on an endpoint's view, found through the wrappers; None without it."""
    view: Any = app.view_functions.get(endpoint)
    methods = (
        [getattr(view.view_class, m.lower(), None) for m in ("GET", "POST", "PUT", "PATCH", "DELETE")]
        if hasattr(view, "view_class")
        else [view]
    )
    for found in methods:
        while found is not None:
            if hasattr(found, name):
                return getattr(found, name)
            found = getattr(found, "__wrapped__", None)
    return None


OPS = ("healthz", "readyz", "metrics")


def make_ops_app(settings: Settings, ready: Ready | None = None) -> Flask:
    """An app with operators' routes, error shapes and access log only; workers serve it too."""
    app = Flask(settings.service, static_folder=None)
    add_ops(app, settings, ready)
    app.register_error_handler(Exception, _problem)
    return app


def add_ops(app: Flask, settings: Settings, ready: Ready | None) -> None:
    """Add /healthz (this process only), /readyz (it can work), /metrics, request ids and the access log."""
    readiness = _Cached(ready or (lambda: None), settings.ready_cache)

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok", "version": settings.version}

    @app.get("/readyz")
    def readyz() -> tuple[dict[str, str], int]:
        reason = readiness.reason()
        return ({"status": "not ready", "reason": reason}, 503) if reason else ({"status": "ready"}, 200)

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)

    @app.before_request
    def _begin() -> None:
        g.began = time.perf_counter()
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if REQUEST_ID.fullmatch(given) else secrets.token_hex(16)
        g.tracing = telemetry.span(f"{request.method} {route_now()}", "server")
        g.span = g.tracing.__enter__()
        g.binding = log.bound(log.Context(g.request_id, traceparent=g.span.traceparent))
        g.binding.__enter__()

    @app.after_request
    def _end(response: Response) -> Response:
        response.headers["X-Request-ID"] = g.get("request_id", "")
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers.setdefault("Cache-Control", "no-store")
        _access_line(settings.service, response)
        return response

    @app.teardown_request
    def _unbind(_: BaseException | None) -> None:
        for name in ("binding", "tracing"):
            opened = g.pop(name, None)
            if opened is not None:
                opened.__exit__(None, None, None)


def _access_line(service: str, response: Response) -> None:
    route = route_now()
    if "span" in g:
        g.span.set(http__route=route, http__response__status_code=response.status_code)
    method = request.method if request.method in METHODS else "OTHER"
    seconds = time.perf_counter() - g.get("began", time.perf_counter())
    REQUESTS.labels(service, method, route, response.status_code).inc()
    SECONDS.labels(service, method, route).observe(seconds)
    if request.endpoint in OPS:
        return
    who = g.get("principal")
    log.get("access").info(
        "request",
        extra={
            "method": method,
            "route": route,
            "status": response.status_code,
            "ms": round(seconds * 1000, 1),
            "user_id": who.user_id if who else None,
        },
    )


METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class _Cached:
    def __init__(self, check: Ready, seconds: float) -> None:
        self._check, self._seconds = check, seconds
        self._at, self._reason = float("-inf"), ""

    def reason(self) -> str:
        """Why the process cannot work now, or nothing; asked at most once per `seconds`."""
        if time.monotonic() - self._at > self._seconds:
            try:
                self._check()
                self._reason = ""
            except (PyMongoError, Problem, OSError) as error:
                self._reason = error.slug if isinstance(error, Problem) else type(error).__name__
            self._at = time.monotonic()
        return self._reason


def _problem(error: Exception) -> Response:
    """Any error as RFC 9457 problem+json; what is not meant for people stays in the log."""
    match error:
        case Problem():
            return problem_response(error)
        case HTTPException():
            return _http_problem(error)
        case PyMongoError():
            log.get(__name__).error("database failed", extra={"error": type(error).__name__})
            return problem_response(
                Unavailable("database_unavailable", "The data cannot be reached. Try again soon.")
            )
        case _:
            log.get(__name__).error("request failed", extra={"error": type(error).__name__}, exc_info=error)
            return problem_response(
                Problem("internal_error", "Something went wrong here. The reference helps to find it.")
            )


def _http_problem(error: HTTPException) -> Response:
    status = error.code or 500
    slug = re.sub(r"[^a-z]+", "_", (error.name or "error").lower())
    made = Problem(slug, error.name)
    made.status, made.title = status, error.name  # type: ignore[misc]  # the class defaults are for our own errors
    data: Mapping[str, Any] = getattr(error, "data", None) or {}
    messages = data.get("messages", {})
    if isinstance(messages, dict) and messages:
        made.slug, made.title = "fields_not_valid", "Some fields are not valid"  # type: ignore[misc]
        made.sentence = "Some fields are not valid."
        made.fields = {
            str(name)[:64]: _sentences(value) for part in messages.values() if isinstance(part, dict)
            for name, value in part.items()
        }  # fmt: skip
    response = problem_response(made)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _sentences(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(item)[:300] for item in value]
    if isinstance(value, dict):
        return [f"{key}: {sentence}"[:300] for key, inner in value.items() for sentence in _sentences(inner)]
    return [str(value)[:300]]


def problem_response(error: Problem) -> Response:
    """One error as an answer."""
    body = {
        "type": f"urn:karmayogi:problem:{error.slug}",
        "title": error.title,
        "status": error.status,
        "detail": error.sentence,
        "slug": error.slug,
        "request_id": g.get("request_id", ""),
    }
    if error.fields:
        body["errors"] = error.fields
    if getattr(error, "current", None) is not None:
        body["current"] = error.current  # type: ignore[attr-defined]  # only a Conflict has it
    response = Response(
        json.dumps(body, ensure_ascii=False, default=plain_time),
        status=error.status,
        content_type="application/problem+json",
    )
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response
