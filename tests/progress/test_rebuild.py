"""The projections of progress made anew from the log of all events, on a real broker by the real command."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from typing import Any

from pymongo.database import Database

from deploy.local.stack import ROOT
from services.progress.commands.dashboards import count_anew
from services.progress.handlers import Progress, handlers
from services.progress.store import ensure_indexes
from services.progress.worker import PROJECTIONS
from shared.auth import Subjects
from shared.bus import EVENTS_EXCHANGE, Link, Message, Outcome, Publisher
from shared.events import Event, encode
from shared.events.catalog import CourseRetired
from shared.events.identity import UserDisabled, UserEnabled, UserRegistered
from shared.events.onboarding import CompetencyPublished, ProfileCompleted, ProfileUpdated
from shared.log import Context
from shared.worker import Consumer
from shared.worker.rebuild import SHADOW
from tests.bus_kit import FAST, LADDER, wait
from tests.bus_kit import World as Bus
from tests.progress.learning import Learning
from tests.progress.world import PATH, World, published
from tests.service_kit import KEYS

COMPETENCY: dict[str, Any] = {
    "status": "verified",
    "kind": "functional",
    "name": {"en": "Old", "hi": "पुराना"},
}
KEPT = ("enrolments", "certificates", "assignments", "mandates")
PROFILE: dict[str, Any] = {
    "topics": (), "held": {}, "desired": {}, "gap": {}, "locale": "hi", "position_id": None,
}  # fmt: skip


def canonical(database: Database[Any], names: tuple[str, ...]) -> str:
    """The documents of these collections as one text."""
    rows = {name: sorted(database[name].find(), key=lambda one: str(one["_id"])) for name in names}
    return json.dumps(rows, sort_keys=True, default=str, ensure_ascii=False)


def history() -> list[tuple[str, int, Event]]:
    """What others told of three courses, a competency and some people: subject, sequence, event."""
    made: list[tuple[str, int, Event]] = [
        ("c1", 3, published("c1", 2, minutes=50)), ("c1", 4, CourseRetired(course_id="c1", version=2)),
        ("c2", 1, published("c2", 1)), ("c2", 2, CourseRetired(course_id="c2", version=1)),
        ("c2", 3, published("c2", 2)),
        ("k1", 1, CompetencyPublished(competency_id="k1", **COMPETENCY)),
        ("k1", 2, CompetencyPublished(competency_id="k1", **COMPETENCY | {"name": {"en": "New", "hi": "नया"}})),
    ]  # fmt: skip
    for n in range(4):
        user, path = f"u{n}", (*PATH, f"circle-{n % 2}")
        made += [
            (user, 1, UserRegistered(user_id=user, mdo_id="mtnl", mdo_path=("mtnl",), position_id=None, locale="en")),
            (user, 2, UserDisabled(user_id=user, mdo_id="mtnl", sv=2)),
            (user, 3, UserEnabled(user_id=user, mdo_id="mtnl", sv=3 + n)),
            (user, 1, ProfileCompleted(user_id=user, mdo_id="bsnl", mdo_path=PATH, group="a", **PROFILE)),
            (user, 2, ProfileUpdated(
                user_id=user, mdo_id=path[-1], mdo_path=path, group="c", changed=("group",), **PROFILE
            )),
        ]  # fmt: skip
    return made


def publish(bus: Bus, said: list[tuple[str, int, Event]]) -> None:
    """Each event by the service it belongs to."""
    links = {
        name: Link.open(bus.broker.url(name), bus.settings(name))
        for name in ("identity", "onboarding", "catalog", "progress")
    }
    senders = {name: Publisher(link, name, 5.0) for name, link in links.items()}
    for subject, sequence, event in said:
        body = encode(event, subject=subject, sequence=sequence, context=Context("c1")).encode()
        message = Message(
            id=event.event_id, type=event.type, body=body, exchange=EVENTS_EXCHANGE, key=event.type
        )
        assert senders[event.publisher].send([message]) == [Outcome.CONFIRMED]
    for link in links.values():
        link.close()


def test_m13_the_projections_made_anew_equal_those_that_grew(
    broker: Any, database: Database[Any], mongodb_uri: str
) -> None:
    bus, world = Bus(broker, database), World(database)
    ensure_indexes(database)
    settings = bus.settings("progress", log_quiet=0.3)
    learning = Learning(world)
    living = Progress(
        world.store, learning.service.settings, Subjects(world.store.subjects, learning.service.settings),
        names=lambda ids: dict.fromkeys(ids, "A"),
    )  # fmt: skip
    first = [("c1", 1, published("c1", 1))]
    said = history()
    twice = said * 2
    random.Random(5).shuffle(twice)
    handled: list[bool] = []
    with bus.running(Consumer(settings, handlers, living, lambda: True, lambda: handled.append(True))):
        publish(bus, first + twice)
        wait(lambda: len(handled) == len(first) + len(twice), 60)
        done = learning.complete("u1", "c2")
        publish(bus, [(done.enrolment_id, 2, done)] * 2)
        wait(lambda: len(handled) == len(first) + len(twice) + 2, 30)
    count_anew(world.store)
    before = canonical(database, PROJECTIONS), canonical(database, KEPT)
    sums = {one["_id"]: one["counts"] for one in world.store.tallies.all()}
    database["learners"].update_one({"_id": "u1"}, {"$set": {"mdo_id": "spoilt"}})
    database["course_heads"].delete_one({"_id": "c1"})

    assert rebuilt(bus, mongodb_uri) == 0

    assert (canonical(database, PROJECTIONS), canonical(database, KEPT)) == before
    world.store.tallies.mark_all(world.now)
    count_anew(world.store)
    assert {one["_id"]: one["counts"] for one in world.store.tallies.all()} == sums
    assert [one["user_id"] for one in world.store.certificates.of_person("u1")] == ["u1"]
    assert not [name for name in database.list_collection_names() if name.endswith(SHADOW)]


def rebuilt(bus: Bus, mongodb_uri: str) -> int:
    """Run the operators' command; its exit code."""
    nowhere = "http://127.0.0.1:1"
    environ = os.environ | {name.upper(): str(value) for name, value in FAST.items()} | {
        "SERVICE": "progress", "MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": bus.database.name,
        "AMQP_URL": bus.broker.url("progress"), "RETRY_LADDER": ",".join(LADDER), "LOG_QUIET": "0.3",
        "IDENTITY_URL": nowhere, "CATALOG_URL": nowhere, "IDENTITY_CREDENTIAL": "x", "BADGE_KEYS": KEYS,
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    command = [sys.executable, "-m", "services.progress.worker", "--rebuild"]
    return subprocess.run(command, env=environ, cwd=ROOT, timeout=60, check=False).returncode
