"""Mails and notices about discussions and sessions: what their words are filled with, and where they lead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from babel.dates import format_datetime

from services.notifier.rules.learning import INDIA, title_in

Document = dict[str, Any]
COMMUNITY = (
    "thread_id",
    "session_id",
    "opening_id",
)  # What is kept of an event, and by which a mail is one of these.


def page_of(about: Mapping[str, Any]) -> str | None:
    """The page of the portal about a thread, a session or an opening; None for anything else."""
    if about.get("thread_id"):
        return f"/discuss/threads/{about['thread_id']}"
    if about.get("session_id"):
        return f"/events/{about['session_id']}"
    if about.get("opening_id"):
        return f"/careers/{about['opening_id']}"
    return None


def community_values(about: Mapping[str, Any], heading: Mapping[str, Any] | None, locale: str) -> Document:
    """What a mail shows: the page, and of a session what it is called and when it begins, in Indian time."""
    values: Document = {"page": page_of(about)}
    if heading is not None:
        values |= {"session": title_in(heading["title"], locale), "starts": in_words(heading["at"], locale)}
    return values


def in_words(moment: datetime, locale: str) -> str:
    """A day and time in words, in Indian time."""
    pattern = "d MMMM y, HH:mm 'IST'"
    return str(format_datetime(moment.astimezone(INDIA), pattern, locale=locale))
