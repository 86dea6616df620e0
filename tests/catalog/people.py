"""What other services tell of the people of the tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from services.catalog.handlers import Catalog, handlers
from services.catalog.store import Store
from shared.auth import Subjects
from shared.events import Envelope
from shared.events.onboarding import ProfileCompleted
from shared.events.progress import (
    CourseCompleted,
    Enrolled,
    MandateAssigned,
    MandateLifted,
    ResourceCompleted,
    Withdrawn,
)
from tests.catalog.courses import SETTINGS
from tests.service_kit import deliver, envelope

PLACE: dict[str, Any] = {"mdo_id": "bsnl", "mdo_path": ("communications", "telecom", "bsnl")}


def catalog_of(store: Store) -> Catalog:
    """What the handlers work with."""
    return Catalog(store, Subjects(store.subjects, SETTINGS))


def hear(store: Store, *arrivals: Any) -> None:
    """Deliver to the handlers of catalog."""
    deliver(handlers, catalog_of(store), *arrivals)


def enrolled(user: str, course: str, sequence: int = 1, *, again: bool = False) -> Envelope:
    event = Enrolled(
        user_id=user,
        enrolment_id=f"{user}:{course}",
        course_id=course,
        version=1,
        cycle="c",
        again=again,
        **PLACE,
    )
    return envelope(event, sequence=sequence, subject=f"{user}:{course}")


def withdrawn(user: str, course: str, sequence: int = 2) -> Envelope:
    event = Withdrawn(
        user_id=user,
        enrolment_id=f"{user}:{course}",
        course_id=course,
        version=1,
        cycle="c",
        reason="no_time",
    )
    return envelope(event, sequence=sequence, subject=f"{user}:{course}")


def progressed(user: str, course: str, sequence: int = 2) -> Envelope:
    event = ResourceCompleted(
        user_id=user, enrolment_id=f"{user}:{course}", course_id=course, version=1, resource_id="r1", kind="html",
        rule="dwell", seconds=300,
    )  # fmt: skip
    return envelope(event, sequence=sequence, subject=f"{user}:{course}")


def completed(user: str, course: str, sequence: int = 3, at: datetime | None = None) -> Envelope:
    event = CourseCompleted(
        user_id=user, enrolment_id=f"{user}:{course}", course_id=course, version=1, cycle="c", competencies={},
        minutes=30, seconds=1800, resources=2, score=80, certificate=True,
        completed_at=at or datetime(2026, 11, 1, tzinfo=UTC), **PLACE,
    )  # fmt: skip
    return envelope(event, sequence=sequence, subject=f"{user}:{course}")


def assigned(user: str, course: str, sequence: int = 1, *, mandate: str = "m1", day: int = 1) -> Envelope:
    event = MandateAssigned(
        user_id=user, mandate_id=mandate, mandate_version=1, course_id=course, due=datetime(2027, 1, day, tzinfo=UTC)
    )  # fmt: skip
    return envelope(event, sequence=sequence, subject=f"{mandate}:{user}:{course}")


def lifted(user: str, course: str, sequence: int = 2, *, mandate: str = "m1") -> Envelope:
    event = MandateLifted(user_id=user, mandate_id=mandate, mandate_version=1, course_id=course)
    return envelope(event, sequence=sequence, subject=f"{mandate}:{user}:{course}")


def profile(user: str, sequence: int = 1, **changed: Any) -> Envelope:
    values: dict[str, Any] = {
        "position_id": None, "group": "a", "locale": "en", "topics": (), "held": {}, "desired": {}, "gap": {}, **PLACE,
    }  # fmt: skip
    return envelope(ProfileCompleted(user_id=user, **values | changed), sequence=sequence, subject=user)


def begin(store: Store, user: str, course: str) -> None:
    """Enrol somebody and let them get somewhere."""
    hear(store, enrolled(user, course), progressed(user, course))
