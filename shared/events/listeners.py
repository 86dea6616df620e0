"""Who listens to what: the table from which the broker's bindings are made.

It stands here so that the topology needs no service's code; a test compares it with each service's handlers.
"""

from __future__ import annotations

from shared.events import Event
from shared.events.catalog import CourseRated
from shared.events.identity import (
    PasswordChanged,
    PasswordResetRequested,
    PasswordSet,
    RegistrationDenied,
    RegistrationRepeated,
    RegistrationRequested,
    RoleGranted,
    RoleRevoked,
    UserDisabled,
    UserEnabled,
    UserRegistered,
)
from shared.events.onboarding import (
    CompetencyPublished,
    PositionPublished,
    ProfileCompleted,
    ProfileUpdated,
    TopicPublished,
)
from shared.events.progress import CourseCompleted, Enrolled, ResourceCompleted, Withdrawn

STANDING: tuple[type[Event], ...] = (
    PasswordChanged,
    PasswordSet,
    RoleGranted,
    RoleRevoked,
    UserDisabled,
    UserEnabled,
)

LISTENERS: dict[str, tuple[type[Event], ...]] = {
    "identity": STANDING,
    "onboarding": STANDING,
    "catalog": (
        *(ProfileCompleted, ProfileUpdated, Enrolled, Withdrawn, ResourceCompleted, CourseCompleted),
        *(TopicPublished, CompetencyPublished, PositionPublished, CourseRated),
        *STANDING,
    ),
    "progress": STANDING,
    "notifier": (
        RegistrationRequested,
        UserRegistered,
        RegistrationRepeated,
        RegistrationDenied,
        PasswordResetRequested,
        *STANDING,
    ),
}
