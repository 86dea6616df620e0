"""The wizard's save and the profile's read at 16 clients, against bare views with one update and one find."""

from __future__ import annotations

import http.client
import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from deploy.local.stack import Stack
from shared.auth import KeyRing, Signer
from shared.settings import Settings

CLIENTS, PEOPLE = 16, 800
Row = Callable[[str, str, str], None]
Call = tuple[str, str, str | None, dict[str, str]]  # Method, path, body, headers.


def measure(stack: Stack, bare_port: int, seconds: float, row: Row) -> None:
    """Print the rows of onboarding; the bare views run under the same settings on the same servers."""
    people = tokens(stack)
    web = stack.ports["onboarding-web"]
    load(bare_port, bare_updates, CLIENTS, 1.0)
    for what, bare, own in (
        ("wizard save", bare_updates, lambda n: saves(people, n)),
        ("profile read", bare_finds, lambda n: reads(people, n)),
    ):
        limit = p95(load(bare_port, bare, CLIENTS, seconds))
        load(web, own, CLIENTS, min(seconds, 2.0))  # Rows and caches come into being.
        found = load(web, own, CLIENTS, seconds)
        row(f"bare Flask view for the {what}, {CLIENTS} clients", f"p95 {limit:.0f} ms", "the limit")
        row(
            f"{what}, direct, {CLIENTS} clients",
            f"p95 {p95(found):.0f} ms, {len(found) / seconds:.0f}/s",
            f"ratio of p95 {p95(found) / limit:.1f}",
        )


def tokens(stack: Stack) -> list[str]:
    """Access tokens of many people, signed as identity signs them."""
    keys = Path(stack._environ("identity-web")["SIGNING_KEYS_FILE"]).read_text(encoding="utf-8")
    signer = Signer(KeyRing.load(keys), Settings(service="identity", access_token_lifetime=3600.0))
    return [signer.access_token(f"bench-{n}", roles=[], sv=1, session_id="bench") for n in range(PEOPLE)]


def saves(people: list[str], client: int) -> Iterator[Call]:
    """A step of the wizard, each time another state, so that each call is one write with one event."""
    own = people[client::CLIENTS]
    for turn in itertools.count():
        for token in own:
            body = json.dumps({"skipped": turn % 2 == 0})
            yield "POST", "/v1/onboarding/me/steps/roles", body, {"Authorization": f"Bearer {token}"}


def reads(people: list[str], client: int) -> Iterator[Call]:
    """The own profile."""
    for token in itertools.cycle(people[client::CLIENTS]):
        yield "GET", "/v1/profiles/me", None, {"Authorization": f"Bearer {token}"}


def bare_updates(client: int) -> Iterator[Call]:
    """One durable update by id."""
    for n in itertools.cycle(range(client, PEOPLE, CLIENTS)):
        yield "POST", f"/things/{n}", json.dumps({"skipped": n % 2 == 0}), {}


def bare_finds(client: int) -> Iterator[Call]:
    """One find by id."""
    for n in itertools.cycle(range(client, PEOPLE, CLIENTS)):
        yield "GET", f"/things/{n}", None, {}


def load(port: int, calls: Callable[[int], Iterator[Call]], clients: int, seconds: float) -> list[float]:
    """Seconds of each answer; any answer that is not 200 ends the bench."""
    found: list[float] = []
    wrong: list[int] = []
    stop = time.monotonic() + seconds

    def client(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for method, path, body, headers in calls(number):
            if time.monotonic() > stop or wrong:
                return
            began = time.perf_counter()
            connection.request(method, path, body, headers | {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            found.append(time.perf_counter() - began)
            if answer.status != 200:
                wrong.append(answer.status)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise SystemExit(f"an answer was {wrong[0]}")
    return found


def p95(seconds: list[float]) -> float:
    """The 95th percentile in milliseconds."""
    return sorted(seconds)[int(len(seconds) * 0.95)] * 1000 if seconds else float("nan")
