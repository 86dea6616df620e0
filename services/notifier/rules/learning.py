"""Mails about learning: what their words are filled with; ids alone are stored with a delivery."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from babel.dates import format_date

Document = dict[str, Any]
INDIA = timezone(timedelta(hours=5, minutes=30), "IST")
LEARNING = frozenset(
    {
        "enrolled", "course_completed", "certificate_issued", "mandate_assigned", "mandate_due", "mandate_overdue",
        "progress_disputed", "dispute_answered",
    }
)  # fmt: skip


def title_in(title: Mapping[str, str], locale: str) -> str:
    """The title of a course in a language, else in another one that it has."""
    return title.get(locale) or title.get("en") or next(iter(title.values()), "")


def learning_values(about: Document, title: Mapping[str, str], locale: str) -> Document:
    """What a mail about learning shows: the course, the day it is due, and paths of the portal."""
    values: Document = {"course": title_in(title, locale), "course_path": f"/courses/{about['course_id']}"}
    if about.get("certificate_id"):
        values["certificate_path"] = f"/me/certificates/{about['certificate_id']}"
        values["certificate"] = about["certificate_id"]
    if about.get("enrolment_id"):
        values["why_path"] = f"/me/why/{about['enrolment_id']}"
    if about.get("due"):
        values["due"] = day_in_words(about["due"], locale)
        values["days"] = int(about.get("days", 0))
    return values


def day_in_words(moment: datetime, locale: str) -> str:
    """A day in words, by the calendar of India."""
    return str(format_date(moment.astimezone(INDIA).date(), "d MMMM y", locale=locale))
