"""The first SPV admin, made once; and the demo accounts of development and tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.identity.commands.audit import record
from services.identity.commands.registration import Mailer
from services.identity.hashing import Hasher
from services.identity.rules.address import canonical_address, domain_mode
from services.identity.rules.link import SET_PASSWORD, placed, token_for
from services.identity.rules.names import person_name
from services.identity.rules.roles import SPV_ADMIN
from services.identity.store import Store
from shared.errors import Conflict, Refused
from shared.events import Event, new_id
from shared.events.identity import PasswordSet, RoleGranted, UserRegistered

Document = dict[str, Any]
OPERATOR = "operator"
DEMO_PASSWORD = "peacock river monsoon"  # Documented, and refused outside development and tests.


@dataclass(frozen=True)
class NewPerson:
    """Who is to be made by an operator."""

    email: str
    first_name: str
    last_name: str
    mdo_id: str
    position_text: str


DEMO: tuple[tuple[str | None, str | None, NewPerson], ...] = (
    (None, None, NewPerson("demo.learner@bsnl.co.in", "Asha", "Rao", "bsnl", "Junior Telecom Officer")),
    (SPV_ADMIN, None, NewPerson("demo.spv@gov.in", "Vikram", "Nair", "dopt", "Platform administrator")),
    ("MDO_ADMIN", "bsnl", NewPerson("demo.mdo@bsnl.co.in", "Meera", "Iyer", "bsnl", "Training manager")),
    ("CONTENT_CREATOR", None, NewPerson("demo.creator@gov.in", "Ravi", "Das", "dopt", "Course author")),
    (
        "CONTENT_REVIEWER",
        None,
        NewPerson("demo.reviewer@gov.in", "Leela", "Menon", "dopt", "Course reviewer"),
    ),
    (
        "CONTENT_PUBLISHER",
        None,
        NewPerson("demo.publisher@gov.in", "Arjun", "Sen", "dopt", "Course publisher"),
    ),
    ("FRAC_ADMIN", None, NewPerson("demo.frac@nic.in", "Nisha", "Gupta", "nic", "Competency analyst")),
)


def bootstrap(store: Store, mailer: Mailer, person: NewPerson, now: datetime) -> str:
    """Make the first SPV admin and return the set-password link; Conflict when there ever was one."""
    fields = _checked(store, person)
    id_ = store.claim_bootstrap(new_id())
    if store.users.get(id_) is not None or store.admins(SPV_ADMIN, None):
        raise Conflict("bootstrap_done", "There is an SPV admin already: ask for roles there.")
    user = _person(id_, fields, now) | {"roles": [_grant(SPV_ADMIN, None, now)]}
    told = _registered(user)
    link = placed(user, SET_PASSWORD, told.event_id, mailer.ring.active)
    slot = link["links"][SET_PASSWORD]
    slot["expires_at"] = now + timedelta(seconds=mailer.settings.link_lifetime)
    user |= {"status": "INVITED", **link}
    if store.add_user(user, told, _told_grant(user, SPV_ADMIN, None)) is None:
        raise Conflict("address_taken", "This address has an account already: name another one.")
    store.enter_spv_admin(id_)
    record(store, who=OPERATOR, what="bootstrap", whom=id_, result="ok", now=now)
    return (
        f"{mailer.settings.public_url}/set-password?token={token_for(mailer.ring, SET_PASSWORD, id_, slot)}"
    )


def make_demo_accounts(store: Store, hasher: Hasher, environment: str, now: datetime) -> list[dict[str, str]]:
    """Make the demo accounts that are not there yet and describe all; Refused outside development and tests."""
    if environment not in ("development", "test"):
        raise Refused("demo_refused", "Demo accounts are made with ENVIRONMENT=development or test only.")
    made = []
    for role, scope, person in DEMO:
        if store.user_by_email(person.email) is None:
            _add_demo(store, hasher, role, scope, person, now)
        made.append({"role": role or "PUBLIC", "email": person.email, "password": DEMO_PASSWORD})
    return made


def _add_demo(
    store: Store, hasher: Hasher, role: str | None, scope: str | None, person: NewPerson, now: datetime
) -> None:
    user = _person(new_id(), _checked(store, person), now)
    user |= {"status": "ACTIVE", "password": hasher.hash(DEMO_PASSWORD), "password_changed_at": now}
    told: list[Event] = [_registered(user), _usable(user)]
    if role is not None:
        user["roles"] = [_grant(role, scope, now)]
        told.append(_told_grant(user, role, scope))
    added = store.add_user(user, *told)
    if added is not None and role == SPV_ADMIN:
        store.enter_spv_admin(user["_id"])


def _checked(store: Store, person: NewPerson) -> Document:
    address = canonical_address(person.email)
    known = store.directory()
    domain_mode(address, known.domains)
    mdo = known.mdos.get(person.mdo_id)
    if mdo is None:
        raise Refused("mdo_unknown", f"There is no MDO {person.mdo_id}: run the indexes command first.")
    return {
        "email": address,
        "first_name": person_name(person.first_name, "first_name"),
        "last_name": person_name(person.last_name, "last_name"),
        "position_id": None,
        "position_text": person.position_text,
        "mdo_id": mdo["_id"],
        "mdo_path": mdo["path"],
    }


def _person(id_: str, fields: Document, now: datetime) -> Document:
    return {
        "_id": id_,
        **fields,
        "locale": "en",
        "declared_at": now,
        "created_at": now,
        "updated_at": now,
        "sv": 1,
        "credential_version": 0,
        "password": None,
        "password_changed_at": None,
        "links": {},
        "roles": [],
        "mail_times": [],
        "misses": {},
    }


def _grant(role: str, scope: str | None, now: datetime) -> Document:
    return {"id": new_id(), "role": role, "scope": scope, "granted_by": OPERATOR, "granted_at": now}


def _registered(user: Document) -> UserRegistered:
    return UserRegistered(
        user_id=user["_id"],
        mdo_id=user["mdo_id"],
        mdo_path=tuple(user["mdo_path"]),
        position_id=None,
        locale=user["locale"],
    )


def _usable(user: Document) -> PasswordSet:
    return PasswordSet(
        user_id=user["_id"],
        mdo_id=user["mdo_id"],
        mdo_path=tuple(user["mdo_path"]),
        first=True,
        sv=user["sv"],
        locale=user["locale"],
    )


def _told_grant(user: Document, role: str, scope: str | None) -> RoleGranted:
    return RoleGranted(user_id=user["_id"], role=role, scope=scope, granted_by=OPERATOR, sv=user["sv"])
