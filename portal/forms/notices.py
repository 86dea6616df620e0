"""The form of what a person wants to hear of; each kind has its words here."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

LEARNING = _("Learning")
PERSON = _("You and your profile")
HUBS = _("Discussions, people, careers and events")
OFFICE = _("For administrators")
KINDS: dict[str, tuple[Any, Any]] = {
    "enrolled": (LEARNING, _("You are enrolled in a course")),
    "course_completed": (LEARNING, _("You completed a course")),
    "certificate_issued": (LEARNING, _("A certificate is ready")),
    "mandate_assigned": (LEARNING, _("A course became part of your duties")),
    "mandate_due": (LEARNING, _("A course of your duties is due soon")),
    "mandate_overdue": (LEARNING, _("A course of your duties is overdue")),
    "dispute_answered": (LEARNING, _("Your note about your progress was answered")),
    "topic_accepted": (LEARNING, _("A topic you proposed was taken")),
    "topic_declined": (LEARNING, _("A topic you proposed was not taken")),
    "welcome": (PERSON, _("Welcome")),
    "profile_reminder": (PERSON, _("Your profile is not complete")),
    "profile_change_approved": (PERSON, _("A change of your profile was approved")),
    "profile_change_declined": (PERSON, _("A change of your profile was declined")),
    "name_change_approved": (PERSON, _("Your change of name was approved")),
    "name_change_declined": (PERSON, _("Your change of name was declined")),
    "role_granted": (PERSON, _("You were given a role")),
    "role_revoked": (PERSON, _("A role was taken from you")),
    "thread_answered": (HUBS, _("A reply in a discussion that you follow")),
    "answer_accepted": (HUBS, _("Your reply was accepted as the answer")),
    "connection_requested": (HUBS, _("Somebody asks to connect with you")),
    "connection_made": (HUBS, _("Somebody accepted your request to connect")),
    "qualified_for_opening": (HUBS, _("You now qualify for an opening")),
    "session_tomorrow": (HUBS, _("An event of yours begins within a day")),
    "session_soon": (HUBS, _("An event of yours begins within an hour")),
    "session_seat": (HUBS, _("A place at an event became free for you")),
    "session_cancelled": (HUBS, _("An event of yours will not take place")),
    "approval_needed": (OFFICE, _("A registration awaits your decision")),
    "name_change_needed": (OFFICE, _("A change of name awaits your decision")),
    "progress_disputed": (OFFICE, _("A learner disputes their progress")),
    "domain_requested": (OFFICE, _("A mail domain awaits a decision")),
}
MAILS = (("now", _("At once")), ("daily", _("Once a day, together")), ("none", _("No mail")))
_PLAIN = {"mail": True, "notice": True, "digest": False}


def grouped(kinds: dict[str, dict[str, bool]]) -> list[tuple[Any, list[tuple[str, Any, dict[str, bool]]]]]:
    """The kinds that can be chosen, by group; one that is new here stands under its own name."""
    open_kinds = {kind: choice for kind, choice in kinds.items() if not choice.get("locked")}
    rows = [(kind, KINDS.get(kind, (PERSON, kind)), open_kinds[kind]) for kind in (*KINDS, *open_kinds)
            if kind in open_kinds]  # fmt: skip
    unique = {row[0]: row for row in rows}.values()
    return [
        (group, [(kind, words, choice) for kind, (own, words), choice in unique if own is group])
        for group in (LEARNING, PERSON, HUBS, OFFICE)
    ]


def mail_of(choice: dict[str, bool]) -> str:
    """How the mails of a kind come."""
    return ("daily" if choice.get("digest") else "now") if choice.get("mail") else "none"


def wanted(form: MultiDict[str, str], kinds: dict[str, dict[str, bool]]) -> dict[str, Any]:
    """The body of the call: only what differs from what everybody has."""
    chosen = {}
    for kind in (kind for kind, choice in kinds.items() if not choice.get("locked")):
        mail = form.get(f"mail-{kind}", "now")
        one = {"mail": mail != "none", "notice": f"notice-{kind}" in form, "digest": mail == "daily"}
        if one != _PLAIN:
            chosen[kind] = one
    begin, end = form.get("from", "")[:5], form.get("to", "")[:5]
    return {"kinds": chosen, "quiet_hours": {"from": begin, "to": end} if begin or end else None}
