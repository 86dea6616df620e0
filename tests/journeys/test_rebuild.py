"""Replayed from offset 0, the log of events makes each service's projections anew, byte for byte."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

import httpx
import pytest
from bson import json_util
from pymongo import MongoClient

from deploy.local.stack import ROOT, SERVICES, Stack
from shared.bus.shelves import depths
from tests.journeys.conftest import until
from tests.journeys.test_certificates import signed_in
from tests.journeys.test_learning import KEYS, Learner, completed, enrolled, learn, right
from tests.mailbox import Mailbox

Form = Callable[..., dict[str, Any]]
Databases = MongoClient[dict[str, Any]]
QUIET = (
    1.5  # Seconds in which nothing changed: the relays look every half second, handlers take milliseconds.
)


@pytest.fixture
def databases(stack: Stack) -> Iterator[Databases]:
    """The stack's database server."""
    with MongoClient[dict[str, Any]](stack.mongodb_uri) as client:
        yield client


@pytest.mark.timeout(600)  # It may be the test that starts the stack, and it reads the whole log five times.
def test_the_log_from_its_first_event_makes_every_projection_anew_byte_for_byte(
    stack: Stack, api: httpx.Client, mail: Mailbox, form: Form, databases: Databases
) -> None:
    person = signed_in(api, mail, form(position_id="junior-telecom-officer", position_text=None))
    complete_the_profile(api, person)
    complete_a_course(Learner(api, person))
    before = settled(stack, databases)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda service: make_anew(stack, service), SERVICES))

    after = settled(stack, databases)
    # Nobody mandated a course, published a session or was given a role here; all others hold something.
    without = {"catalog.mandates", "notifier.admins", "notifier.sessions"}
    assert {name for name, rows in before.items() if not rows} <= without
    for name in before:
        assert after[name] == before[name], f"{name} differs: {different(before[name], after[name])}"


def complete_the_profile(api: httpx.Client, person: dict[str, str]) -> None:
    """Give the last mandatory field, once the registration has arrived at onboarding."""
    me = "/onboarding/v1/profiles/me"
    until(lambda: api.get(me, headers=person).json()["fields"]["mdo_id"])
    assert api.patch(me, json={"group": "b"}, headers=person).json()["complete"] is True


def complete_a_course(learner: Learner) -> None:
    """Registration, enrolment, evidence, assessment and completion: events of every service."""
    id_ = until(lambda: enrolled(learner))["id"]
    learn(learner, id_)
    learner.sit(id_, {key: right(one) for key, one in KEYS.items()})
    until(lambda: completed(learner, id_))


def settled(stack: Stack, databases: Databases) -> dict[str, list[str]]:
    """All projections once nothing is under way and they have not changed for a while."""
    last, since = projections(databases), time.monotonic()

    def quiet() -> bool:
        nonlocal last, since
        now = projections(databases)
        if now != last or waiting(stack, databases):
            last, since = now, time.monotonic()
        return time.monotonic() - since > QUIET

    until(quiet, 90)
    return last


def projections(databases: Databases) -> dict[str, list[str]]:
    """Each projection's rows as canonical JSON, in the order of their ids."""
    return {
        f"{service}.{name}": sorted(
            json_util.dumps(row, sort_keys=True, json_options=json_util.CANONICAL_JSON_OPTIONS)
            for row in databases[service][name].find({})
        )
        for service in SERVICES
        for name in import_module(f"services.{service}.worker").PROJECTIONS
    }


def waiting(stack: Stack, databases: Databases) -> list[str]:
    """Where an event is still on its way: outboxes and queues."""
    outboxes = [
        f"{service}.{name}"
        for service in SERVICES
        for name in databases[service].list_collection_names()
        if databases[service][name].find_one({"_pending_at": {"$exists": True}}, {"_id": 1})
    ]
    queues = [one for one in SERVICES if depths(stack.amqp_url(one), one)[one]]
    return [*outboxes, *queues]


def make_anew(stack: Stack, service: str) -> None:
    """Run the rebuild as an operator would, beside the service that goes on working."""
    done = subprocess.run(
        [sys.executable, "-m", f"services.{service}.worker", "--rebuild"],
        cwd=ROOT, env=stack._environ(f"{service}-worker"), capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-1000:]
    told = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert any(one.get("done") for one in told), done.stdout[-1000:]


def different(before: list[str], after: list[str]) -> tuple[list[str], list[str]]:
    """The first rows that are on one side only."""
    return sorted(set(before) - set(after))[:2], sorted(set(after) - set(before))[:2]
