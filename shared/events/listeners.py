"""Who listens to what: the table from which the broker's bindings are made.

It stands here so that the topology needs no service's code; a test compares it with each service's handlers.
"""

from __future__ import annotations

from shared.events import Event, catalog, community, identity, onboarding, progress

STANDING: tuple[type[Event], ...] = (
    identity.EmailChanged,
    identity.PasswordChanged,
    identity.PasswordSet,
    identity.RoleGranted,
    identity.RoleRevoked,
    identity.UserDisabled,
    identity.UserEnabled,
    identity.UserErased,
)

# Whoever holds anything of a person.
PRIVACY: tuple[type[Event], ...] = (identity.ExportRequested, identity.ErasureDue)

LISTENERS: dict[str, tuple[type[Event], ...]] = {
    "identity": (
        *STANDING,
        identity.DomainListChanged,
        identity.MDOChanged,
        *PRIVACY,
        onboarding.PositionPublished,
        onboarding.ProfileUpdated,
    ),
    "onboarding": (
        *STANDING,
        identity.UserRegistered,
        identity.MDOCreated,
        identity.MDOChanged,
        *PRIVACY,
        progress.CourseCompleted,
        onboarding.ProfileChangeDecided,
    ),
    "catalog": (
        *STANDING,
        *PRIVACY,
        onboarding.ProfileCompleted,
        onboarding.ProfileUpdated,
        onboarding.TopicPublished,
        onboarding.CompetencyPublished,
        onboarding.PositionPublished,
        progress.Enrolled,
        progress.Withdrawn,
        progress.ResourceCompleted,
        progress.CourseCompleted,
        progress.MandateAssigned,
        progress.MandateLifted,
        catalog.CourseRated,
    ),
    "progress": (
        *STANDING,
        *PRIVACY,
        identity.UserRegistered,
        onboarding.ProfileCompleted,
        onboarding.ProfileUpdated,
        catalog.CoursePublished,
        catalog.CourseRetired,
        progress.AssessmentPassed,
        progress.AssessmentFailed,
        onboarding.CompetencyPublished,
        progress.CourseCompleted,
        progress.Enrolled,
        progress.Withdrawn,
        identity.NameChanged,
    ),
    "notifier": (
        *STANDING,
        *PRIVACY,
        identity.RegistrationRequested,
        identity.UserRegistered,
        identity.RegistrationRepeated,
        identity.RegistrationDenied,
        identity.PasswordResetRequested,
        identity.EmailChangeRequested,
        identity.NameChangeRequested,
        identity.NameChangeDecided,
        identity.DomainRequested,
        identity.ExportReady,
        identity.ErasureRequested,
        onboarding.OnboardingStalled,
        onboarding.ProfileChangeDecided,
        onboarding.TopicProposalDecided,
        catalog.CoursePublished,
        progress.Enrolled,
        progress.CourseCompleted,
        progress.CertificateIssued,
        progress.MandateAssigned,
        progress.MandateDue,
        community.FollowedThreadAnswered,
        community.ReplyAccepted,
        community.SessionPublished,
        community.SessionReminderDue,
        community.SeatGiven,
        community.RegistrationCancelled,
    ),
    "community": (
        *STANDING,
        *PRIVACY,
        identity.UserRegistered,
        identity.MDOCreated,
        identity.MDOChanged,
        onboarding.ProfileCompleted,
        onboarding.ProfileUpdated,
        onboarding.TopicPublished,
        onboarding.CompetencyPublished,
        onboarding.PositionPublished,
        catalog.CoursePublished,
        catalog.CourseRetired,
        progress.CourseCompleted,
    ),
}
