"""Who listens to what: the table from which the broker's bindings are made.

It stands here so that the topology needs no service's code; a test compares it with each service's handlers.
"""

from __future__ import annotations

from shared.events import Event
from shared.events.identity import (
    DomainListChanged,
    DomainRequested,
    EmailChanged,
    EmailChangeRequested,
    ErasureDue,
    ErasureRequested,
    ExportReady,
    ExportRequested,
    MDOChanged,
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

PRIVACY: tuple[type[Event], ...] = (ExportRequested, ErasureDue)  # Whoever holds anything of a person.

LISTENERS: dict[str, tuple[type[Event], ...]] = {
    "identity": (*STANDING, DomainListChanged, MDOChanged, *PRIVACY),
    "onboarding": STANDING,
    "catalog": STANDING,
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
        *PRIVACY,
        *STANDING,
    ),
}
