"""What the portal is given in place of the network."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from tests.portal.stub.catalog import Catalog
from tests.portal.stub.community import Community
from tests.portal.stub.desk import Desk
from tests.portal.stub.identity import Identity
from tests.portal.stub.notifier import Notifier
from tests.portal.stub.onboarding import Onboarding
from tests.portal.stub.parts import problem
from tests.portal.stub.progress import Progress

OPEN = (
    "/search",
    "/suggest",
    "/browse",
    "/courses",
    "/trending",
    "/providers",
    "/verify",
    "/topics",
    "/competencies",
)


class Stub:
    """All services; `overrides` answer in place of a path, `down` fails a whole service, `holding` delays it."""

    def __init__(self, newcomer: bool = False) -> None:
        self.calls: list[tuple[str, str]] = []
        self.requests: list[httpx.Request] = []
        self.overrides: dict[str, httpx.Response | Exception] = {}
        self.down: set[str] = set()
        self.held: dict[str, threading.Event] = {}
        self.lock = threading.Lock()
        self.identity = Identity()
        self.desk = Desk(newcomer)
        self.onboarding = Onboarding(newcomer)
        self.catalog = Catalog()
        self.progress = Progress(self.catalog, empty=newcomer)
        self.notifier = Notifier(empty=newcomer)
        self.community = Community(empty=newcomer)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["identity"], name)

    def __setattr__(self, name: str, value: Any) -> None:
        target = self.__dict__.get("identity")
        if target is not None and name in target.__dict__:
            setattr(target, name, value)
        else:
            self.__dict__[name] = value

    def transport(self) -> httpx.MockTransport:
        """What the portal is given in place of the network."""
        return httpx.MockTransport(self.answer)

    def fail(self, path: str, status: int, slug: str, detail: str = "", **more: Any) -> None:
        """Answer `path` with a problem from now on."""
        headers = more.pop("headers", {})
        body = {"slug": slug, "status": status, "detail": detail, **more}
        self.overrides[path] = httpx.Response(status, json=body, headers=headers)

    @contextmanager
    def holding(self, service: str) -> Iterator[None]:
        """The service answers nothing until the block ends."""
        gate = self.held[service] = threading.Event()
        try:
            yield
        finally:
            del self.held[service]
            gate.set()

    def count(self, path: str) -> int:
        """How often a path was called."""
        return sum(1 for _, called in self.calls if called == path)

    def bodies(self, path: str) -> list[dict[str, Any]]:
        """What was sent to a path."""
        return [json.loads(r.content) for r in self.requests if r.url.path.endswith(path) and r.content]

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Route one call; identity's paths are named plainly, the others with their service."""
        _, _, service, rest = request.url.path.split("/", 3)
        path = "/" + rest.removeprefix("v1/")
        name = path if service == "identity" else f"{service}{path}"
        if gate := self.held.get(service):
            gate.wait(60)
        with self.lock:
            self.calls.append((request.method, name))
            self.requests.append(request)
            found = self.overrides.get(name)
            if isinstance(found, Exception):
                raise found
            if found is not None:
                return httpx.Response(found.status_code, content=found.content, headers=found.headers)
            if service in self.down:
                return httpx.Response(503, json={"slug": "down", "status": 503})
            return self._route(request, service, path)

    def _route(self, request: httpx.Request, service: str, path: str) -> httpx.Response:
        kind = request.headers.get("Content-Type", "")
        body = json.loads(request.content) if request.content and "json" in kind else {}
        if self.identity.signed(request):
            found = self.desk.route(request, service, path, body)
            if found is not None:
                return found
        if service != "identity" and not path.startswith(OPEN) and not self.identity.signed(request):
            return problem(401, "token_not_valid")
        return getattr(self, service).route(request, path, body)
