"""Keep what other services say of courses and people; late and repeated news change nothing."""

from __future__ import annotations

from services.progress.rules.ids import course_key
from services.progress.store import Store
from shared.events.catalog import CoursePublished, CourseRetired
from shared.events.identity import UserRegistered
from shared.events.onboarding import ProfileCompleted, ProfileUpdated


def keep_course(store: Store, said: CoursePublished, sequence: int) -> None:
    """Keep a published version of a course with what progress judges by."""
    row = {name: getattr(said, name) for name in said.hints}
    kept = {name: list(value) if isinstance(value, tuple) else value for name, value in row.items()}
    store.courses.publish({"_id": course_key(said.course_id, said.version), **kept}, sequence)


def retire_course(store: Store, said: CourseRetired) -> None:
    """Note that a course takes no new learners."""
    store.courses.retire(said.course_id, said.version)


def keep_registration(store: Store, said: UserRegistered, sequence: int) -> bool:
    """Keep where a new person belongs until their profile says it; whether anything changed."""
    values = {
        "mdo_id": said.mdo_id,
        "mdo_path": list(said.mdo_path),
        "position_id": said.position_id,
        "locale": said.locale,
    }
    return store.learners.registered(said.user_id, values, sequence)


def keep_profile(store: Store, said: ProfileCompleted | ProfileUpdated, sequence: int) -> bool:
    """Keep where a person belongs by the newest profile; whether anything changed."""
    values = {
        "mdo_id": said.mdo_id,
        "mdo_path": list(said.mdo_path),
        "position_id": said.position_id,
        "group": said.group,
        "locale": said.locale,
    }
    return store.learners.profiled(said.user_id, values, sequence)
