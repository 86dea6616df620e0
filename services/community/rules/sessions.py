"""Decisions on sessions: their states by clock and hand, who may do what, seats and reminders."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from services.community.rules.people import reaches
from shared.auth import Principal
from shared.errors import Conflict, Forbidden, NotFound, Refused

Document = dict[str, Any]
UNKNOWN = ("session_unknown", "There is no such session.")
CREATORS = ("CONTENT_CREATOR", "MDO_ADMIN", "SPV_ADMIN")
REVIEWERS = ("CONTENT_REVIEWER", "MDO_ADMIN", "SPV_ADMIN")
ADMINS = ("MDO_ADMIN", "SPV_ADMIN")
ORGANISERS = ("CONTENT_CREATOR", "CONTENT_REVIEWER", "MDO_ADMIN", "SPV_ADMIN")
LATER = ("about", "place", "join_url", "speakers", "capacity")  # What may change once it is published.
LONGEST, AHEAD = timedelta(days=7), timedelta(days=366)
REMINDERS: dict[Literal["day", "hour"], timedelta] = {"day": timedelta(days=1), "hour": timedelta(hours=1)}


@dataclass(frozen=True)
class Organiser:
    """Somebody with a role for sessions, looking at one of them; `path` runs to the session's unit."""

    who: Principal
    session: Mapping[str, Any]
    path: Sequence[str]

    @property
    def is_creator(self) -> bool:
        """Whether the session is their own."""
        return bool(self.session["created_by"] == self.who.user_id)

    @property
    def may_edit(self) -> bool:
        """The creator, and administrators within reach."""
        return self.is_creator or reaches(self.who, ADMINS, self.path)

    @property
    def hands(self) -> set[str]:
        """Who made it or ever changed it."""
        return {self.session["created_by"], *self.session.get("editors", ())}

    @property
    def may_review(self) -> bool:
        """Somebody else than who made or ever changed it, with a reviewing role within reach."""
        return self.who.user_id not in self.hands and reaches(self.who, REVIEWERS, self.path)

    def check_sees(self) -> None:
        """NotFound, as for an unknown session, beyond reach."""
        if not (self.is_creator or reaches(self.who, ORGANISERS, self.path)):
            raise NotFound(*UNKNOWN)

    def check_edits(self) -> None:
        """NotFound beyond reach; Forbidden for who may only look."""
        self.check_sees()
        if not self.may_edit:
            raise Forbidden("not_yours", "Only its creator and administrators change a session.")

    def check_reviews(self) -> None:
        """NotFound beyond reach; Forbidden for one's own session and without the role."""
        self.check_sees()
        if self.who.user_id in self.hands:
            raise Forbidden("own_session", "Somebody else must review this session.")
        if not self.may_review:
            raise Forbidden("role_missing", "This needs the role of a reviewer.")


def state_at(session: Mapping[str, Any], now: datetime) -> str:
    """The state of a session at a moment: a published one is live from its start and ended from its end."""
    if session["state"] != "published" or now < session["starts_at"]:
        return str(session["state"])
    return "live" if now < session["ends_at"] else "ended"


def check_state(session: Mapping[str, Any], now: datetime, allowed: Collection[str]) -> None:
    """Conflict when the session is in another state than these."""
    state = state_at(session, now)
    if state not in allowed:
        raise Conflict(
            "state_not_fitting", f"This does not fit a session that is {state}.", current={"state": state}
        )


def check_times(starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """Refused unless a session begins later than now and within a year, and ends after that within a week."""
    if ends_at <= starts_at or ends_at - starts_at > LONGEST:
        raise Refused(
            "times_not_valid", "A session ends after its start, within seven days.", field="ends_at"
        )
    if not now < starts_at <= now + AHEAD:
        raise Refused("times_not_valid", "A session begins in the future, within a year.", field="starts_at")


def check_complete(session: Mapping[str, Any]) -> None:
    """Refused until there is something to review: what it is about, and where to go."""
    if not any(session["about"].values()):
        raise Refused("session_incomplete", "Say what the session is about.", field="about")
    if not session["join_url"] and not session["place"]:
        raise Refused("session_incomplete", "Give a place or a link to join.", field="place")


def check_later_changes(session: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
    """Of a published session only some things change; its places only become more."""
    if session["state"] != "published":
        return
    if any(name not in LATER and session.get(name) != value for name, value in changes.items()):
        raise Conflict("state_not_fitting", "Title, time and audience stay once a session is published.")
    capacity = changes.get("capacity", session["capacity"])
    if capacity != session["capacity"] and (not session["capacity"] or 0 < capacity < session["capacity"]):
        raise Refused(
            "capacity_too_small", "The places of a published session only become more.", field="capacity"
        )


def check_takes_part(session: Mapping[str, Any], now: datetime) -> None:
    """Conflict when nobody can register any more, or leave."""
    state = state_at(session, now)
    if state == "cancelled":
        raise Conflict("session_cancelled", "This session will not take place.")
    if state == "ended":
        raise Conflict("session_over", "This session is over.")


def free_seat(session_id: str, capacity: int, taken: Collection[str]) -> str | None:
    """The first seat that nobody holds; None when all are taken."""
    for number in range(1, capacity + 1):
        seat = f"{session_id}:{number}"
        if seat not in taken:
            return seat
    return None


def reminder_key(kind: str, starts_at: datetime) -> str:
    """What a person has been told: a reminder of one kind for one start."""
    return f"{kind}:{int(starts_at.timestamp())}"


def reminder_due(kind: Literal["day", "hour"], session: Mapping[str, Any], now: datetime) -> bool:
    """Whether reminders of this kind are due: from their moment until the next one's, or the start."""
    due, until = REMINDERS[kind], REMINDERS["hour"] if kind == "day" else timedelta(0)
    return bool(session["starts_at"] - due <= now < session["starts_at"] - until)


def wants_reminder(kind: Literal["day", "hour"], session: Mapping[str, Any], since: datetime) -> bool:
    """Whether somebody who registered then needs this reminder: not who registered after its moment."""
    return bool(since <= session["starts_at"] - REMINDERS[kind])
