"""What identity tells the others: registrations, passwords, roles and accounts."""

from __future__ import annotations

from typing import Annotated, Literal

from shared.events import Event, event
from shared.events.fields import Flag, Id, Kind, Locale, Number, Pseudonym

AccountState = Annotated[
    Literal["invited", "active", "awaiting_approval", "denied", "disabled"], Kind("enum")
]


@event("identity.RegistrationRequested.v1")
class RegistrationRequested(Event):
    """A registration awaits the decision of the named approvers."""

    user_id: Pseudonym
    mdo_id: Id
    mdo_path: tuple[Id, ...]
    approver_ids: tuple[Pseudonym, ...]
    locale: Locale


@event("identity.UserRegistered.v1")
class UserRegistered(Event):
    """An account exists and the mail with the set-password link is due."""

    user_id: Pseudonym
    mdo_id: Id
    mdo_path: tuple[Id, ...]
    position_id: Id | None
    locale: Locale


@event("identity.RegistrationRepeated.v1")
class RegistrationRepeated(Event):
    """Somebody registered, or asked for the mail again, with an address that is known."""

    user_id: Pseudonym
    state: AccountState
    locale: Locale


@event("identity.RegistrationDenied.v1")
class RegistrationDenied(Event):
    """An approver said no; the reason stays in identity."""

    user_id: Pseudonym
    mdo_id: Id
    locale: Locale


@event("identity.PasswordResetRequested.v1")
class PasswordResetRequested(Event):
    """The owner of an account, or somebody else, asked for a new password."""

    user_id: Pseudonym
    locale: Locale


@event("identity.PasswordSet.v1")
class PasswordSet(Event):
    """A password was set by a mailed link; with `first` the account became usable, with what its owner confirmed."""

    user_id: Pseudonym
    mdo_id: Id
    mdo_path: tuple[Id, ...]
    first: Flag
    sv: Number
    locale: Locale
    position_id: Id | None = None


@event("identity.PasswordChanged.v1")
class PasswordChanged(Event):
    """The password of a usable account changed: every older session ends."""

    user_id: Pseudonym
    sv: Number
    locale: Locale


@event("identity.RoleGranted.v1")
class RoleGranted(Event):
    """A person holds a role from now on; `scope` is an MDO or none."""

    user_id: Pseudonym
    role: Id
    scope: Id | None
    granted_by: Pseudonym
    sv: Number


@event("identity.RoleRevoked.v1")
class RoleRevoked(Event):
    """A person no longer holds a role."""

    user_id: Pseudonym
    role: Id
    scope: Id | None
    revoked_by: Pseudonym
    sv: Number


@event("identity.UserDisabled.v1")
class UserDisabled(Event):
    """An account is closed for use until it is enabled again."""

    user_id: Pseudonym
    mdo_id: Id
    sv: Number


@event("identity.UserEnabled.v1")
class UserEnabled(Event):
    """A disabled account is usable again."""

    user_id: Pseudonym
    mdo_id: Id
    sv: Number
