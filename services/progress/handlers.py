"""The event door of progress."""

from __future__ import annotations

from dataclasses import dataclass

from services.progress.commands.completions import apply_attempt
from services.progress.commands.projections import (
    keep_course,
    keep_profile,
    keep_registration,
    retire_course,
)
from services.progress.rules import ProgressSettings
from services.progress.store import Store
from shared.auth import Subjects, note_subject
from shared.events import Envelope, Event
from shared.events.catalog import CoursePublished, CourseRetired
from shared.events.identity import UserRegistered
from shared.events.listeners import STANDING
from shared.events.onboarding import ProfileCompleted, ProfileUpdated
from shared.events.progress import AssessmentFailed, AssessmentPassed
from shared.worker import Handlers


@dataclass(frozen=True)
class Progress:
    """What the handlers work with."""

    store: Store
    settings: ProgressSettings
    subjects: Subjects


handlers = Handlers()


@handlers.on(*STANDING)
def keep_subjects_current(progress: Progress, event: Event, envelope: Envelope) -> None:
    """What tokens of this person are worth here, by maximum."""
    note_subject(progress.subjects, event)


@handlers.on(CoursePublished)
def keep_published_course(progress: Progress, event: CoursePublished, envelope: Envelope) -> None:
    """A row for each version, guarded by sequence; the latest version by maximum."""
    keep_course(progress.store, event, envelope.sequence)


@handlers.on(CourseRetired)
def keep_retired_course(progress: Progress, event: CourseRetired, envelope: Envelope) -> None:
    """The highest retired version, by maximum."""
    retire_course(progress.store, event)


@handlers.on(UserRegistered)
def keep_new_person(progress: Progress, event: UserRegistered, envelope: Envelope) -> None:
    """Where a person belongs, guarded by sequence, until a profile is known."""
    keep_registration(progress.store, event, envelope.sequence)


@handlers.on(ProfileCompleted)
def keep_first_profile(progress: Progress, event: ProfileCompleted, envelope: Envelope) -> None:
    """Where a person belongs, guarded by sequence."""
    keep_profile(progress.store, event, envelope.sequence)


@handlers.on(ProfileUpdated)
def keep_changed_profile(progress: Progress, event: ProfileUpdated, envelope: Envelope) -> None:
    """Where a person belongs by the newest profile, guarded by sequence."""
    keep_profile(progress.store, event, envelope.sequence)


@handlers.on(AssessmentPassed)
def count_passed_attempt(progress: Progress, event: AssessmentPassed, envelope: Envelope) -> None:
    """The best score by maximum, the attempt by its number; perhaps the completion, in the same write."""
    apply_attempt(progress.store, event, envelope.time)


@handlers.on(AssessmentFailed)
def count_failed_attempt(progress: Progress, event: AssessmentFailed, envelope: Envelope) -> None:
    """The best score by maximum, the attempt by its number."""
    apply_attempt(progress.store, event, envelope.time)
