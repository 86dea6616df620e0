"""Measures the running product on real servers; BENCH_SECONDS (30) is the length of each load."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from deploy.local.ports import free_ports
from deploy.local.servers import Process, listens, wait_until
from deploy.local.stack import ROOT, Stack
from tests.bench import catalog, onboarding, portal
from tests.bench.bare import BARE
from tests.bench.load import post
from tests.bench.neutral import neutral
from tests.bench.processes import memory, rest, spent
from tests.bench.registration import SECONDS, flow, posts, writes
from tests.bench.relaying import relay
from tests.bench.table import ms, row, timed


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


def bare_process(stack: Stack, folder: Path, port: int) -> Process:
    """The limit's app, under the same gunicorn settings on the same database server."""
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py"]
    environ = stack._environ("identity-web") | {
        "PORT": str(port),
        "MONGODB_URI": stack.mongodb_uri,  # identity's own user reaches identity's database alone.
        "MONGODB_DATABASE": BARE,
        "SERVICE": BARE,
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
        "neutral": lambda: neutral(stack),
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
                    rest(stack)
                    measure()
        finally:
            stack.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
