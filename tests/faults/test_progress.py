"""A progress web process killed between the write of an update and its answer: nothing lost, nothing twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from flask import Flask, jsonify
from pymongo.database import Database
from werkzeug.serving import make_server

from deploy.local.servers import free_port
from deploy.local.stack import ROOT
from services.progress.store import ensure_indexes
from tests.progress.world import World
from tests.service_kit import KEYS, LEARNER, SIGNER

SERVE = """
import os
from werkzeug.serving import run_simple
from services.progress.app import create_app
run_simple("127.0.0.1", int(os.environ["PORT"]), create_app(), threaded=True)
"""


@pytest.fixture
def identity() -> Iterator[str]:
    """Identity's public keys over HTTP."""
    app = Flask("identity")
    app.get("/v1/jwks")(lambda: jsonify(SIGNER.jwks()))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def web(database: Database[Any], mongodb_uri: str, identity: str, failpoint: str = "") -> Iterator[Any]:
    """The web process of progress; stopped at the end by SIGTERM."""
    port = free_port()
    environ = os.environ | {
        "SERVICE": "progress", "ENVIRONMENT": "test", "MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": database.name,
        "PORT": str(port), "BIND": "127.0.0.1", "IDENTITY_URL": identity, "CATALOG_URL": identity,
        "IDENTITY_CREDENTIAL": "x", "BADGE_KEYS": KEYS, "FAILPOINT": failpoint, "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    command = [sys.executable, "-c", SERVE]
    process = subprocess.Popen(
        command, env=environ, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}", headers=LEARNER.headers, trust_env=False
        ) as client:
            wait_until_ready(client)
            yield process, client
    finally:
        process.terminate()
        process.wait(15)


def wait_until_ready(client: httpx.Client) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            if client.get("/readyz").status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError("The process does not become ready.")


def test_i3_i4_an_update_killed_before_its_answer_is_kept_and_counts_once(
    database: Database[Any], mongodb_uri: str, identity: str
) -> None:
    ensure_indexes(database)
    world = World(database)
    world.learner("learner-1")
    world.course("short", required=("x1",), assessments={})
    enrolment = world.enrolment(course_id="short")
    path = f"/v1/enrolments/{enrolment['_id']}/updates"
    update = {"event_id": "e1", "resource_id": "x1", "kind": "submitted", "text": "done"}
    with web(database, mongodb_uri, identity, "prog.after_append") as (process, client):
        with pytest.raises(httpx.HTTPError):
            client.post(path, json=update)
        assert process.wait(10) == -signal.SIGKILL
    after_kill = world.get(enrolment)

    with web(database, mongodb_uri, identity) as (_, client):
        repeated = client.post(path, json=update).json()

    assert after_kill["status"] == "completed"
    assert (repeated["receipt"], repeated["completed"]) == ("duplicate", True)
    assert world.get(enrolment) == after_kill
    assert [one["name"] for one in world.told()] == ["Enrolled", "ResourceCompleted", "CourseCompleted"]
