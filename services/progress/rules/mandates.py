"""Whom a mandate binds, and when it speaks; an audience is a set of keys that learners carry too."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from shared.errors import Conflict, Refused

Document = dict[str, Any]
DRAFT, PUBLISHED, RETIRED = "draft", "published", "retired"
OPEN, DONE, LIFTED = "open", "done", "lifted"
REMINDERS = (7, 1)  # Days before the due date.
OVERDUE = -1
DAY = 86400


def anchors(audience: Document) -> list[str]:
    """The keys by one of which any person of the audience is found: the narrowest index look-up."""
    for name, kind in (("mdo_ids", "mdo"), ("position_ids", "position"), ("groups", "group")):
        if audience[name]:
            found = [f"{kind}:{value}" for value in audience[name]]
            break
    else:
        found = []
    return found + [f"user:{value}" for value in audience["user_ids"]]


def keys_of(learner: Document) -> list[str]:
    """The keys under which mandates that may bind this person are found."""
    keys = [f"mdo:{unit}" for unit in learner.get("mdo_path") or ()]
    keys += [f"{kind}:{learner[name]}" for kind, name in _KEYS if learner.get(name)]
    return [*keys, f"user:{learner['_id']}"]


_KEYS = (("position", "position_id"), ("group", "group"))


def belongs(learner: Document, audience: Document) -> bool:
    """Whether a person is named, or matches each of the given units, positions and groups."""
    if learner["_id"] in audience["user_ids"]:
        return True
    given = [
        (audience["mdo_ids"], learner.get("mdo_path") or ()),
        (audience["position_ids"], (learner.get("position_id"),)),
        (audience["groups"], (learner.get("group"),)),
    ]
    asked = [(wanted, has) for wanted, has in given if wanted]
    return bool(asked) and all(set(wanted) & set(has) for wanted, has in asked)


def learners_of(audience: Document) -> list[Document]:
    """Filters of the learners' projection that together find the audience: those who match, those named."""
    matching: Document = {}
    if audience["mdo_ids"]:
        matching["mdo_path"] = {"$in": audience["mdo_ids"]}
    if audience["position_ids"]:
        matching["position_id"] = {"$in": audience["position_ids"]}
    if audience["groups"]:
        matching["group"] = {"$in": audience["groups"]}
    named = {"_id": {"$in": audience["user_ids"]}} if audience["user_ids"] else {}
    return [one for one in (matching, named) if one]


def require_audience(audience: Document) -> None:
    """Refused when nobody could be meant."""
    if not any(audience.values()):
        raise Refused("audience_empty", "Name units, positions, groups or people.", field="audience")


def require_future(due: datetime, now: datetime) -> None:
    """Refused when the due date is over before the mandate begins."""
    if due <= now:
        raise Refused("due_in_the_past", "The due date must lie ahead.", field="due")


def require_status(mandate: Document, *states: str) -> None:
    """Conflict when a mandate is not in one of these states."""
    if mandate["status"] not in states:
        raise Conflict("mandate_" + mandate["status"], "The mandate's state does not allow this.")


def assignment_id(mandate_id: str, user_id: str, course_id: str) -> str:
    """The key of one duty: the same for all versions of a mandate's rule."""
    return f"{mandate_id}:{user_id}:{course_id}"


def new_assignment(mandate: Document, learner: Document, course_id: str, now: datetime) -> Document:
    """A duty of a person as the published rule makes it."""
    rule = mandate["rule"]
    at, _ = next_notice(rule["due"], now)
    return {
        "_id": assignment_id(mandate["_id"], learner["_id"], course_id),
        "mandate_id": mandate["_id"],
        "rule": rule["n"],
        "user_id": learner["_id"],
        "course_id": course_id,
        "mdo_id": learner["mdo_id"],
        "mdo_path": list(learner.get("mdo_path") or ()),
        "due": rule["due"],
        "cycle": rule.get("cycle"),
        "status": OPEN,
        "started": False,
        "completed_at": None,
        "assigned_at": now,
    } | ({"remind_at": at} if at else {})


def next_notice(due: datetime, now: datetime) -> tuple[datetime | None, int]:
    """When the next notice of a due date is to go out after `now`, and for how many days (-1: overdue)."""
    for days in (*REMINDERS, 0):
        at = due - timedelta(days=days)
        if at > now:
            return at, days or OVERDUE
    return None, 0


def notice_at(due: datetime, now: datetime) -> int:
    """The notice whose time has come last; notices that were missed before it are not sent any more."""
    passed = [days for days in (*REMINDERS, 0) if due - timedelta(days=days) <= now]
    return (passed[-1] or OVERDUE) if passed else 0


def standing(enrolments: Iterable[Document], cycle: str | None) -> Document:
    """What a person's enrolments in a course say about a duty: done, begun, or neither."""
    counted = [one for one in enrolments if cycle is None or one["cycle"] == cycle]
    done = [one for one in counted if one["status"] == "completed"]
    if done:
        first = min(done, key=lambda one: str(one["completed_at"]))
        return {"status": DONE, "completed_at": first["completed_at"], "started": True}
    return {"status": OPEN, "started": any(one["status"] == "active" for one in counted)}


def why(mandate: Document, learner: Document | None) -> dict[str, str]:
    """Why a mandate binds a person, for that person."""
    audience, rule = mandate["rule"]["audience"], mandate["rule"]
    order = {
        "en": f" Order number {rule['order_number']}." if rule.get("order_number") else "",
        "hi": f" आदेश संख्या {rule['order_number']}।" if rule.get("order_number") else "",
    }
    if learner is None or learner["_id"] in audience["user_ids"]:
        said = {"en": "You are named in this mandate.", "hi": "इस अनिवार्य प्रशिक्षण में आपका नाम दिया गया है।"}
    else:
        en = [text for field, text, _ in _REASONS if audience[field]]
        hi = [text for field, _, text in _REASONS if audience[field]]
        said = {
            "en": f"It is for all in {' and '.join(en)}.",
            "hi": f"यह {' और '.join(hi)} के सभी लोगों के लिए है।",
        }
    return {
        locale: f"{said[locale]} {_BECAUSE[locale]} {rule['reason']}{order[locale]}"
        for locale in ("en", "hi")
    }


_BECAUSE = {"en": "Reason given:", "hi": "बताया गया कारण:"}
_REASONS = (
    ("mdo_ids", "your organisation", "आपके संगठन"),
    ("position_ids", "your position", "आपके पद"),
    ("groups", "your service group", "आपके सेवा समूह"),
)


def days_left(due: datetime, now: datetime) -> int:
    """Whole days until a due date, a begun one counted; negative when it is over."""
    return ceil((due - now).total_seconds() / DAY) if due > now else -ceil((now - due).total_seconds() / DAY)
