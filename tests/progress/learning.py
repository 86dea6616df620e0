"""What happened before certificates, mandates and reports: people, completions, names."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask

from services.progress.handlers import Progress, handlers
from shared.auth import Subjects
from shared.events import Event
from shared.events.progress import CourseCompleted
from tests.progress.world import COURSE, SETTINGS, World
from tests.service_kit import deliver


class Directory:
    """Identity's part: names by id, and whether it answers."""

    def __init__(self) -> None:
        self.known = {"learner-1": "आशा वर्मा", "learner-2": "Ravi O'Neil", "foreign-1": "A. B."}
        self.away = False
        self.asked = 0

    def names(self, ids: Any) -> dict[str, str]:
        self.asked += 1
        if self.away:
            raise TimeoutError("identity")
        return {id_: self.known[id_] for id_ in ids if id_ in self.known}


class Learning:
    """Completions and their effects in a world, with identity's names."""

    def __init__(self, world: World) -> None:
        self.world, self.directory = world, Directory()
        self.service = Progress(
            world.store, SETTINGS, Subjects(world.store.subjects, SETTINGS), names=self.directory.names
        )

    @property
    def app(self) -> Flask:
        """The HTTP door of the world."""
        return self.world.app

    def complete(
        self,
        user_id: str = "learner-1",
        course_id: str = COURSE,
        *,
        at: datetime | None = None,
        **changes: Any,
    ) -> CourseCompleted:
        """A completed enrolment, written as the command leaves it, and its event."""
        made = self.world.enrolment(user_id, course_id)
        when = at or self.world.now
        setting = {"status": "completed", "completed_at": when, "percent": 100, "seconds": 3000}
        done = self.world.store.enrolments.change({"_id": made["_id"]}, {"$set": setting}) or {}
        values: dict[str, Any] = {
            "user_id": user_id, "enrolment_id": done["_id"], "course_id": course_id, "version": done["course_version"],
            "cycle": done["cycle"], "mdo_id": done["mdo_id"], "mdo_path": tuple(done["mdo_path"]),
            "competencies": done["competencies"], "minutes": done["minutes"], "seconds": 3000, "resources": 5,
            "score": 90, "certificate": True, "completed_at": when,
        }  # fmt: skip
        return CourseCompleted(**(values | changes))

    def deliver(self, *events: Event) -> None:
        """Hand events to the handlers."""
        deliver(handlers, self.service, *events)

    def certificate(self, user_id: str = "learner-1", course_id: str = COURSE) -> dict[str, Any]:
        """A completed course with its certificate."""
        self.deliver(self.complete(user_id, course_id))
        return self.world.store.certificates.of_person(user_id)[0]
