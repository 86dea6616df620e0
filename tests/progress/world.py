"""A small world for the tests of progress: learners, a course with its questions, a clock that stands still."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from flask import Flask
from pymongo.database import Database

from services.progress.app import create_app
from services.progress.commands.enrolments import enrol
from services.progress.commands.updates import apply_update
from services.progress.handlers import Progress, handlers
from services.progress.rules import ProgressSettings
from services.progress.store import Store
from shared.auth import Subjects
from shared.errors import Unavailable
from shared.events import decode, new_id
from shared.events.catalog import CoursePublished
from shared.events.onboarding import ProfileCompleted
from tests.service_kit import KEYS, SIGNER, deliver, envelope, told

Document = dict[str, Any]
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
COURSE = "procurement"
PATH = ("communications", "telecom", "bsnl")
SETTINGS = ProgressSettings(
    service="progress", environment="test", identity_credential="x", badge_keys=KEYS, subjects_cache=0.0,
    catalog_url="http://127.0.0.1:1", identity_url="http://127.0.0.1:1", course_cache=0.0,
)  # fmt: skip
RESOURCES = {"v1": "video", "p1": "pdf", "h1": "html", "l1": "link", "x1": "exercise", "s1": "session"}


def published(course_id: str = COURSE, version: int = 1, **changes: Any) -> CoursePublished:
    """A course of six resources (five required), a practice and a final assessment; `changes` replace fields."""
    values: Document = {
        "course_id": course_id, "version": version, "title": {"en": "Procurement", "hi": "खरीद"},
        "provider_id": "istm", "mdo_id": None, "mode": "self_paced", "minutes": 45, "certificate": True,
        "topics": ("procurement",), "competencies": {"public-procurement": 3}, "resources": RESOURCES,
        "resource_titles": {id_: f"Part {id_}" for id_ in RESOURCES}, "required": ("v1", "p1", "h1", "l1", "x1"),
        "seconds": {"v1": 1200, "p1": 120, "h1": 60, "l1": 0, "x1": 0, "s1": 3600}, "pages": {"p1": 4},
        "assessments": {"practice-1": "practice", "final": "final"}, "pass_marks": {"practice-1": 50, "final": 60},
        "attempts": {"practice-1": 0, "final": 3}, "limits": {"practice-1": 0, "final": 1200},
    }  # fmt: skip
    return CoursePublished(**(values | changes))


def text(words: str) -> Document:
    """A text in both languages."""
    return {"en": words, "hi": words}


def bundle(course_id: str = COURSE, version: int = 1) -> Document:
    """The assessments of the course with their keys, as catalog answers."""
    more = {"explanation": text("GFR 149"), "level": 2, "points": 1}
    a, b = more | {"competency_id": "public-procurement"}, more | {"competency_id": "budgeting"}
    options = [{"id": f"o{n}", "text": text(f"Option {n}")} for n in range(1, 5)]
    questions: list[Document] = [
        {"id": "q1", "kind": "single", "text": text("One?"), "options": options, "correct": ["o1"], **a},
        {"id": "q2", "kind": "multiple", "text": text("Some?"), "options": options, "correct": ["o1", "o3"], **a},
        {"id": "q3", "kind": "fill_in", "text": text("GST?"), "accepted": ["goods and services tax", "gst"],
         "case_sensitive": False, **b},
        {"id": "q4", "kind": "match", "text": text("Match"), "left": [{"id": "l1", "text": text("L1")},
         {"id": "l2", "text": text("L2")}],
         "right": [{"id": "r1", "text": text("R1")}, {"id": "r2", "text": text("R2")}],
         "pairs": {"l1": "r2", "l2": "r1"}, **b},
    ]  # fmt: skip
    base = {"title": text("Test"), "shuffle": True, "questions": questions, "module_id": None}
    return {
        "course_id": course_id, "version": version, "immutable": True,
        "assessments": [
            {"id": "practice-1", "kind": "practice", "pass_mark": 50, "attempts": 0, "limit_seconds": 0, "draw": 2,
             **base},
            {"id": "final", "kind": "final", "pass_mark": 60, "attempts": 3, "limit_seconds": 1200, "draw": None,
             **base},
        ],
    }  # fmt: skip


RIGHT: Document = {
    "q1": "o1",
    "q2": ["o1", "o3"],
    "q3": " Goods and  Services Tax",
    "q4": {"l1": "r2", "l2": "r1"},
}


class KnownBundles:
    """Catalog's part: answers a bundle and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def of(self, course_id: str, version: int) -> Document:
        """The bundle of any course."""
        self.asked += 1
        return bundle(course_id, version)


class World:
    """A store with what happened in it, and a clock that tests move."""

    def __init__(self, database: Database[Document]) -> None:
        self.store = Store(database)
        self.service = Progress(self.store, SETTINGS, Subjects(self.store.subjects, SETTINGS))
        self.bundles = KnownBundles()
        self.handlers = handlers
        self.now = NOON
        self.number = 0
        self.names_fail = False

    def names(self, ids: Iterable[str]) -> dict[str, str]:
        """How identity calls people; one of them is known."""
        if self.names_fail:
            raise Unavailable("names_unavailable", "Names cannot be read at the moment.")
        return {id_: "Baljit Singh" for id_ in ids if id_ == "admin-1"}

    @cached_property
    def app(self) -> Flask:
        """The HTTP door over the same store; its clock is the world's."""
        return create_app(
            SETTINGS, self.store.database, keys=SIGNER.jwks, bundles=self.bundles, names=self.names,
            clock=lambda: self.now,
        )  # fmt: skip

    def wait(self, seconds: float) -> datetime:
        """Let time pass; returns the new now."""
        self.now += timedelta(seconds=seconds)
        return self.now

    def learner(self, user_id: str, *, path: tuple[str, ...] = PATH, **changes: Any) -> None:
        """A person with a complete profile."""
        values: Document = {
            "user_id": user_id, "mdo_id": path[-1], "mdo_path": path, "position_id": "jto", "group": "b",
            "locale": "en", "topics": (), "held": {}, "desired": {}, "gap": {},
        }  # fmt: skip
        deliver(handlers, self.service, ProfileCompleted(**(values | changes)))

    def course(self, course_id: str = COURSE, version: int = 1, **changes: Any) -> None:
        """A published version of a course."""
        said = published(course_id, version, **changes)
        deliver(handlers, self.service, envelope(said, sequence=version, subject=course_id))

    def enrolment(self, user_id: str = "learner-1", course_id: str = COURSE, cycle: str = "once") -> Document:
        """A person enrolled in a course."""
        return enrol(self.store, user_id, course_id, self.now, cycle=cycle)[0]

    def update(self, enrolment: Document, resource_id: str, kind: str, **more: Any) -> Any:
        """One report of a player at the world's time; the outcome."""
        made = {"event_id": new_id(), "resource_id": resource_id, "kind": kind} | more
        return apply_update(self.store, SETTINGS, enrolment["user_id"], enrolment["_id"], made, self.now)[0]

    def watch(
        self, enrolment: Document, resource_id: str = "v1", seconds: int = 1200, step: int = 240
    ) -> Any:
        """Watch a recording in real time from the beginning; the last outcome."""
        outcome = None
        for at in range(0, seconds, step):
            self.wait(step)
            outcome = self.update(enrolment, resource_id, "position", **{"from": at, "position": at + step})
        return outcome

    def finish_parts(self, enrolment: Document) -> None:
        """Complete all required resources honestly."""
        self.watch(enrolment)
        for id_ in ("p1", "h1", "l1"):
            self.update(enrolment, id_, "opened")
        self.wait(200)
        for id_ in ("p1", "h1", "l1"):
            self.update(enrolment, id_, "marked")
        self.update(enrolment, "x1", "submitted", text="My answer")

    def told(self, *names: str) -> list[Document]:
        """The events that wait in enrolments and attempts, as type and data, of these names."""
        both = told(self.store.enrolments.collection) + told(self.store.attempts.collection)
        found = [{"name": one["type"].split(".")[1], **one["data"]} for one in both]
        return [one for one in found if not names or one["name"] in names]

    def settle(self) -> None:
        """Deliver this service's own events to its handlers, as the worker would."""
        for body in told(self.store.attempts.collection):
            one = decode(json.dumps(body).encode())
            if handlers.knows(one.type):
                handlers.handle(self.service, one)

    def get(self, enrolment: Document) -> Document:
        """The enrolment as it is now."""
        return self.store.enrolments.get(enrolment["_id"]) or {}
