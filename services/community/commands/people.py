"""Keep what other services say of people, units, the dictionary and courses; late and repeated news change nothing."""

from __future__ import annotations

from services.community.rules.texts import label_words
from services.community.store import Store
from shared.events.catalog import CoursePublished, CourseRetired
from shared.events.identity import MDOChanged, MDOCreated, UserRegistered
from shared.events.onboarding import (
    CompetencyPublished,
    PositionPublished,
    ProfileCompleted,
    ProfileUpdated,
    TopicPublished,
)
from shared.events.progress import CourseCompleted

LEVELS = range(1, 6)


def keep_registration(store: Store, said: UserRegistered, sequence: int) -> None:
    """Keep where a new person belongs until their profile says it."""
    values = {
        "mdo_id": said.mdo_id,
        "mdo_path": list(said.mdo_path),
        "position_id": said.position_id,
        "locale": said.locale,
    }
    store.people.registered(said.user_id, values, sequence)


def keep_profile(store: Store, said: ProfileCompleted | ProfileUpdated, sequence: int) -> None:
    """Keep place, interests and levels of a person by the newest profile."""
    values = {
        "mdo_id": said.mdo_id,
        "mdo_path": list(said.mdo_path),
        "position_id": said.position_id,
        "locale": said.locale,
        "topics": list(said.topics),
        "held": dict(said.held),
        "desired": dict(said.desired),
        "knows": sorted(said.held),
        "wants": sorted(said.desired),
        "complete": True,
    }
    store.people.profiled(said.user_id, values, sequence)


def keep_completion(store: Store, said: CourseCompleted) -> None:
    """Raise the levels that a completed course proves."""
    levels = {id_: level for id_, level in said.competencies.items() if level in LEVELS}
    store.people.acquired(said.user_id, levels)


def keep_unit(store: Store, said: MDOCreated | MDOChanged, sequence: int) -> None:
    """Keep name, path and state of a unit."""
    state = said.state if isinstance(said, MDOChanged) else "active"
    values = {"path": list(said.mdo_path), "name": dict(said.name), "state": state}
    store.people.unit(said.mdo_id, values, sequence)


def keep_topic(store: Store, said: TopicPublished, sequence: int) -> None:
    """Keep the name of a topic."""
    values = {"name": dict(said.name), "status": said.status, "words": label_words(said.name)}
    store.dictionary.keep("topics", said.topic_id, sequence, values)


def keep_competency(store: Store, said: CompetencyPublished, sequence: int) -> None:
    """Keep the name of a competency."""
    values = {
        "name": dict(said.name),
        "kind": said.kind,
        "status": said.status,
        "words": label_words(said.name),
    }
    store.dictionary.keep("competencies", said.competency_id, sequence, values)


def keep_position(store: Store, said: PositionPublished, sequence: int) -> None:
    """Keep the name of a position and the levels it needs."""
    values = {
        "name": dict(said.name),
        "status": said.status,
        "competencies": dict(said.competencies),
        "words": label_words(said.name),
    }
    store.dictionary.keep("positions", said.position_id, sequence, values)


def keep_course(store: Store, said: CoursePublished, sequence: int) -> None:
    """Keep what a course is called, for whom it is and what it teaches."""
    values = {
        "name": dict(said.title),
        "mdo_id": said.mdo_id,
        "minutes": said.minutes,
        "topics": list(said.topics),
        "competencies": dict(said.competencies),
        "teaches": sorted(said.competencies),
        "words": label_words(said.title),
    }
    store.dictionary.publish(said.course_id, said.version, sequence, values)


def retire_course(store: Store, said: CourseRetired, sequence: int) -> None:
    """Note that a course is no longer offered."""
    store.dictionary.retire(said.course_id, sequence)
