"""The portal on a store in memory and a fake gateway."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from werkzeug.test import TestResponse

from portal.app import create_app, wire
from portal.gateway import Gateway, Part
from portal.settings import PortalSettings
from tests.portal.stub import ME, PASSWORD, Stub

BASE = "https://localhost"


class MemoryStore:
    """The session store's behaviour on dictionaries."""

    def __init__(self) -> None:
        self.kinds: dict[str, dict[str, dict[str, Any]]] = {"sessions": {}, "grants": {}}
        self.down: Exception | None = None
        self.lock = threading.Lock()

    def ping(self) -> None:
        if self.down:
            raise self.down

    def read(self, kind: str, key: str) -> dict[str, Any] | None:
        self.ping()
        with self.lock:
            found = self.kinds[kind].get(key)
            return dict(found) if found and found["expires_at"] > datetime.now(UTC) else None

    def write(self, kind: str, key: str, values: dict[str, Any]) -> None:
        self.ping()
        with self.lock:
            self.kinds[kind].setdefault(key, {}).update(values)

    def delete(self, kind: str, key: str) -> None:
        with self.lock:
            self.kinds[kind].pop(key, None)

    def lease(self, key: str, until: datetime, stale: str) -> bool:
        with self.lock:
            grant = self.kinds["grants"].get(key, {})
            taken = grant.get("leased_until") and grant["leased_until"] > datetime.now(UTC)
            if not grant or taken or grant["access_token"] != stale:
                return False
            grant["leased_until"] = until
            return True

    def age(self, kind: str, field: str, seconds: float) -> None:
        """Move a time of every record into the past."""
        for record in self.kinds[kind].values():
            record[field] -= timedelta(seconds=seconds)


class Clock:
    """A time that stands still and is moved on by hand."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        """Let some time go by."""
        self.now += timedelta(seconds=seconds)


class Browser:
    """A Flask client that fills in and sends forms the way a browser does."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, base_url=BASE, buffered=True, **more)

    def post(
        self, path: str, data: dict[str, str] | None = None, *, page: str = "", **more: Any
    ) -> TestResponse:
        """Open the form's page, then send it with its token and the origin."""
        values = {"csrf_token": self.token(page or path), **(data or {})}
        headers = {"Origin": BASE, **more.pop("headers", {})}
        return self.client.post(path, data=values, base_url=BASE, headers=headers, **more)

    def token(self, path: str) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(path).get_data(as_text=True))
        return found[1] if found else ""

    def sign_in(self) -> TestResponse:
        return self.post("/login", {"email": ME["email"], "password": PASSWORD})

    def cookie(self) -> str:
        found = self.client.get_cookie("__Host-sid", domain="localhost")
        return found.value if found else ""


class PatientGateway(Gateway):
    """Waits for every part of a page, so that a stall of the machine makes none late."""

    def fan_out(
        self, calls: Mapping[str, Callable[[], Any]], budget: float, here: Callable[[], object] | None = None
    ) -> dict[str, Part]:
        return super().fan_out(calls, 60.0, here)


@pytest.fixture
def stub() -> Stub:
    return Stub()


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def settings() -> PortalSettings:
    return PortalSettings(
        gateway_url="http://gateway.test", secret_key="test-only", public_url=BASE, environment="test"
    )


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates are compiled once for all tests."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture(scope="session")
def pages(settings: PortalSettings, compiled: FileSystemBytecodeCache) -> Flask:
    """The portal's pages, built once: 230 routes take a fifth of a second."""
    app = create_app(settings, Stub().transport(), MemoryStore(), Clock())
    app.jinja_env.bytecode_cache = compiled
    return app


@pytest.fixture
def app(pages: Flask, settings: PortalSettings, stub: Stub, store: MemoryStore, clock: Clock) -> Flask:
    """The pages, with backends, sessions and a time of this test alone."""
    wire(pages, settings, PatientGateway(settings, stub.transport()), store, clock)
    return pages


@pytest.fixture
def new_app(settings: PortalSettings, stub: Stub, store: MemoryStore, clock: Clock) -> Flask:
    """A portal that has answered nothing yet."""
    return create_app(settings, stub.transport(), store, clock)


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app.test_client())
