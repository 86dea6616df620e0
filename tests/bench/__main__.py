"""Measures the running product on real servers; BENCH_SECONDS (30) is the length of each load."""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from pymongo import MongoClient

from deploy.local.servers import Process, wait_until
from deploy.local.stack import ROOT, Stack, free_ports, listens
from shared.bus import EVENTS_EXCHANGE, Link, Message, Publisher
from shared.events.identity import PasswordResetRequested
from shared.mongo import Records, connect, publishing_indexes
from shared.outbox.relay import Relay
from shared.settings import Settings
from shared.worker.process import make_relay
from tests.bench import catalog, onboarding, portal
from tests.bench.load import Result, post

SECONDS = float(os.environ.get("BENCH_SECONDS", "30"))
EVENTS = 4000
ROWS: list[tuple[str, str, str]] = []


def row(what: str, figure: str, limit: str = "") -> None:
    """Keep and print one row."""
    ROWS.append((what, figure, limit))
    print(f"{what:58} {figure:>34}   {limit}", flush=True)


def ms(values: list[float], share: float = 0.5) -> float:
    """A percentile in milliseconds."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else float("nan")


def posts(stack: Stack, bare_port: int) -> None:
    """POST of a registration against the bare view, in turns."""
    rates: dict[str, list[float]] = {"bare": [], "direct": [], "gateway": []}
    places = {
        "bare": (bare_port, "/things"),
        "direct": (stack.ports["identity-web"], "/v1/registrations"),
        "gateway": (stack.ports["gateway"], "/api/identity/v1/registrations"),
    }
    for _ in range(3):
        for name, (port, path) in places.items():
            rates[name].append(post(port, path, clients=4, seconds=max(2.0, SECONDS / 6)).rate)
            settle(stack)
    bare = statistics.median(rates["bare"])
    row("bare Flask view with one durable insert, 4 clients", f"{bare:.0f}/s", "the limit")
    for name in ("direct", "gateway"):
        rate = statistics.median(rates[name])
        row(
            f"POST registration, {name}, 4 clients",
            f"{rate:.0f}/s",
            f"ratio {rate / bare:.2f} (target direct 0.50)",
        )


def settle(stack: Stack, seconds: float = 120) -> float:
    """Wait until no more mails arrive; returns how long that took."""
    began, last, count = time.monotonic(), time.monotonic(), -1
    while time.monotonic() - last < 1.5 and time.monotonic() - began < seconds:
        now = len(mails(stack))
        if now != count:
            last, count = time.monotonic(), now
        time.sleep(0.2)
    return last - began


def mails(stack: Stack) -> list[dict[str, str]]:
    """What the sink has."""
    found: list[dict[str, str]] = httpx.get(
        f"{stack.mail_url}/api/summary", trust_env=False, timeout=60
    ).json()["messages"]
    return found


def flow(stack: Stack, clients: int, seconds: float) -> None:
    """Registrations at the API, mails at the sink, and what each process spent on one of them."""
    httpx.delete(f"{stack.mail_url}/api/messages", trust_env=False)
    began, before = time.time(), spent(stack)
    sent = post(stack.ports["identity-web"], "/v1/registrations", clients=clients, seconds=seconds)
    ended = time.time()
    settle(stack)
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
    for _ in range(registrations):
        post(stack.ports["identity-web"], "/v1/registrations", clients=1, seconds=0.001)
        settle(stack)
    after, told = quiet(stack)
    made = {ns: count / registrations for ns, count in (after - before).items() if not ns.endswith("leases")}
    row(
        "durable writes for one registration, all to the mail sent",
        f"{sum(made.values()):.1f} documents, {(told - statements) / registrations:.1f} statements",
        ", ".join(f"{ns} {count:.1f}" for ns, count in sorted(made.items())),
    )


def spent(stack: Stack) -> dict[str, float]:
    """CPU seconds that each process of the stack, with its children, has used so far."""
    processes = dict(stack.processes)
    processes |= {one.process.name: one.process for one in (stack.mongo, stack.rabbit) if one}
    return {name: sum(map(cpu, family(process.pid))) for name, process in processes.items()}


def family(pid: int) -> list[int]:
    """A process and all below it."""
    return [pid] + [one for child in children(pid) for one in family(int(child))]


def cpu(pid: int) -> float:
    """CPU seconds of one process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


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
    row(f"missing / duplicated, {name}", f"{missing} / {doubled}", "target 0 / 0")


def relay(stack: Stack) -> None:
    """Events through the relay against raw pipelined publishing of the same bodies."""
    url = stack.amqp_url("identity")
    settings = Settings(
        service="identity", mongodb_uri=stack.mongodb_uri, mongodb_database="bench", amqp_url=url
    )
    database = connect(settings)
    records = Records(database["things"])
    publishing_indexes(records.collection)
    bodies = []
    for number in range(EVENTS):
        id_ = f"{time.time_ns()}-{number}"
        records.add({"_id": id_}, PasswordResetRequested(user_id=id_, locale="en"))
        stored = records.collection.find_one({"_id": id_}, {"_outbox": 1}) or {}
        bodies.append(stored["_outbox"][0])

    def connected() -> Publisher:
        return Publisher(Link.open(url, settings), "identity", settings.confirm_timeout)

    publisher = connected()
    raw = [
        Message(one["id"], one["type"], one["body"].encode(), EVENTS_EXCHANGE, one["type"]) for one in bodies
    ]
    limit = timed(lambda: [publisher.send(raw[at : at + 500]) for at in range(0, EVENTS, 500)])
    publisher.link.close()
    made = make_relay(settings, database, [records])
    took = timed(lambda: drain(made, records))
    made.close()
    database.client.drop_database("bench")
    row("raw pipelined publishing", f"{EVENTS / limit:.0f}/s", "the limit")
    row(
        "relay, from stored events to cleared outboxes",
        f"{EVENTS / took:.0f}/s",
        f"ratio {limit / took:.2f} (target 0.60)",
    )


def drain(made: Relay, records: Records) -> None:
    """Sweep until nothing is due."""
    while records.collection.find_one({"_pending_at": {"$exists": True}}, {"_id": 1}):
        made.sweep()


def timed(work: Callable[[], object]) -> float:
    """Seconds of one run."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def lags(stack: Stack) -> None:
    """Commit to handler, idle, from the notifier's own log."""
    log = stack.processes["notifier-worker"].log
    start = log.stat().st_size
    for _ in range(60):
        post(stack.ports["identity-web"], "/v1/registrations", clients=1, seconds=0.001)
        time.sleep(0.1)
    time.sleep(1)
    lines = [
        json.loads(line) for line in log.read_bytes()[start:].decode().splitlines() if line.startswith("{")
    ]
    found = [line["lag_ms"] / 1000 for line in lines if "lag_ms" in line]
    row(
        "commit to handler, idle",
        f"p50 {ms(found):.0f} ms, p99 {ms(found, 0.99):.0f} ms",
        "target 25 / 150 ms",
    )


def memory(stack: Stack) -> None:
    """Resident memory of each process with its children."""
    for name, process in stack.processes.items():
        pids = [process.pid, *(int(pid) for pid in children(process.pid))]
        total = sum(resident(pid) for pid in pids)
        row(f"memory of {name} ({len(pids)} processes)", f"{total / 1e6:.0f} MB", "target 90 MB")


def children(pid: int) -> list[str]:
    """The ids of the children of a process."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return path.read_text().split() if path.exists() else []


def resident(pid: int) -> int:
    """Proportional memory of a process, bytes."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def bare_process(stack: Stack, folder: Path, port: int) -> Process:
    """The limit's app, under the same gunicorn settings on the same database server."""
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py"]
    environ = stack._environ("identity-web") | {
        "PORT": str(port),
        "MONGODB_DATABASE": "bare",
        "SERVICE": "bare",
    }
    return Process("bare", [*command, "tests.bench.bare:create_app()"], folder, environ)


def parts(stack: Stack, folder: Path) -> dict[str, Callable[[], None]]:
    """What can be measured, by name, in order."""

    def against_the_bare_view(measure: Callable[[Stack, int], None]) -> None:
        port = free_ports()["gateway"]
        bare = bare_process(stack, folder, port)
        bare.start()
        try:
            wait_until(lambda: listens(port), 15, "The bare app does not come up.")
            measure(stack, port)
        finally:
            bare.stop()

    return {
        "lags": lambda: lags(stack),
        "writes": lambda: writes(stack),
        "memory": lambda: memory(stack),
        "posts": lambda: against_the_bare_view(posts),
        "onboarding": lambda: against_the_bare_view(
            lambda stack, port: onboarding.measure(stack, port, min(SECONDS, 10), row)
        ),
        "portal": lambda: portal.measure(stack, min(SECONDS, 15), row, spent),
        "one": lambda: flow(stack, 1, min(SECONDS, 15)),
        "many": lambda: flow(stack, 16, SECONDS),
        "relay": lambda: relay(stack),
        "catalog": lambda: catalog.main(row),
    }


def main(wanted: list[str]) -> None:
    """Start a stack, measure the parts that are named, or all, and print the table."""
    with tempfile.TemporaryDirectory(prefix="karmayogi-bench-", ignore_cleanup_errors=True) as folder:
        stack = Stack(
            Path(folder), free_ports(), environment="test", overrides={"gateway": {"RATE": "100000r/s"}}
        )
        try:
            cold = timed(stack.start)
            print(
                f"Database: {stack.engine}; broker: RabbitMQ; {os.cpu_count()} cores; load {SECONDS:.0f} s each\n"
            )
            row("start of the stack to ready, empty data", f"{cold:.1f} s", "target 20 s (warm)")
            os.chdir(ROOT)
            for name, measure in parts(stack, Path(folder)).items():
                if not wanted or name in wanted:
                    measure()
        finally:
            stack.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
