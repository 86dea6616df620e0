"""State the competencies one has and wants; keep those that a completed course proves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.onboarding.commands.profiles import check_version, edit
from services.onboarding.queries.people import competencies_of
from services.onboarding.rules.competencies import LEVELS, declared, highest
from services.onboarding.rules.profile import bump
from services.onboarding.store import Store
from shared.events.progress import CourseCompleted

Document = dict[str, Any]


def state_competencies(
    store: Store,
    user_id: str,
    part: str,
    items: Sequence[Document],
    expected: int | None,
    now: datetime,
) -> Document:
    """Replace the current or the desired competencies (`part`) by these."""
    known = store.dictionary().competencies

    def decide(profile: Document) -> Document:
        check_version(profile, "competencies", expected, lambda: competencies_of(store, profile))
        levels = declared(items, known, profile[part])
        if levels == profile[part]:
            return profile
        profile[part] = levels
        return bump(profile, "competencies")

    return edit(store, user_id, now, decide)


def note_completion(store: Store, event: CourseCompleted, now: datetime) -> None:
    """Keep a completed enrolment as evidence and raise the acquired levels to its own; repeating it changes nothing."""
    levels = {id_: level for id_, level in event.competencies.items() if level in LEVELS}
    if not levels:
        return
    fact = {
        "user_id": event.user_id,
        "course_id": event.course_id,
        "competencies": levels,
        "at": event.completed_at,
    }
    store.note_evidence(event.enrolment_id, fact)

    def decide(profile: Document) -> Document:
        profile["acquired"] = highest(profile["acquired"], levels)
        return profile

    edit(store, event.user_id, now, decide)
