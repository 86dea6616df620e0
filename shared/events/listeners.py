"""Who listens to what: the table from which the broker's bindings are made.

It stands here so that the topology needs no service's code; a test compares it with each service's handlers.
"""

from __future__ import annotations

from shared.events import Event
from shared.events.catalog import CourseRated
from shared.events.identity import (
    DomainListChanged,
    DomainRequested,
    EmailChanged,
    EmailChangeRequested,
    ErasureDue,
    ErasureRequested,
    ExportReady,
    MDOChanged,
    MDOCreated,
    NameChangeDecided,
    NameChangeRequested,
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
    UserErased,
    UserRegistered,
)
from shared.events.onboarding import (
<<<<<<< HEAD
    OnboardingStalled,
    PositionPublished,
    ProfileChangeDecided,
    ProfileUpdated,
    TopicProposalDecided,
)
from shared.events.progress import CourseCompleted
=======
    CompetencyPublished,
    PositionPublished,
    ProfileCompleted,
    ProfileUpdated,
    TopicPublished,
)
from shared.events.progress import CourseCompleted, Enrolled, ResourceCompleted, Withdrawn
>>>>>>> refs/heads/catalog

STANDING: tuple[type[Event], ...] = (
    EmailChanged,
    PasswordChanged,
    PasswordSet,
    RoleGranted,
    RoleRevoked,
    UserDisabled,
    UserEnabled,
    UserErased,
)

LISTENERS: dict[str, tuple[type[Event], ...]] = {
    "identity": (*STANDING, DomainListChanged, MDOChanged, PositionPublished, ProfileUpdated),
    "onboarding": (
        UserRegistered,
        MDOCreated,
        MDOChanged,
        ErasureDue,
        CourseCompleted,
        ProfileChangeDecided,
        *STANDING,
    ),
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
        EmailChangeRequested,
        NameChangeRequested,
        NameChangeDecided,
        DomainRequested,
        ExportReady,
        ErasureRequested,
        OnboardingStalled,
        ProfileChangeDecided,
        TopicProposalDecided,
        *STANDING,
    ),
}
