"""Register, and ask for the mail again: one answer and one write, whoever the address belongs to.

A registration proves nothing until the owner of the mailbox opens the link, so an account that waits for that
takes the fields of the newest registration, as its link belongs to that one too: nothing of an earlier
registration by somebody else is left. What an approver decides on, or decided, stays as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.identity.rules import IdentitySettings
from services.identity.rules.address import canonical_address, domain_mode
from services.identity.rules.link import SET_PASSWORD, may_correct, placed
from services.identity.rules.mails import throttle_key, with_mail
from services.identity.rules.names import person_name, position_title
from services.identity.store import Store, words_of
from shared.auth import KeyRing
from shared.errors import Refused, Unavailable
from shared.events import new_id
from shared.events.identity import RegistrationRepeated, RegistrationRequested, UserRegistered

Document = dict[str, Any]
TRIES_MOST = 50


@dataclass(frozen=True)
class Mailer:
    """What a command needs to cause a mail: the limits, and the key ring of the links."""

    settings: IdentitySettings
    ring: KeyRing

    def times(self, earlier: list[datetime], now: datetime) -> list[datetime]:
        """The kept times with one mail more, or TooMany."""
        return with_mail(earlier, now, self.settings.mail_limit, self.settings.mail_window)


def register(store: Store, mailer: Mailer, form: Document, now: datetime) -> None:
    """Make an account, or tell the owner of an existing one; Refused names the field that is wrong."""
    address = canonical_address(form["email"])
    mode = domain_mode(address, store.directory().domains)
    fields = _checked(store, form)
    for _ in range(TRIES_MOST):
        user, waiting = store.account(address, throttle_key(address))
        if user is None:
            times = mailer.times(waiting.get("mail_times", []), now)
            if _add(store, mailer, {**fields, "email": address, "mail_times": times}, mode, now):
                return
        elif repeat(store, mailer, user, now, fields=fields):
            return
    raise crowded()


def ask_again(store: Store, mailer: Mailer, email: str, now: datetime) -> None:
    """Cause the mail of a registration once more; an address without an account is counted and no more."""
    address = canonical_address(email)
    for _ in range(TRIES_MOST):
        user, waiting = store.account(address, throttle_key(address))
        if user is None:
            if count_unknown(store, mailer, address, waiting, now):
                return
        elif repeat(store, mailer, user, now):
            return
    raise crowded()


def repeat(
    store: Store, mailer: Mailer, user: Document, now: datetime, *, fields: Document | None = None
) -> bool:
    """Tell the owner of an account that it was asked for again; False when somebody wrote meanwhile."""
    told = RegistrationRepeated(user_id=user["_id"], state=user["status"].lower(), locale=user["locale"])
    setting: Document = {"mail_times": mailer.times(user["mail_times"], now), "updated_at": now}
    if user["status"] == "INVITED":
        setting |= placed(user, SET_PASSWORD, told.event_id, mailer.ring.active)
        if fields and not user.get("request_id"):
            setting |= fields | {"words": words_of({**user, **fields})}
    return store.users.put(user, {"$set": setting}, told)


def count_unknown(store: Store, mailer: Mailer, address: str, waiting: Document, now: datetime) -> bool:
    """Count a mail that nobody gets, as if it were sent; False when somebody wrote meanwhile."""
    times = mailer.times(waiting.get("mail_times", []), now)
    until = now + timedelta(seconds=mailer.settings.mail_window)
    return store.count_mails(throttle_key(address), waiting.get("version"), times, until)


def _add(store: Store, mailer: Mailer, fields: Document, mode: str, now: datetime) -> bool:
    user = new_user(fields, now)
    told = _requested(store, user) if mode == "approval" else registered(user)
    if isinstance(told, UserRegistered):
        user |= {"status": "INVITED", **placed(user, SET_PASSWORD, told.event_id, mailer.ring.active)}
    else:
        user |= {"status": "AWAITING_APPROVAL", "request_id": told.event_id}
    return store.add_user(user, told) is not None


def new_user(fields: Document, now: datetime) -> Document:
    """An account without password, link and role; its state is still to be set."""
    return {
        "_id": new_id(),
        **fields,
        "declared_at": now,
        "created_at": now,
        "updated_at": now,
        "sv": 1,
        "credential_version": 0,
        "password": None,
        "password_changed_at": None,
        "links": {},
        "roles": [],
        "misses": {},
    }


def registered(user: Document) -> UserRegistered:
    """The event of an account that exists now."""
    return UserRegistered(
        user_id=user["_id"],
        mdo_id=user["mdo_id"],
        mdo_path=tuple(user["mdo_path"]),
        position_id=user["position_id"],
        locale=user["locale"],
    )


def approvers_for(store: Store, user: Document) -> list[str]:
    """Who decides on this person: the administrators of the MDO or above, else those of the platform."""
    return store.admins("MDO_ADMIN", user["mdo_path"]) or store.admins("SPV_ADMIN", None)


def _requested(store: Store, user: Document) -> RegistrationRequested:
    approvers = approvers_for(store, user)
    return RegistrationRequested(
        user_id=user["_id"],
        mdo_id=user["mdo_id"],
        mdo_path=tuple(user["mdo_path"]),
        approver_ids=tuple(approvers),
        locale=user["locale"],
    )


def _checked(store: Store, form: Document) -> Document:
    """The fields of a self-registration as they are stored; Refused names the one that is wrong."""
    if not form["declaration"]:
        raise Refused("declaration_missing", "Confirm that what you state is true.", field="declaration")
    return checked_person(store, form)


def checked_person(store: Store, form: Document) -> Document:
    """Name, unit, position and language as they are stored, on every path; Refused names the wrong one."""
    known = store.directory()
    first_name = person_name(form["first_name"], "first_name")
    last_name = person_name(form["last_name"], "last_name")
    mdo = known.mdos.get(form["mdo_id"])
    if mdo is None or mdo.get("state") == "suspended":
        raise Refused("mdo_unknown", "Choose your ministry, department or organisation.", field="mdo_id")
    position_id, text = form.get("position_id"), form.get("position_text")
    if (position_id is None) == (text is None) or (position_id and not known.offers(position_id)):
        raise Refused("position_missing", "Choose a position, or state yours in words.", field="position_id")
    return {
        "first_name": first_name,
        "last_name": last_name,
        "position_id": position_id,
        "position_text": None if text is None else position_title(text, "position_text"),
        "mdo_id": mdo["_id"],
        "mdo_path": mdo["path"],
        "locale": form["locale"],
    }


def corrected(store: Store, user: Document, purpose: str, wishes: Document) -> Document:
    """What the owner of an account corrects, as it is stored; Refused names the field that is wrong."""
    if not wishes:
        return {}
    if not may_correct(user, purpose):
        raise Refused(
            "correction_not_here", "Ask your administrator to correct this.", field=sorted(wishes)[0]
        )
    stated = {"first_name", "last_name", "mdo_id", "position_id", "position_text"}
    kept = {name: user[name] for name in stated}
    if wishes.keys() & {"position_id", "position_text"}:
        kept |= {"position_id": None, "position_text": None}
    fields = _checked(store, {**kept, **wishes, "declaration": True, "locale": user["locale"]})
    return fields | {"words": words_of({**user, **fields})}


def crowded() -> Unavailable:
    """The answer when others write to the same account all the time."""
    return Unavailable("crowded", "This address is asked for very often right now.", retry_after=2)
