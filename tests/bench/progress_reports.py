"""Rows of the bench for certificates, mandates and dashboards; `python -m tests.bench.progress_reports`."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from services.progress.api.dashboards import dashboards_blueprint
from services.progress.api.mandates import mandates_blueprint
from services.progress.certificates import Paper
from services.progress.commands.dashboards import count_anew
from services.progress.jobs import Mandating
from services.progress.rules import ProgressSettings
from services.progress.rules.certificates import certificate_id
from services.progress.store import Store, ensure_indexes
from shared.auth import Verifier
from shared.mongo import Records, connect, utcnow
from shared.settings import Settings
from shared.web import make_app
from tests import servers
from tests.bench.table import ms, row, timed
from tests.service_kit import KEYS, SIGNER, Person

PEOPLE, UNITS, COURSES, EACH = 10_000, 20, 50, 2
PATH = ["communications", "telecom", "bsnl"]
ADMIN = Person("admin-1", (("MDO_ADMIN", "bsnl"),))


def fill(store: Store) -> None:
    """People of 20 units below BSNL, each with enrolments, and one person with 200."""
    now = utcnow()
    people = [
        {"_id": f"p{n:05}", "mdo_id": f"bsnl-{n % UNITS}", "mdo_path": [*PATH, f"bsnl-{n % UNITS}"],
         "position_id": "jto", "group": "b", "locale": "en", "_seen": {}}
        for n in range(PEOPLE)
    ]  # fmt: skip
    many(store.learners.rows, people)
    courses = [{"_id": f"c{n}:1", "course_id": f"c{n}", "version": 1, "title": {"en": f"Course {n}"}, "minutes": 40,
                "certificate": True, "retired": False} for n in range(200)]  # fmt: skip
    many(store.courses.rows, courses)
    many(store.courses.heads, [{"_id": one["course_id"], "latest": 1, "retired": False} for one in courses])
    many(
        store.enrolments.collection,
        [
            enrolment(one, f"c{(n + k * 7) % COURSES}", now)
            for n, one in enumerate(people)
            for k in range(EACH)
        ]
        + [enrolment({**people[0], "_id": "busy"}, f"c{n}", now) for n in range(200)],
    )
    marks = [
        ("course", f"bsnl-{u}", [*PATH, f"bsnl-{u}"], f"c{c}") for u in range(UNITS) for c in range(COURSES)
    ]
    marks += [("people", f"bsnl-{u}", [*PATH, f"bsnl-{u}"], "") for u in range(UNITS)]
    store.tallies.mark(marks, now)


def many(collection: Any, rows: list[dict[str, Any]]) -> None:
    """Insert in pieces."""
    for at in range(0, len(rows), 1000):
        collection.insert_many(rows[at : at + 1000], ordered=False)


def enrolment(person: dict[str, Any], course_id: str, now: Any) -> dict[str, Any]:
    """An enrolment of the size of real ones."""
    done = hash((person["_id"], course_id)) % 2 == 0
    at = now - timedelta(days=1 + hash(person["_id"]) % 60)
    return {
        "_id": f"{person['_id']}:{course_id}", "user_id": person["_id"], "course_id": course_id, "cycle": "once",
        "status": "completed" if done else "active", "mdo_id": person["mdo_id"], "mdo_path": person["mdo_path"],
        "enrolled_at": at, "last_at": at, "completed_at": at if done else None, "seconds": 2400, "minutes": 40,
        "competencies": {"procurement": 3}, "percent": 100 if done else 40, "course_version": 1, "version": 7,
        "resources": {f"r{n}": {"status": "completed", "position": 100, "covered": [[0, 100]]} for n in range(10)},
        "timeline": [{"at": at, "what": "accepted", "counted": True, "numbers": {"n": n}} for n in range(40)],
    }  # fmt: skip


def times(work: Callable[[], object], count: int) -> list[float]:
    """Seconds of each of several runs."""
    return [timed(work) for _ in range(count)]


@contextmanager
def others(records: Records) -> Any:
    """Somebody else's durable writes while something runs: the seconds of each."""
    stop, found = threading.Event(), []

    def write() -> None:
        while not stop.is_set():
            found.append(timed(lambda: records.collection.insert_one({"at": utcnow()})))
            time.sleep(0.02)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield found
    finally:
        stop.set()
        thread.join()


def measure(store: Store, settings: ProgressSettings) -> None:
    """All rows."""
    verifier = Verifier(settings, SIGNER.jwks, None)
    app = make_app(settings, dashboards_blueprint(store), mandates_blueprint(store), verifier=verifier)
    client = app.test_client()

    def get(path: str, who: Person) -> Callable[[], object]:
        headers = who.headers

        def ask() -> object:
            answer = client.get(path, headers=headers)
            assert answer.status_code == 200, answer.text
            return answer

        return ask

    one = times(lambda: store.enrolments.collection.find_one({"_id": "busy:c1"}), 60)
    row("one enrolment by id", f"p50 {ms(one):.0f} ms, p95 {ms(one, 0.95):.0f} ms", "the limit")
    mine = times(get("/v1/summary/me", Person("busy")), 60)
    row(
        "dashboard of a learner with 200 enrolments",
        f"p50 {ms(mine):.0f} ms, p95 {ms(mine, 0.95):.0f} ms",
        "target p95 50 ms",
    )
    took = timed(lambda: count_anew(store))
    row(f"count all {UNITS * (COURSES + 1)} sums anew from {PEOPLE * EACH} enrolments", f"{took:.1f} s")
    unit = times(get("/v1/analytics/mdos/bsnl", ADMIN), 20)
    row(f"dashboard of an MDO with {PEOPLE} people", f"p50 {ms(unit):.0f} ms, p95 {ms(unit, 0.95):.0f} ms")
    page = times(get("/v1/analytics/mdos/bsnl/people?limit=50", ADMIN), 10)
    row("its people, a page of 50", f"p50 {ms(page):.0f} ms, p95 {ms(page, 0.95):.0f} ms")
    mandate(store, settings, client)
    certificates()


def mandate(store: Store, settings: ProgressSettings, client: Any) -> None:
    """Publish a mandate to all people and carry it out, with others writing meanwhile."""
    scratch = Records(store.database["scratch"])
    with others(scratch) as idle:
        time.sleep(3)
    body = {"title": "All", "course_ids": ["c1"], "due": "2027-12-31", "reason": "Bench",
            "audience": {"mdo_ids": ["bsnl"]}}  # fmt: skip
    made = client.post("/v1/mandates", json=body, headers=ADMIN.headers).json
    dry = timed(lambda: client.post(f"/v1/mandates/{made['id']}/dry-run", json={}, headers=ADMIN.headers))
    row(f"dry run of a mandate for {PEOPLE} people", f"{dry:.1f} s", "a request ends within 10 s")
    client.post(f"/v1/mandates/{made['id']}/publish", json={}, headers=ADMIN.headers)
    with others(scratch) as busy:
        took = timed(lambda: Mandating(store, settings).turn(threading.Event()))
    count = store.mandates.assignments.collection.count_documents({"mandate_id": made["id"]})
    row(f"assign a mandate to {count} people", f"{took:.1f} s", "target 60 s")
    row(
        "durable insert of somebody else meanwhile",
        f"p50 {ms(busy):.0f} ms, p95 {ms(busy, 0.95):.0f} ms",
        f"idle p50 {ms(idle):.0f} ms, p95 {ms(idle, 0.95):.0f} ms",
    )


def certificates() -> None:
    """Certificates set by one process."""
    now, paper = utcnow(), Paper()
    made = {"_id": certificate_id("e", 1), "name": "आशा वर्मा", "title": {"en": "Procurement", "hi": "सार्वजनिक खरीद"},
            "completed_at": now, "issued_at": now, "minutes": 40, "competencies": {"procurement": 3}}  # fmt: skip
    took = times(lambda: paper.pdf(made, "https://learn.example/verify/x", "hi", {}), 40)
    row(
        "certificate as PDF",
        f"p50 {ms(took):.0f} ms, p95 {ms(took, 0.95):.0f} ms",
        "target 10 s after completion",
    )


def main() -> None:
    """Start a database server, fill it, measure."""
    with servers.mongodb() as uri:
        database = connect(Settings(service="bench_reports", mongodb_uri=uri, mongodb_timeout=60))
        settings = ProgressSettings(
            service="progress", identity_credential="x", badge_keys=KEYS, catalog_url="http://127.0.0.1:1",
            identity_url="http://127.0.0.1:1",
        )  # fmt: skip
        store = Store(database, course_cache=settings.course_cache)
        try:
            ensure_indexes(database)
            print(f"filled in {timed(lambda: fill(store)):.0f} s", flush=True)
            measure(store, settings)
        finally:
            database.client.drop_database(database.name)


if __name__ == "__main__":
    main()
