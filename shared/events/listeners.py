"""Who listens to what: the table from which the broker's bindings are made.

It stands here so that the topology needs no service's code; a test compares it with each service's handlers.
"""

from __future__ import annotations

from shared.events import Event
from shared.events.catalog import CoursePublished, CourseRetired
from shared.events.identity import (
    DomainListChanged,
    DomainRequested,
    EmailChanged,
    EmailChangeRequested,
    ErasureRequested,
    ExportReady,
    MDOChanged,
    NameChanged,
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
from shared.events.onboarding import CompetencyPublished, ProfileCompleted, ProfileUpdated
from shared.events.progress import (
    AssessmentFailed,
    AssessmentPassed,
    CertificateIssued,
    CourseCompleted,
    Enrolled,
    MandateAssigned,
    MandateDue,
    Withdrawn,
)

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
    "identity": (*STANDING, DomainListChanged, MDOChanged),
    "onboarding": STANDING,
    "catalog": STANDING,
    "progress": (
        *STANDING,
        UserRegistered,
        ProfileCompleted,
        ProfileUpdated,
        CoursePublished,
        CourseRetired,
        AssessmentPassed,
        AssessmentFailed,
        CompetencyPublished,
        CourseCompleted,
        Enrolled,
        Withdrawn,
        NameChanged,
    ),
    "notifier": (
        CoursePublished,
        Enrolled,
        CourseCompleted,
        CertificateIssued,
        MandateAssigned,
        MandateDue,
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
        *STANDING,
    ),
}
