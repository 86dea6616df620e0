"""A store of community with a clock that stands still, people who are known, and the HTTP door over them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from pymongo.database import Database

from services.community.app import create_app
from services.community.handlers import Community, handlers
from services.community.rules import CommunitySettings
from services.community.store import Store
from services.community.worker import service_on
from shared.events import Envelope, Event
from shared.events.catalog import CoursePublished
from shared.events.identity import MDOCreated
from shared.events.onboarding import (
    CompetencyPublished,
    PositionPublished,
    ProfileCompleted,
    TopicPublished,
)
from tests.service_kit import SIGNER, Person, deliver, envelope

Document = dict[str, Any]
SETTINGS = CommunitySettings(
    service="community", environment="test", mongodb_uri="unused", subjects_cache=0.0, names_cache=0.0,
    rails_cache=0.0, samples_cache=0.0,
)  # fmt: skip
NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
TREE = {
    "dot": ("dot",),
    "bsnl": ("dot", "bsnl"),
    "circle": ("dot", "bsnl", "circle"),
    "railways": ("railways",),
}


class World:
    """The parts of community on one database."""

    def __init__(self, database: Database[Document], settings: CommunitySettings = SETTINGS) -> None:
        self.store, self.settings, self.now = Store(database), settings, NOON
        self.service: Community = service_on(database, settings)
        self.asked: list[str] = []
        self.app: Flask = create_app(
            settings, database, keys=SIGNER.jwks, people=self.names, clock=lambda: self.now
        )

    def names(self, ids: Sequence[str]) -> dict[str, str]:
        """What identity would answer; whom it was asked about stays in `asked`."""
        self.asked += ids
        return {id_: f"Name of {id_}" for id_ in ids}

    def later(self, **more: float) -> datetime:
        """Let time pass."""
        self.now += timedelta(**more)
        return self.now

    def hear(self, *arrivals: Event | Envelope) -> None:
        """Hand events to the handlers."""
        deliver(handlers, self.service, *arrivals)

    def person(self, user_id: str, mdo_id: str = "bsnl", **more: Any) -> Person:
        """Somebody with a complete profile."""
        self.hear(profile(user_id, mdo_id, **more))
        return Person(user_id)

    def furnish(self) -> None:
        """Units, topics, competencies, positions and courses as other services tell them."""
        for mdo_id, path in TREE.items():
            name = {"en": mdo_id.upper(), "hi": mdo_id}
            parent = path[-2] if len(path) > 1 else None
            self.hear(
                MDOCreated(mdo_id=mdo_id, parent_id=parent, mdo_path=path, kind="department", name=name)
            )
        for id_, title in (("finance", "Finance"), ("rti", "Right to Information")):
            self.hear(
                TopicPublished(topic_id=id_, status="verified", group="law", name={"en": title, "hi": "विषय"})
            )
        for id_ in ("budgeting", "rti"):
            named = {"en": id_.title(), "hi": "दक्षता"}
            self.hear(
                CompetencyPublished(competency_id=id_, status="verified", kind="functional", name=named)
            )
        self.hear(
            PositionPublished(
                position_id="so", status="verified", name={"en": "Section Officer"}, competencies={"rti": 3}
            ),
            course("open-course"),
            course("bsnl-course", mdo_id="bsnl"),
        )


def profile(user_id: str, mdo_id: str = "bsnl", sequence: int = 1, **more: Any) -> Envelope:
    """The news that somebody's profile became complete."""
    values: dict[str, Any] = {
        "position_id": "so", "group": "b", "locale": "en", "topics": ("finance",), "held": {}, "desired": {},
        "gap": {}, "mdo_id": mdo_id, "mdo_path": TREE[mdo_id],
    }  # fmt: skip
    told = ProfileCompleted(user_id=user_id, **values | more)
    return envelope(told, sequence=sequence, subject=user_id)


def course(course_id: str, version: int = 1, sequence: int = 1, **more: Any) -> Envelope:
    """The news that a course was published."""
    values: dict[str, Any] = {
        "title": {"en": f"Course {course_id}", "hi": "पाठ्यक्रम"}, "provider_id": "p1", "mdo_id": None,
        "mode": "self_paced", "minutes": 60, "certificate": True, "topics": ("finance",), "competencies": {"rti": 2},
        "resources": {}, "resource_titles": {}, "required": (), "seconds": {}, "pages": {}, "assessments": {},
        "pass_marks": {}, "attempts": {}, "limits": {},
    }  # fmt: skip
    told = CoursePublished(course_id=course_id, version=version, **values | more)
    return envelope(told, sequence=sequence, subject=course_id)
