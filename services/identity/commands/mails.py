"""What a mail that is about to be sent needs: decided now, not when the event happened.

Only here does a link come into being, and its expiry starts with the first request, so the time a mail waits
in a queue does not eat it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.identity.queries import mdo_name, position_name
from services.identity.rules import IdentitySettings
from services.identity.rules.link import CONFIRM_EMAIL, MAY_SET, PAGES, RESET_PASSWORD, token_for
from services.identity.rules.names import display_name
from services.identity.store import Store
from shared.auth import KeyRing
from shared.errors import Gone

Document = dict[str, Any]


@dataclass(frozen=True)
class Due:
    """A mail to a person because of an event."""

    kind: str
    user_id: str
    event_id: str


@dataclass(frozen=True)
class MailDesk:
    """Answers what mails need; nothing for one that is no longer due."""

    store: Store
    settings: IdentitySettings
    ring: KeyRing

    def contexts(self, dues: Sequence[Due], now: datetime) -> list[Document]:
        """For each mail its status (due, not_due, unknown) and, when due, all it needs; in the same order."""
        ids = {due.user_id for due in dues}
        users = self.store.users_by_id(ids)
        if not self._start_links(dues, users, now):
            users = self.store.users_by_id(ids)  # Somebody was faster: what holds now is theirs.
        return [self._answer(due, users.get(due.user_id), now) for due in dues]

    def _answer(self, due: Due, user: Document | None, now: datetime) -> Document:
        kind = _KINDS.get(due.kind)
        if kind is None:
            return {"status": "unknown"}
        if user is None or user["status"] not in kind.statuses:
            return {"status": "not_due"}
        try:
            return {"status": "due", "context": self._context(kind, due, user, now)}
        except Gone:
            return {"status": "not_due"}

    def _context(self, kind: _Kind, due: Due, user: Document, now: datetime) -> Document:
        """Address, name, language, texts and, where the kind has one, the link."""
        answer = {
            "address": kind.address(user, due),
            "display_name": display_name(user["first_name"], user["last_name"]),
            "locale": user["locale"],
            "values": kind.values(self, user, due),
        }
        if due.kind == "erasure_requested":
            answer["expires_at"] = _erasure(user, due)
        return answer | (self._link(user, due, now) if due.kind in MAY_SET else {})

    def _link(self, user: Document, due: Due, now: datetime) -> Document:
        slot = _slot(user, due)
        if slot is None or slot["expires_at"] is None or slot["expires_at"] <= now:
            raise _not_due()
        if slot["credential_version"] != user["credential_version"]:
            raise _not_due()
        token = token_for(self.ring, due.kind, user["_id"], slot)
        return {
            "link": f"{self.settings.public_url}/{PAGES[due.kind]}?token={token}",
            "expires_at": slot["expires_at"],
        }

    def _start_links(self, dues: Sequence[Due], users: dict[str, Document], now: datetime) -> bool:
        """Set the expiry of links that have none, once for all; False when not all of them were ours to set."""
        lifetimes = dict.fromkeys(MAY_SET, self.settings.link_lifetime)
        lifetimes[RESET_PASSWORD] = self.settings.reset_lifetime
        ours = True
        for purpose, lifetime in lifetimes.items():
            held = {
                due.user_id: due.event_id
                for due in dues
                if due.kind == purpose and _is_new(users.get(due.user_id), due)
            }
            if held:
                until = now + timedelta(seconds=lifetime)
                ours = self.store.start_links(purpose, held, until) == len(held) and ours
                for user_id in held:
                    users[user_id]["links"][purpose]["expires_at"] = until
        return ours

    def of_person(self, user: Document, due: Due) -> Document:
        """Position and MDO, so that the owner sees what was stated."""
        return _texts(
            user["locale"],
            position=position_name(self.store, user),
            mdo=mdo_name(self.store, user["mdo_id"]),
        )

    def of_applicant(self, user: Document, due: Due) -> Document:
        """Who awaits the approver's decision; Gone when it was made already."""
        applicant = self.store.users.find_one({"request_id": due.event_id, "status": "AWAITING_APPROVAL"})
        if applicant is None or not _may_decide(user, applicant):
            raise _not_due()
        texts = _texts(
            user["locale"],
            position=position_name(self.store, applicant),
            mdo=mdo_name(self.store, applicant["mdo_id"]),
        )
        return texts | {"applicant": display_name(applicant["first_name"], applicant["last_name"])}

    def of_denial(self, user: Document, due: Due) -> Document:
        """Why, and for which MDO."""
        texts = _texts(user["locale"], mdo=mdo_name(self.store, user["mdo_id"]))
        return texts | {"reason": user.get("denial_reason") or ""}

    def of_new_address(self, user: Document, due: Due) -> Document:
        """Nothing; Gone when the new address has got an account meanwhile."""
        taken = self.store.user_by_email(user.get("pending_email") or "")
        if taken is not None:
            raise _not_due()
        return {}

    def of_name_change(self, user: Document, due: Due) -> Document:
        """Who wants to be called how; Gone when it was decided already."""
        asker = self.store.user_of_name_change(due.event_id)
        if asker is None or asker["name_change"]["status"] != "pending" or not _may_decide(user, asker):
            raise _not_due()
        wanted = asker["name_change"]
        return _texts(user["locale"], mdo=mdo_name(self.store, asker["mdo_id"])) | {
            "applicant": display_name(asker["first_name"], asker["last_name"]),
            "wanted": display_name(wanted["first_name"], wanted["last_name"]),
        }

    def of_decision(self, user: Document, due: Due) -> Document:
        """Why a name was declined."""
        return {"reason": (user.get("name_change") or {}).get("decision_reason") or ""}

    def of_domain(self, user: Document, due: Due) -> Document:
        """Nothing; the request is looked at in the portal."""
        return {}

    def of_admin(self, user: Document, due: Due) -> Document:
        """Nothing; Gone when the person administers nothing any more."""
        if not any(held["role"] in ("MDO_ADMIN", "SPV_ADMIN") for held in user["roles"]):
            raise _not_due()
        return {}

    def of_state(self, user: Document, due: Due) -> Document:
        """Where the account stands."""
        return {"state": user["status"].lower()}


@dataclass(frozen=True)
class _Kind:
    statuses: tuple[str, ...]
    values: Callable[[MailDesk, Document, Due], Document]
    address: Callable[[Document, Due], str] = lambda user, due: str(user["email"])


def _erasure(user: Document, due: Due) -> datetime:
    wish = user.get("erasure") or {}
    if wish.get("event_id") != due.event_id:
        raise _not_due()
    at: datetime = wish["due_at"]
    return at


def _new_address(user: Document, due: Due) -> str:
    if not user.get("pending_email"):
        raise _not_due()
    return str(user["pending_email"])


def _old_address(user: Document, due: Due) -> str:
    before = user.get("previous_email") or {}
    if before.get("event_id") != due.event_id:
        raise _not_due()
    return str(before["email"])


_KINDS = {
    "set_password": _Kind(("INVITED",), MailDesk.of_person),
    "profile_reminder": _Kind(("ACTIVE",), MailDesk.of_state),
    "profile_change_approved": _Kind(("ACTIVE",), MailDesk.of_state),
    "profile_change_declined": _Kind(("ACTIVE",), MailDesk.of_state),
    "topic_accepted": _Kind(("ACTIVE",), MailDesk.of_state),
    "topic_declined": _Kind(("ACTIVE",), MailDesk.of_state),
    "reset_password": _Kind(("ACTIVE",), MailDesk.of_state),
    "already_registered": _Kind(("ACTIVE", "AWAITING_APPROVAL"), MailDesk.of_state),
    "approval_needed": _Kind(("ACTIVE",), MailDesk.of_applicant),
    "registration_denied": _Kind(("DENIED",), MailDesk.of_denial),
    "welcome": _Kind(("ACTIVE",), MailDesk.of_state),
    "password_changed": _Kind(("ACTIVE",), MailDesk.of_state),
    **dict.fromkeys(
        (
            "enrolled",
            "course_completed",
            "certificate_issued",
            "mandate_assigned",
            "mandate_due",
            "mandate_overdue",
            "dispute_answered",
            "answer_accepted",
            "session_tomorrow",
            "session_soon",
            "session_seat",
            "session_cancelled",
            "connection_made",
            "qualified_for_opening",
        ),
        _Kind(("ACTIVE",), MailDesk.of_state),  # What they are about is the notifier's own knowledge.
    ),
    CONFIRM_EMAIL: _Kind(("ACTIVE",), MailDesk.of_new_address, _new_address),
    "progress_disputed": _Kind(("ACTIVE",), MailDesk.of_admin),
    "email_changed": _Kind(("ACTIVE",), MailDesk.of_state, _old_address),
    "name_change_needed": _Kind(("ACTIVE",), MailDesk.of_name_change),
    "name_change_approved": _Kind(("ACTIVE",), MailDesk.of_state),
    "name_change_declined": _Kind(("ACTIVE",), MailDesk.of_decision),
    "domain_requested": _Kind(("ACTIVE",), MailDesk.of_domain),
    "export_ready": _Kind(("ACTIVE",), MailDesk.of_state),
    "erasure_requested": _Kind(("ACTIVE",), MailDesk.of_state),
    "daily_digest": _Kind(("ACTIVE",), MailDesk.of_state),
}


def _slot(user: Document, due: Due) -> Document | None:
    """The slot of this very mail; None when a newer one took its place."""
    slot: Document | None = user["links"].get(due.kind)
    return slot if slot and slot["link_id"] == due.event_id else None


def _is_new(user: Document | None, due: Due) -> bool:
    if user is None or user["status"] not in _KINDS[due.kind].statuses:
        return False
    slot = _slot(user, due)
    return slot is not None and slot["expires_at"] is None


def _may_decide(approver: Document, applicant: Document) -> bool:
    return any(
        held["role"] == "SPV_ADMIN"
        or (held["role"] == "MDO_ADMIN" and held["scope"] in applicant["mdo_path"])
        for held in approver["roles"]
    )


def _texts(locale: str, **names: Document | None) -> Document:
    return {key: str(name[locale]) for key, name in names.items() if name}


def _not_due() -> Gone:
    return Gone("mail_not_due", "This mail is no longer due.")
