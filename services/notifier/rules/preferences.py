"""What a person wants to hear of, by which way and when; security mails stand outside of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta, timezone
from typing import Any

from services.notifier.rules.notices import NOTICES, SECURITY
from shared.errors import Refused

Document = dict[str, Any]
INDIA = timezone(timedelta(hours=5, minutes=30), "IST")
CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.A)
CHOICES = ("mail", "notice", "digest")
DEFAULT = {"mail": True, "notice": True, "digest": False}
LOCKED = {"mail": True, "notice": True, "digest": False, "locked": True}


def checked_preferences(wanted: Mapping[str, Any]) -> Document:
    """Preferences as they are stored; Refused for an unknown kind, a locked one, or a wrong time."""
    kinds: dict[str, dict[str, bool]] = {}
    for kind, choice in wanted["kinds"].items():
        if kind not in NOTICES:
            raise Refused("kind_unknown", f"There is no kind {kind}.", field=f"kinds.{kind}")
        if kind in SECURITY and any(choice[name] != DEFAULT[name] for name in choice):
            raise Refused("kind_locked", "Security mails cannot be switched off.", field=f"kinds.{kind}")
        kinds[kind] = DEFAULT | {name: bool(choice[name]) for name in choice}
    quiet = wanted["quiet_hours"]
    if quiet is not None:
        if any(not CLOCK.fullmatch(quiet[end]) for end in ("from", "to")) or quiet["from"] == quiet["to"]:
            raise Refused("time_not_valid", "Give two different times as HH:MM.", field="quiet_hours")
        quiet = {"from": quiet["from"], "to": quiet["to"]}
    return {"kinds": kinds, "quiet_hours": quiet}


def shown_preferences(stored: Mapping[str, Any] | None) -> Document:
    """All kinds with what holds for them."""
    kinds = (stored or {}).get("kinds", {})
    return {
        "kinds": {
            kind: dict(LOCKED) if kind in SECURITY else DEFAULT | kinds.get(kind, {}) | {"locked": False}
            for kind in sorted(NOTICES)
        },
        "quiet_hours": (stored or {}).get("quiet_hours"),
        "version": (stored or {}).get("version", 0),
    }


def wants(stored: Mapping[str, Any] | None, kind: str, way: str) -> bool:
    """Whether this person wants a kind by this way: mail (at once), notice, or digest (mails once a day)."""
    if kind in SECURITY or kind not in NOTICES:
        return DEFAULT[way]
    chosen = DEFAULT | (stored or {}).get("kinds", {}).get(kind, {})
    return chosen["mail"] and not chosen["digest"] if way == "mail" else bool(chosen[way])


def quiet_until(stored: Mapping[str, Any] | None, kind: str, now: datetime) -> datetime:
    """When a mail may leave: now, or the end of the quiet hours (Indian time) if they hold now."""
    quiet = (stored or {}).get("quiet_hours")
    if quiet is None or kind in SECURITY:
        return now
    local = now.astimezone(INDIA)
    begin, end = time.fromisoformat(quiet["from"]), time.fromisoformat(quiet["to"])
    clock = local.time().replace(tzinfo=None)
    inside = begin <= clock < end if begin < end else clock >= begin or clock < end
    if not inside:
        return now
    until = datetime.combine(local.date(), end, tzinfo=INDIA)
    return (until if until > local else until + timedelta(days=1)).astimezone(now.tzinfo)
