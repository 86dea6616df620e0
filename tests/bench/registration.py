"""A registration: the POST beside its limits, the way to its mail, and what is written on it."""

from __future__ import annotations

import json
import os
import signal
import statistics
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from typing import Any

import httpx
from pymongo import MongoClient

from deploy.local.stack import Stack
from services.identity.store import ensure_indexes
from tests.bench.bare import BARE
from tests.bench.load import Result, post
from tests.bench.processes import rest, spent
from tests.bench.table import ms, row

SECONDS = float(os.environ.get("BENCH_SECONDS", "30"))
QUIET, STUCK = 1.5, 30.0


def posts(stack: Stack, bare_port: int) -> None:
    """POST of a registration against a bare view, and against one that makes the same database calls, in turns."""
    ensure_indexes(MongoClient(stack.mongodb_uri)[BARE])
    direct = (stack.ports["identity-web"], "/v1/registrations")
    places = {
        "bare": (bare_port, "/things"),
        "same": (bare_port, "/registrations"),
        "alone": direct,
        "direct": direct,
        "gateway": (stack.ports["gateway"], "/api/identity/v1/registrations"),
    }
    rates: dict[str, list[float]] = {name: [] for name in places}
    costs: list[float] = []
    for _ in range(3):
        for name, (port, path) in places.items():
            before = spent(stack)["identity-web"]
            with halted(stack) if name == "alone" else nullcontext():
                sent = post(port, path, clients=4, seconds=max(2.0, SECONDS / 6))
            rates[name].append(sent.rate)
            if name in ("alone", "direct", "gateway"):
                costs.append((spent(stack)["identity-web"] - before) * 1000 / max(len(sent.accepted), 1))
                rest(stack)
    rate = {name: statistics.median(found) for name, found in rates.items()}
    row("bare Flask view with one durable insert, 4 clients", f"{rate['bare']:.0f}/s", "the limit")
    row(
        "the same database calls made raw, 4 clients",
        f"{rate['same']:.0f}/s",
        f"ratio {rate['same'] / rate['bare']:.2f}: what the database server leaves",
    )
    for name, what in (("alone", "direct, workers halted"), ("direct", "direct"), ("gateway", "gateway")):
        to_bare, to_same = rate[name] / rate["bare"], rate[name] / rate["same"]
        row(
            f"POST registration, {what}, 4 clients",
            f"{rate[name]:.0f}/s",
            f"ratio {to_bare:.2f} (target direct 0.50), to the same calls {to_same:.2f}",
        )
    row("CPU of identity-web for one POST, 4 clients", f"{statistics.median(costs):.1f} ms")


@contextmanager
def halted(stack: Stack) -> Iterator[None]:
    """All workers stand still, so that the web process has the machine for itself as the bare view has."""
    workers = [process for name, process in stack.processes.items() if name.endswith("-worker")]
    for process in workers:
        process.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for process in workers:
            process.signal(signal.SIGCONT)


def settle(stack: Stack, wanted: int | None = None) -> float:
    """Wait for so many mails, or until nothing has moved for QUIET seconds; returns how long mails came."""
    began = last = time.monotonic()
    count = -1
    while time.monotonic() - last < (QUIET if wanted is None else STUCK):
        now = len(mails(stack))
        if now != count:
            last, count = time.monotonic(), now
        if wanted is not None and now >= wanted:
            break
        time.sleep(0.2)
    return last - began


def mails(stack: Stack) -> list[dict[str, str]]:
    """What the sink has; asked without httpx, whose every client costs 30 ms of the processor that is measured."""
    with urllib.request.urlopen(f"{stack.mail_url}/api/summary", timeout=60) as answer:
        found: list[dict[str, str]] = json.load(answer)["messages"]
    return found


def flow(stack: Stack, clients: int, seconds: float) -> None:
    """Registrations at the API, mails at the sink, and what each process spent on one of them."""
    httpx.delete(f"{stack.mail_url}/api/messages", trust_env=False)
    began, before = time.time(), spent(stack)
    sent = post(stack.ports["identity-web"], "/v1/registrations", clients=clients, seconds=seconds)
    ended = time.time()
    settle(stack, len(sent.accepted))
    settle(stack)  # A second copy of a mail would come now.
    arrived = [(one["to"], datetime.fromisoformat(one["received_at"]).timestamp()) for one in mails(stack)]
    report(clients, sent, arrived, began, ended)
    costs = {
        name: (after - before[name]) * 1000 / max(len(arrived), 1) for name, after in spent(stack).items()
    }
    told = ", ".join(
        f"{name} {cost:.1f}" for name, cost in sorted(costs.items(), key=lambda p: -p[1]) if cost >= 0.5
    )
    row(
        f"CPU for one registration, all to the mail, {clients} clients", f"{sum(costs.values()):.1f} ms", told
    )


def report(clients: int, sent: Result, arrived: list[tuple[str, float]], began: float, ended: float) -> None:
    """The rows of one flow."""
    counted = Counter(address for address, _ in arrived)
    times = dict(arrived)
    waits = [times[address] - at for address, at in sent.accepted.items() if address in times]
    missing = sum(1 for address in sent.accepted if address not in counted)
    doubled = sum(1 for count in counted.values() if count > 1)
    last = max(times.values(), default=ended)
    name = f"{clients} client{'s' if clients > 1 else ''}"
    row(f"registrations accepted, {name}", f"{sent.rate:.0f}/s", f"others: {dict(Counter(sent.others))}")
    row(
        f"mails at the sink, {name}",
        f"{len(arrived) / max(last - began, 0.001):.0f}/s",
        "target 150/s at 16 clients",
    )
    row(
        f"registration to mail, {name}",
        f"p50 {ms(waits):.0f} ms, p99 {ms(waits, 0.99):.0f} ms",
        "target p50 100 ms at 1",
    )
    row(f"backlog drained after the last request, {name}", f"{max(0.0, last - ended):.1f} s", "target 5 s")
    row(
        f"missing / duplicated, {name}",
        f"{missing} / {doubled}",
        f"target 0 / 0; missing is what has not come when nothing moved for {STUCK:.0f} s",
    )


def written(stack: Stack) -> tuple[Counter[str], int]:
    """Documents written so far, by collection, and write statements, by the server's own count."""
    client: MongoClient[dict[str, Any]] = MongoClient(stack.mongodb_uri)
    with client:
        found = client["local"]["oplog.rs"].find({"op": {"$in": ["i", "u", "d"]}}, {"ns": 1})
        counts = client.admin.command("serverStatus")["opcounters"]
        return Counter(one["ns"] for one in found), counts["insert"] + counts["update"] + counts["delete"]


def quiet(stack: Stack, seconds: float = 120) -> tuple[Counter[str], int]:
    """What is written once nothing more comes: the projections of a fresh stack fill themselves first."""
    deadline, last = time.monotonic() + seconds, written(stack)
    while time.monotonic() < deadline:
        time.sleep(3)
        now = written(stack)
        fresh = now[0] - last[0]
        if sum(count for ns, count in fresh.items() if not ns.endswith("leases")) <= 2:
            return now
        last = now
    return last


def writes(stack: Stack, registrations: int = 20) -> None:
    """What one registration writes, all to the mark of its mail as sent; one at a time, so nothing shares a write."""
    before, statements = quiet(stack)
    there = len(mails(stack))
    for number in range(registrations):
        post(stack.ports["identity-web"], "/v1/registrations", clients=1, seconds=0.001)
        settle(stack, there + number + 1)
    after, told = quiet(stack)
    made = {ns: count / registrations for ns, count in (after - before).items() if not ns.endswith("leases")}
    row(
        "durable writes for one registration, all to the mail sent",
        f"{sum(made.values()):.1f} documents, {(told - statements) / registrations:.1f} statements",
        ", ".join(f"{ns} {count:.1f}" for ns, count in sorted(made.items())),
    )
