"""Progress updates and completions per second at 16 clients beside bare views with one update_one.

The limit is the update of the same document under the same indexes; that of a tiny row shows what these cost.

`python -m tests.bench.progress`; BENCH_SECONDS (10) is the length of each load.
"""

from __future__ import annotations

import http.client
import itertools
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from flask import Flask, jsonify
from werkzeug.serving import make_server

from deploy.local.servers import Process, free_port, wait_until
from deploy.local.stack import ROOT, listens
from services.progress.rules.progress import RECENT_MOST
from services.progress.store import ensure_indexes
from shared.events import new_id
from shared.mongo import connect
from shared.settings import Settings
from tests import servers
from tests.progress.world import World
from tests.service_kit import KEYS, SIGNER, Person

SECONDS = float(os.environ.get("BENCH_SECONDS", "10"))
CLIENTS, ENROLMENTS, FINISHING = 16, 320, 4000
Request = tuple[str, str, dict[str, Any], dict[str, str]]


@contextmanager
def identity() -> Iterator[str]:
    """Identity's public keys over HTTP."""
    app = Flask("identity")
    app.get("/v1/jwks")(lambda: jsonify(SIGNER.jwks()))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@contextmanager
def web(name: str, app: str, folder: Path, environ: dict[str, str]) -> Iterator[int]:
    """One app under the product's gunicorn settings; its port."""
    port = free_port()
    base = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", app]
    more = {"PORT": str(port), "BIND": "127.0.0.1", "PYTHONPATH": str(ROOT), "LOG_LEVEL": "ERROR"}
    process = Process(name, command, folder, base | more | environ)
    process.start()
    try:
        wait_until(lambda: listens(port), 20, f"{name} does not come up.")
        yield port
    finally:
        process.stop()


def load(
    port: int, requests: Callable[[int], Iterator[Request]], seconds: float
) -> tuple[float, list[float], int]:
    """Requests from all clients for so long: good answers per second, their times, and the other answers."""
    stop, times, others, lock = time.monotonic() + seconds, [], [0], threading.Lock()

    def client(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for method, path, body, headers in requests(number):
            if time.monotonic() > stop:
                return
            began = time.perf_counter()
            connection.request(
                method, path, json.dumps(body), {"Content-Type": "application/json", **headers}
            )
            answer = connection.getresponse()
            told = json.loads(answer.read() or b"{}")
            with lock:
                good = answer.status < 300 and told.get("receipt", "accepted") == "accepted"
                times.append(time.perf_counter() - began) if good else others.append(answer.status)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(times) / (time.monotonic() - began), sorted(times), len(others) - 1


def bare(number: int) -> Iterator[Request]:
    """Updates of rows of one's own, in turn."""
    for count in itertools.count():
        row = f"row-{number}-{count % (ENROLMENTS // CLIENTS)}"
        yield "POST", "/updates", {"id": row, "position": count, "resource_id": "v1"}, {}


def alike(number: int) -> Iterator[Request]:
    """Updates of enrolments of one's own, in turn, with the fields that an accepted update sets."""
    recent = [new_id() for _ in range(RECENT_MOST)]
    for count in itertools.count():
        row = f"procurement-u{number + count % (ENROLMENTS // CLIENTS) * CLIENTS}-0"
        state = {"status": "in_progress", "covered": [[0, count]], "position": count}
        set_ = {
            "resources": {"v1": state},
            "clock": {"credit": 1.0},
            "recent": recent,
            "last_resource_id": "v1",
        }
        yield "POST", "/enrolments", {"id": row, "seconds": count, "percent": 0, **set_}, {}


def watching(world: World) -> Callable[[int], Iterator[Request]]:
    """Ten-second pieces of a video, in enrolments of one's own, in turn."""
    world.course()
    ids = [(f"u{n}", world_enrolment(world, f"u{n}", "procurement")) for n in range(ENROLMENTS)]
    headers = {user: Person(user).headers for user, _ in ids}

    def requests(number: int) -> Iterator[Request]:
        mine = ids[number::CLIENTS]
        for count in itertools.count():
            user, enrolment = mine[count % len(mine)]
            start = count // len(mine) * 10 % 1190
            body: dict[str, Any] = {
                "event_id": new_id(),
                "resource_id": "v1",
                "kind": "position",
                "from": start,
                "position": start + 10,
            }
            yield "POST", f"/v1/enrolments/{enrolment}/updates", body, headers[user]

    return requests


def finishing(world: World) -> Callable[[int], Iterator[Request]]:
    """The one exercise that completes a course, each time in another enrolment."""
    world.course("short", required=("x1",), assessments={})
    ids = [
        (f"u{n % ENROLMENTS}", world_enrolment(world, f"u{n % ENROLMENTS}", "short", n))
        for n in range(FINISHING)
    ]
    headers = {user: Person(user).headers for user, _ in ids}

    def requests(number: int) -> Iterator[Request]:
        for user, enrolment in ids[number::CLIENTS]:
            body = {"event_id": new_id(), "resource_id": "x1", "kind": "submitted", "text": "done"}
            yield "POST", f"/v1/enrolments/{enrolment}/updates", body, headers[user]

    return requests


def world_enrolment(world: World, user: str, course: str, number: int = 0) -> str:
    """An enrolment written straight into the collection, so that preparing takes no minutes."""
    enrolment = dict(world.template[course])
    enrolment |= {"_id": f"{course}-{user}-{number}", "user_id": user}
    world.batch.append(enrolment)
    return str(enrolment["_id"])


class Prepared(World):
    """A world whose enrolments are copies of one template for each course, written in bulk."""

    def __init__(self, database: Any) -> None:
        super().__init__(database)
        self.batch: list[dict[str, Any]] = []
        self.template: dict[str, dict[str, Any]] = {}
        self.learner("template")
        for course, changes in (("procurement", {}), ("short", {"required": ("x1",), "assessments": {}})):
            self.course(course, **changes)
            self.template[course] = self.enrolment("template", course)

    def write(self) -> None:
        """Store what was prepared."""
        for at in range(0, len(self.batch), 500):
            self.store.enrolments.collection.insert_many(self.batch[at : at + 500])


def row(what: str, rate: float, times: list[float], others: int, more: str = "") -> None:
    """Print one row."""
    p95 = times[int(len(times) * 0.95)] * 1000 if times else float("nan")
    print(f"{what:56} {rate:8.0f}/s   p95 {p95:6.1f} ms   others {others}   {more}", flush=True)


def main() -> None:
    """Start a database and the two apps, load them in turns, print the rows."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="karmayogi-bench-")))
        uri = stack.enter_context(servers.mongodb())
        url = stack.enter_context(identity())
        database = connect(Settings(service="progress", mongodb_uri=uri))
        stack.callback(database.client.close)
        ensure_indexes(database)
        world = Prepared(database)
        updates, completions = watching(world), finishing(world)
        world.write()
        rows = [
            {"_id": f"row-{c}-{n}", "position": 0}
            for c in range(CLIENTS)
            for n in range(ENROLMENTS // CLIENTS)
        ]
        other = connect(Settings(service="bare", mongodb_uri=uri))
        stack.callback(other.client.close)
        ensure_indexes(other)
        other["bare"].insert_many(rows)
        other["enrolments"].insert_many([one for one in world.batch if one["course_id"] == "procurement"])
        base = {"MONGODB_URI": uri, "ENVIRONMENT": "test"}
        own = {
            "IDENTITY_URL": url,
            "CATALOG_URL": url,
            "IDENTITY_CREDENTIAL": "x",
            "BADGE_KEYS": KEYS,
            "SPEED_MOST": "100000",
        }
        limit = stack.enter_context(
            web("bare", "tests.bench.bare:create_app()", folder, base | {"SERVICE": "bare"})
        )
        port = stack.enter_context(
            web(
                "progress", "services.progress.app:create_app()", folder, base | own | {"SERVICE": "progress"}
            )
        )
        for _ in range(2):
            tiny, times, others = load(limit, bare, SECONDS)
            row("bare Flask view, one update_one of a tiny row", tiny, times, others, "a limit")
            same, times, others = load(limit, alike, SECONDS)
            row("bare Flask view, one update_one of an enrolment", same, times, others, "the limit")
            rate, times, others = load(port, updates, SECONDS)
            told = f"ratio {rate / same:.2f} (target 0.60), to the tiny row {rate / tiny:.2f}"
            row("progress updates", rate, times, others, told)
        row("completions", *load(port, completions, SECONDS), "target 40/s")


if __name__ == "__main__":
    main()
