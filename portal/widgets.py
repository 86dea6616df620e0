"""The widgets of home as a table; each has its own call and fails alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from portal.calls import careers, catalog, discuss, events, network, notifier, onboarding, progress
from portal.gateway import Api


@dataclass(frozen=True)
class Widget:
    """One part of home: what it is called, how it is filled, what it says when there is nothing."""

    slug: str
    title: Any
    call: Callable[[Api], Any]
    empty: Any


def _going_on(api: Api) -> list[dict[str, Any]]:
    return list(progress.enrolments(api, "active").get("items", []))[:6]


def _unread(api: Api) -> list[dict[str, Any]]:
    return [notice for notice in notifier.notices(api).get("items", []) if not notice.get("read")][:3]


WIDGETS = (
    Widget(
        "continue", _("Continue learning"), _going_on, _("Nothing in progress yet. Find a course in Learn.")
    ),
    Widget("mandates", _("Courses you have to take"), progress.mandates, _("No course is due for you.")),
    Widget(
        "recommended",
        _("Recommended for you"),
        catalog.recommendations,
        _("Choose topics and desired competencies, and courses will be suggested here."),
    ),
    Widget(
        "gap",
        _("Your competency gap"),
        onboarding.gap,
        _("Nothing to close: say which level you want to reach."),
    ),
    Widget("new", _("Newly added"), catalog.newest, _("No new courses at the moment.")),
    Widget(
        "interests",
        _("From your topics"),
        catalog.by_interests,
        _("Choose topics of interest to fill this part."),
    ),
    Widget("trending", _("Many people take now"), catalog.trending, _("Nothing stands out at the moment.")),
    Widget(
        "discussions",
        _("Discussions that move now"),
        discuss.rail,
        _("No discussion yet. Ask the first question."),
    ),
    Widget(
        "people",
        _("People to connect with"),
        network.rail,
        _("No suggestion yet. Say what you can do and what you want to reach."),
    ),
    Widget("openings", _("Latest openings"), careers.rail, _("No opening at the moment.")),
    Widget("events", _("Events to come"), events.rail, _("No event is announced at the moment.")),
    Widget("notices", _("Notifications"), _unread, _("No unread notifications.")),
)
BY_SLUG = {widget.slug: widget for widget in WIDGETS}
