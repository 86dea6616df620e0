"""Pages of the portal through the gateway: twenty people at once, each page beside a page that asks no service."""

from __future__ import annotations

import http.client
import os
import re
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from deploy.local.__main__ import demo_accounts
from deploy.local.demo import prepare_learner
from deploy.local.stack import Stack

PEOPLE = 20
PAGES = {
    "a page that asks no service": ("/help", 0),
    "home": ("/home", 400),
    "search": ("/learn?q=procurement", 250),
    "course page": ("/courses/procurement-basics", 250),
}
Row = Callable[[str, str, str], None]


class Person:
    """One browser with its cookie and one kept connection."""

    def __init__(self, port: int) -> None:
        self.port, self.cookie = port, ""
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """One request; its status and page."""
        headers = {"Host": f"localhost:{self.port}", "Cookie": self.cookie}
        if form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded",
                        "Origin": f"http://localhost:{self.port}"}  # fmt: skip
        self.line.request(method, path, urlencode(form) if form is not None else None, headers)
        answer = self.line.getresponse()
        body = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.cookie = line.partition(";")[0]
        return answer.status, body

    def sign_in(self, email: str, password: str) -> None:
        """Through the form, as people do."""
        _, page = self.ask("GET", "/login")
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        form = {"csrf_token": found[1] if found else "", "email": email, "password": password}
        status, _ = self.ask("POST", "/login", form)
        if status != 303:
            raise RuntimeError(f"signing in answered {status}")


@dataclass
class Seen:
    """Seconds of each answer, statuses, and parts of home that came too late for the page."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    late: int = 0
    took: float = 0.0


def load(people: list[Person], path: str, seconds: float, pause: float) -> Seen:
    """Everybody opens the page, reads for `pause` seconds and opens it again."""
    seen, lock, end = Seen(), threading.Lock(), time.monotonic() + seconds

    def read(person: Person, number: int) -> None:
        time.sleep(pause * number / len(people))
        while time.monotonic() < end:
            began = time.perf_counter()
            status, page = person.ask("GET", path)
            with lock:
                seen.seconds.append(time.perf_counter() - began)
                seen.statuses[status] += 1
                seen.late += page.count('aria-busy="true"')
            time.sleep(pause)

    threads = [threading.Thread(target=read, args=(one, n)) for n, one in enumerate(people)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seen.took = time.monotonic() - began
    return seen


def measure(stack: Stack, seconds: float, row: Row, spent: Callable[[Stack], dict[str, float]]) -> None:
    """The rows: with everybody asking without a pause, and with a second between two pages."""
    accounts = demo_accounts(stack)
    prepare_learner(stack.url, accounts[0]["email"], accounts[0]["password"])
    people = [Person(stack.ports["gateway"]) for _ in range(PEOPLE)]
    for one in people:
        one.sign_in(accounts[0]["email"], accounts[0]["password"])
        one.ask("GET", "/home")
    for name, (path, target) in PAGES.items():
        load(people, path, 2, 0)
        for pause in (0.0, 1.0):
            before = spent(stack)
            seen = load(people, path, seconds, pause)
            costs = {at: (now - before[at]) * 1000 / len(seen.seconds) for at, now in spent(stack).items()}
            tell(name, target, pause, seen, costs, row)


def tell(name: str, target: int, pause: float, seen: Seen, costs: dict[str, float], row: Row) -> None:
    """One load as two rows: how long people waited, and what the page cost each process."""
    times = sorted(seen.seconds)
    p50, p95 = statistics.median(times) * 1000, times[int(len(times) * 0.95)] * 1000
    how = "no pause" if not pause else f"{pause:.0f} s between pages"
    late = f", {seen.late / len(times):.1f} parts late" if seen.late else ""
    wrong = {status: count for status, count in seen.statuses.items() if status != 200}
    row(
        f"{name}, {PEOPLE} people at once, {how}",
        f"p50 {p50:.0f} ms, p95 {p95:.0f} ms, {len(times) / seen.took:.0f}/s{late}",
        f"{f'target p95 {target} ms' if target else 'the limit'}, load {os.getloadavg()[0]:.1f}"
        + (f", others: {wrong}" if wrong else ""),
    )
    most = sorted(((cost, at) for at, cost in costs.items() if cost >= 0.5), reverse=True)
    told = ", ".join(f"{at} {cost:.1f}" for cost, at in most)
    row("  processor time of one such page", f"{sum(costs.values()):.0f} ms", told)
