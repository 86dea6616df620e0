"""Processes of progress killed between a write and what follows it: nothing lost, nothing twice."""

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

from deploy.local.servers import GUARD, free_port
from deploy.local.stack import ROOT
from services.progress.commands.attempts import save_answer, start_attempt
from services.progress.store import ensure_indexes
from shared.events import decode
from shared.mongo import utcnow
from tests.bus_kit import FAST, LADDER, wait
from tests.bus_kit import World as Bus
from tests.progress.world import COURSE, RIGHT, SETTINGS, World, bundle
from tests.service_kit import KEYS, LEARNER, SIGNER

SERVE = """
import os
from werkzeug.serving import run_simple
from services.progress.app import create_app
run_simple("127.0.0.1", int(os.environ["PORT"]), create_app(), threaded=True)
"""


@pytest.fixture
def identity() -> Iterator[str]:
    """Identity's public keys, tokens and names over HTTP."""
    app = Flask("identity")
    app.get("/v1/jwks", endpoint="keys")(lambda: jsonify(SIGNER.jwks()))
    app.post("/internal/v1/token", endpoint="token")(lambda: jsonify(access_token="t", expires_in=300))
    people = {"learner-1": {"display_name": "आशा वर्मा"}}
    app.post("/internal/v1/people", endpoint="people")(lambda: jsonify(people=people))
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
    GUARD.started(process.pid)
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}", headers=LEARNER.headers, trust_env=False
        ) as client:
            wait_until_ready(client)
            yield process, client
    finally:
        process.terminate()
        process.wait(15)
        GUARD.ended(process.pid)


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


def test_i3_i4_an_attempt_killed_before_its_answer_is_graded_once(
    database: Database[Any], mongodb_uri: str, identity: str
) -> None:
    ensure_indexes(database)
    world = World(database)
    world.now = utcnow()
    world.learner("learner-1")
    world.course(required=())
    world.store.keep_bundle(f"{COURSE}:1", bundle())
    enrolment = world.enrolment()
    started = start_attempt(
        world.store, world.bundles, SETTINGS, "learner-1", enrolment["_id"], "final", False, world.now
    )[0]
    for question, answer in RIGHT.items():
        save_answer(world.store, world.bundles, "learner-1", started["_id"], question, answer, world.now)
    path = f"/v1/attempts/{started['_id']}/submit"
    with web(database, mongodb_uri, identity, "prog.after_grade") as (process, client):
        with pytest.raises(httpx.HTTPError):
            client.post(path, json={})
        assert process.wait(10) == -signal.SIGKILL
    after_kill = world.store.attempts.get(started["_id"])

    with web(database, mongodb_uri, identity) as (_, client):
        repeated = client.post(path, json={}).json()
    world.settle()
    world.settle()

    assert (repeated["score"], repeated["passed"]) == (100, True)
    assert world.store.attempts.get(started["_id"]) == after_kill
    assert world.get(enrolment)["status"] == "completed"
    assert sorted(one["name"] for one in world.told("AssessmentPassed", "CourseCompleted")) == [
        "AssessmentPassed", "CourseCompleted",
    ]  # fmt: skip


@contextmanager
def worker(bus: Bus, mongodb_uri: str, identity: str, failpoint: str = "", after: int = 1) -> Iterator[Any]:
    """The event process of progress with fast settings; stopped at the end by SIGTERM."""
    environ = os.environ | {name.upper(): str(value) for name, value in FAST.items()} | {
        "SERVICE": "progress", "MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": bus.database.name,
        "AMQP_URL": bus.broker.url("progress"), "RETRY_LADDER": ",".join(LADDER), "PORT": str(free_port()),
        "IDENTITY_URL": identity, "CATALOG_URL": identity, "IDENTITY_CREDENTIAL": "x", "BADGE_KEYS": KEYS,
        "FAILPOINT": failpoint, "FAILPOINT_AFTER": str(after), "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    command = [sys.executable, "-m", "services.progress.worker"]
    process = subprocess.Popen(
        command, env=environ, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    GUARD.started(process.pid)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(15)
        GUARD.ended(process.pid)


@pytest.mark.parametrize(
    ("failpoint", "after"),
    [
        ("relay.after_publish_before_mark", 1),
        ("cons.after_effect_before_ack", 2),
    ],
)
def test_i4_m6_a_killed_worker_loses_no_certificate_and_makes_none_twice(
    broker: Any, database: Database[Any], mongodb_uri: str, identity: str, failpoint: str, after: int
) -> None:
    bus, world = Bus(broker, database), World(database)
    ensure_indexes(database)
    world.learner("learner-1")
    world.course("short", required=("x1",), assessments={})
    enrolment = world.enrolment(course_id="short")
    world.update(enrolment, "x1", "submitted", text="done")
    with worker(bus, mongodb_uri, identity, failpoint, after) as killed:
        assert killed.wait(40) == -signal.SIGKILL

    with worker(bus, mongodb_uri, identity):
        wait(lambda: settled(world), 40)

    held = world.store.certificates.of_person("learner-1")
    assert [(one["name"], one["status"]) for one in held] == [("आशा वर्मा", "valid")]
    assert world.get(enrolment)["certificate_id"] == held[0]["_id"]
    came = {one.id: one.type for one in (decode(m.body.encode()) for m in bus.taken("notifier", 3))}
    assert sorted(came.values()) == [
        "progress.CertificateIssued.v1", "progress.CourseCompleted.v1", "progress.Enrolled.v1",
    ]  # fmt: skip


def settled(world: World) -> bool:
    """Whether the certificate is there and everything is told."""
    if not world.store.certificates.of_person("learner-1"):
        return False
    return all(
        one.collection.find_one({"_outbox": {"$exists": True}}) is None for one in world.store.publishing
    )
