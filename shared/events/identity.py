"""What identity tells the others: registrations, passwords, roles and accounts."""

from __future__ import annotations

from typing import Annotated, Literal

from shared.events import Event, event
from shared.events.fields import Flag, Id, Kind, Locale, Number, Pseudonym, PublicText, Time

AccountState = Annotated[
    Literal["invited", "active", "awaiting_approval", "denied", "disabled"], Kind("enum")
]
MDOKind = Annotated[Literal["ministry", "state", "department", "organisation"], Kind("enum")]
UnitState = Annotated[Literal["active", "suspended"], Kind("enum")]
DomainState = Annotated[Literal["approved", "removed"], Kind("enum")]


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


@event("identity.EmailChangeRequested.v1")
class EmailChangeRequested(Event):
    """A person asked for another address; the mail with the confirming link goes to the new one."""

    user_id: Pseudonym
    locale: Locale


@event("identity.EmailChanged.v1")
class EmailChanged(Event):
    """The owner of a new address confirmed it: older sessions end."""

    user_id: Pseudonym
    sv: Number
    locale: Locale


@event("identity.NameChangeRequested.v1")
class NameChangeRequested(Event):
    """A person asked for another name; the named approvers decide."""

    user_id: Pseudonym
    change_id: Id
    mdo_id: Id
    mdo_path: tuple[Id, ...]
    approver_ids: tuple[Pseudonym, ...]
    locale: Locale


@event("identity.NameChangeDecided.v1")
class NameChangeDecided(Event):
    """An approver decided on another name; the reason stays in identity."""

    user_id: Pseudonym
    change_id: Id
    mdo_id: Id
    approved: Flag
    locale: Locale


@event("identity.NameChanged.v1")
class NameChanged(Event):
    """A person has another name from now on; ask identity for it."""

    user_id: Pseudonym
    sv: Number


@event("identity.MDOCreated.v1")
class MDOCreated(Event):
    """A ministry, state, department or organisation exists; `mdo_path` runs from the root to itself."""

    mdo_id: Id
    parent_id: Id | None
    mdo_path: tuple[Id, ...]
    kind: MDOKind
    name: dict[Locale, PublicText]


@event("identity.MDOChanged.v1")
class MDOChanged(Event):
    """A unit was renamed, moved, suspended or resumed; its whole present state."""

    mdo_id: Id
    parent_id: Id | None
    mdo_path: tuple[Id, ...]
    kind: MDOKind
    name: dict[Locale, PublicText]
    state: UnitState


@event("identity.DomainRequested.v1")
class DomainRequested(Event):
    """Somebody asked to have a mail domain approved; the named SPV admins decide."""

    request_id: Id
    asked_by: Pseudonym
    approver_ids: tuple[Pseudonym, ...]


@event("identity.DomainListChanged.v1")
class DomainListChanged(Event):
    """A mail domain was approved, changed or removed; who waits for a decision is looked at anew."""

    domain: Id
    state: DomainState


@event("identity.ExportRequested.v1")
class ExportRequested(Event):
    """A person asked for all data about them; each service hands its part to identity."""

    user_id: Pseudonym
    export_id: Id


@event("identity.ExportReady.v1")
class ExportReady(Event):
    """The archive of a person's data is whole and can be fetched."""

    user_id: Pseudonym
    export_id: Id
    locale: Locale


@event("identity.ErasureRequested.v1")
class ErasureRequested(Event):
    """A person asked to be erased; it is carried out at `due_at` unless withdrawn."""

    user_id: Pseudonym
    due_at: Time
    locale: Locale


@event("identity.ErasureDue.v1")
class ErasureDue(Event):
    """The notice is over: each service erases what it holds of this person and no law makes it keep."""

    user_id: Pseudonym
    sv: Number


@event("identity.UserErased.v1")
class UserErased(Event):
    """Identity holds nothing of this person any more but the id."""

    user_id: Pseudonym
    sv: Number
