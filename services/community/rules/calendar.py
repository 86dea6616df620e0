"""A session as a calendar file (RFC 5545), in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from icalendar import Calendar, Event

PRODUCT = "-//Karmayogi//Community//EN"


def calendar_file(
    session: Mapping[str, Any], public_url: str, locale: str, *, joins: bool, now: datetime
) -> bytes:
    """The file; the link to join is in it only for who `joins`.

    UID stays the same for a session and SEQUENCE grows with its version, so that a calendar replaces what it had.
    """
    page = f"{public_url}/events/{session['_id']}"
    link = session["join_url"] if joins else ""
    happening = Event()
    happening.add("uid", f"{session['_id']}@{urlsplit(public_url).hostname}")
    happening.add("sequence", session["version"])
    happening.add("dtstamp", now)
    happening.add("dtstart", session["starts_at"])
    happening.add("dtend", session["ends_at"])
    happening.add("summary", _in(session["title"], locale))
    happening.add(
        "description", "\n\n".join(part for part in (_in(session["about"], locale), link, page) if part)
    )
    happening.add("url", page)
    happening.add("status", "CANCELLED" if session["state"] == "cancelled" else "CONFIRMED")
    if session["place"] or link:
        happening.add("location", session["place"] or link)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(happening)
    return bytes(calendar.to_ical())


def _in(text: Mapping[str, str], locale: str) -> str:
    return text.get(locale) or text.get("en") or next(iter(text.values()), "")
