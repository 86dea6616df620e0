"""People who go on asking while processes come and go: each request on a connection of its own."""

from __future__ import annotations

import http.client
import itertools
import json
import threading
from collections import Counter
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from tests.bench.load import form


@dataclass(frozen=True)
class Ask:
    """One request; `body` may hold {n}, which is another number each time."""

    method: str
    path: str
    expected: int
    headers: dict[str, str] = field(default_factory=dict)


class Crowd:
    """Threads that go through a list of requests until the block ends; what was not as expected is kept."""

    def __init__(
        self, port: int, asks: list[Ask], people: int = 4, prefix: str = "roll", pause: float = 0.02
    ) -> None:
        self.port, self.asks, self.prefix, self.pause = port, asks, prefix, pause
        self.answered: Counter[str] = Counter()
        self.failed: list[str] = []
        self.accepted: list[str] = []
        self._numbers, self._stop = itertools.count(), threading.Event()
        self._threads = [threading.Thread(target=self._go_on, args=(n,)) for n in range(people)]

    def __enter__(self) -> Crowd:
        for one in self._threads:
            one.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        for one in self._threads:
            one.join()

    def _go_on(self, first: int) -> None:
        for n in itertools.count(first):
            if self._stop.wait(self.pause):
                return
            self._send(self.asks[n % len(self.asks)])

    def _send(self, ask: Ask) -> None:
        address = f"{self.prefix}{next(self._numbers)}@bsnl.co.in"
        body: dict[str, Any] | None = form(address) if ask.method == "POST" else None
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            kind = {"Content-Type": "application/json"} if body else {}
            connection.request(ask.method, ask.path, json.dumps(body) if body else None, kind | ask.headers)
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            self.failed.append(f"{ask.method} {ask.path}: {type(error).__name__}")
            return
        finally:
            connection.close()
        self.answered[ask.path] += 1
        if status != ask.expected:
            self.failed.append(f"{ask.method} {ask.path}: {status}")
        elif body:
            self.accepted.append(address)


def everywhere(person: dict[str, str]) -> list[Ask]:
    """A request to each web process: reads of somebody signed in, a registration, a page of the portal."""
    return [
        Ask("GET", "/api/identity/v1/me", 200, person),
        Ask("GET", "/api/onboarding/v1/profiles/me", 200, person),
        Ask("GET", "/api/catalog/v1/search?q=procurement", 200, person),
        Ask("GET", "/api/progress/v1/enrolments", 200, person),
        Ask("GET", "/api/notifier/v1/notices", 200, person),
        Ask("POST", "/api/identity/v1/registrations", 202),
        Ask("GET", "/login", 200),
    ]
