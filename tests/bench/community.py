"""The rails of the home page among 100,000 people (BENCH_PEOPLE); `python -m tests.bench.community`."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import monitoring
from pymongo.monitoring import CommandListener, CommandStartedEvent

from services.community.app import create_app
from services.community.rules import CommunitySettings
from services.community.store import Store, ensure_indexes
from shared.mongo import Document, connect
from shared.settings import Settings
from tests import servers
from tests.bench.table import ms, row, timed
from tests.service_kit import SIGNER, Person

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "100000"))
UNITS, POSITIONS, COMPETENCIES, THREADS, OPENINGS, SESSIONS = 400, 80, 60, 20_000, 2_000, 300
ASKED, TIMES = 150, 10  # Different people, after some that warm the process up.
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
RAILS = ("discussions", "people", "openings", "sessions")


class Counter(CommandListener):
    """How many statements reach the server."""

    def __init__(self) -> None:
        self.number = 0

    def started(self, event: CommandStartedEvent) -> None:
        self.number += event.command_name in ("find", "aggregate", "getMore")

    def succeeded(self, event: Any) -> None:
        """Nothing to note."""

    def failed(self, event: Any) -> None:
        """Nothing to note."""


def few(chance: random.Random, most: int) -> int:
    """A number below `most`, small ones far oftener: few units and skills hold most people."""
    return int(most * chance.random() ** 3)


def levels(chance: random.Random, most: int) -> dict[str, int]:
    """Some competencies with levels."""
    return {f"k{few(chance, COMPETENCIES)}": chance.randint(1, 5) for _ in range(chance.randint(0, most))}


def person(chance: random.Random, n: int) -> Document:
    """A row of the projection as the handlers leave it."""
    held, desired = levels(chance, 6), levels(chance, 4)
    unit = f"u{few(chance, UNITS)}"
    return {
        "_id": f"p{n:06}", "_seen": {"profile": 1}, "mdo_id": unit, "mdo_path": ["root", unit],
        "position_id": f"s{few(chance, POSITIONS)}", "locale": "en", "topics": ["t0"], "held": held,
        "desired": desired, "complete": True, "knows": sorted(held), "wants": sorted(desired),
    }  # fmt: skip


def thread(chance: random.Random, n: int) -> Document:
    """A thread with its counts."""
    at = NOW - timedelta(minutes=chance.randint(1, 200_000))
    return {
        "_id": f"t{n:06}", "space": f"topic:t{few(chance, 60)}", "title": f"Question {n}", "body": "Words. " * 40,
        "author_id": f"p{few(chance, PEOPLE):06}", "audience": None, "mdo_path": ["root"], "state": "shown",
        "at": at, "last_at": at, "edited_at": None, "votes": few(chance, 90), "replies": few(chance, 30),
        "followers": 1, "heat": chance.random() * 1e6, "accepted": None, "words": ["question"], "version": 1,
        "edits": [],
    }  # fmt: skip


def an_opening(chance: random.Random, n: int) -> Document:
    """A published opening."""
    return {
        "_id": f"o{n:05}", "title": {"en": f"Opening {n}"}, "about": {"en": "Words. " * 60},
        "mdo_id": f"u{few(chance, UNITS)}", "position_id": f"s{few(chance, POSITIONS)}", "places": 2,
        "competencies": levels(chance, 5) or {"k1": 3}, "last_date": "2026-12-31", "version": 1,
        "last_at": NOW + timedelta(days=180), "state": "published", "created_by": "p000001",
        "published_at": NOW - timedelta(minutes=n), "created_at": NOW - timedelta(minutes=n), "words": ["opening"],
    }  # fmt: skip


def session(chance: random.Random, n: int) -> Document:
    """A published session."""
    at = NOW + timedelta(hours=n)
    return {
        "_id": f"e{n:05}", "title": {"en": f"Session {n}"}, "about": {"en": "Words. " * 60}, "kind": "talk",
        "mdo_id": None, "audience": "all", "for_mdo": None, "topics": ["t0"], "course_id": None, "language": "en",
        "starts_at": at, "ends_at": at + timedelta(hours=1), "capacity": 0, "registered": 0, "waiting": 0,
        "state": "published", "published_at": NOW, "created_at": NOW, "created_by": "p1", "version": 1,
    }  # fmt: skip


def fill(database: Any) -> None:
    """Everybody and everything; the same at each run."""
    chance = random.Random(8)
    named = lambda id_: {"_id": id_, "name": {"en": id_, "hi": id_}, "status": "verified", "_seen": {}}  # noqa: E731
    many(database["mdos"], ({**named(f"u{n}"), "path": ["root", f"u{n}"]} for n in range(UNITS)))
    many(database["positions"], (named(f"s{n}") for n in range(POSITIONS)))
    many(database["competencies"], (named(f"k{n}") for n in range(COMPETENCIES)))
    many(database["topics"], (named(f"t{n}") for n in range(60)))
    made: Sequence[tuple[str, Callable[[random.Random, int], Document], int]] = (
        ("people", person, PEOPLE), ("threads", thread, THREADS), ("openings", an_opening, OPENINGS),
        ("sessions", session, SESSIONS),
    )  # fmt: skip
    for name, make, count in made:
        many(database[name], (make(chance, n) for n in range(count)))


def many(collection: Any, rows: Iterator[Document]) -> None:
    """Insert in pieces."""
    held: list[Document] = []
    for one in rows:
        held.append(one)
        if len(held) == 1000:
            collection.insert_many(held, ordered=False)
            held = []
    if held:
        collection.insert_many(held, ordered=False)


def measure(database: Any, counter: Counter) -> None:
    """One row for each rail, beside a read of one document by id."""
    settings = CommunitySettings(service="community", mongodb_uri="unused", subjects_cache=60.0)
    names = lambda ids: {id_: f"Name of {id_}" for id_ in ids}  # noqa: E731
    client = create_app(settings, database, keys=SIGNER.jwks, people=names, clock=lambda: NOW).test_client()
    people = Store(database).people
    chance = random.Random(9)
    ids = [f"p{chance.randrange(PEOPLE):06}" for _ in range(ASKED)]
    reads = [timed(lambda id_=id_: people.get(id_)) for id_ in ids]
    row("one row of a person by id", f"p50 {ms(reads):.0f} ms, p95 {ms(reads, 0.95):.0f} ms", "the limit")
    for rail in RAILS:
        headers = [Person(id_).headers for id_ in ids]

        def ask(header: dict[str, str], rail: str = rail) -> None:
            answer = client.get(f"/v1/home/{rail}", headers=header)
            assert answer.status_code == 200, answer.text
            assert answer.json["items"] or rail == "people", rail

        for header in headers[:TIMES]:
            ask(header)
        for state in ("first looks of a process", "then") if rail == "people" else ("",):
            counter.number = 0
            took = [timed(lambda header=header: ask(header)) for header in headers]
            row(
                f"rail: {rail}, {PEOPLE:,} people, {counter.number / ASKED:.1f} statements {state}",
                f"p50 {ms(took):.0f} ms, p95 {ms(took, 0.95):.0f} ms",
                "target p95 50 ms",
            )


@contextmanager
def opened(uri: str, counter: Counter) -> Iterator[Any]:
    """A database that counts what it is asked; dropped at the end."""
    monitoring.register(counter)
    database = connect(Settings(service="bench_community", mongodb_uri=uri, mongodb_timeout=120))
    try:
        yield database
    finally:
        database.client.drop_database(database.name)


def main() -> None:
    """Start a database server, fill it, measure."""
    counter = Counter()
    with servers.mongodb() as uri, opened(uri, counter) as database:
        ensure_indexes(database)
        print(f"filled in {timed(lambda: fill(database)):.0f} s", flush=True)
        measure(database, counter)


if __name__ == "__main__":
    main()
