"""Events: the list, one event with registration and calendar file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import format_date, format_datetime, format_time, gettext

from portal.calls import events as calls
from portal.calls import onboarding
from portal.guards import held, learner, person
from portal.i18n import name_of
from portal.views.answers import Page, attempt, optional, shown
from portal.views.desk import done, pressed

pages = Blueprint("events", __name__, url_prefix="/events")
FRAME = "events/frame.html"
ORGANISERS = ("CONTENT_CREATOR", "CONTENT_REVIEWER", "MDO_ADMIN", "SPV_ADMIN")


@pages.app_template_filter("span")
def span(event: dict[str, Any]) -> str:
    """When an event takes place, in Indian time: the day once when it ends on the same."""
    start, end = (
        datetime.fromisoformat(event[name].replace("Z", "+00:00")) for name in ("starts_at", "ends_at")
    )
    first = format_datetime(start, "d MMM y, HH:mm")
    same = format_date(start, "y-MM-dd") == format_date(end, "y-MM-dd")
    last = format_time(end, "HH:mm") if same else format_datetime(end, "d MMM y, HH:mm")
    return str(gettext("%(first)s – %(last)s IST", first=first, last=last))


@pages.app_context_processor
def organiser() -> dict[str, Any]:
    """Lets the frame of the hub ask whether to show the organisers' pages."""
    return {"organises": lambda: held(*ORGANISERS)}


@pages.get("")
@learner
def home() -> Page:
    """Events to come, soonest first, or past ones, or one's own."""
    api = person()
    asked: dict[str, str | list[str]] = {
        "when": "past" if request.args.get("when") == "past" else "upcoming",
        "only": "mine" if request.args.get("only") == "mine" else "",
        "topic": request.args.get("topic", "")[:100],
        "cursor": request.args.get("cursor", "")[:500],
    }
    found = calls.events(api, asked)
    topics: list[dict[str, Any]] = optional(lambda: onboarding.topics(api), [])
    choices = [("", gettext("All topics")), *((one["id"], name_of(one)) for one in topics)]
    return shown("events/home.html", found=found, asked=asked, topics=choices)


@pages.get("/<event_id>")
@learner
def event(event_id: str) -> Page:
    """One event; the link to join is there for registered people."""
    return shown("events/event.html", event=calls.event(person(), event_id))


@pages.post("/<event_id>/register")
@learner
def register(event_id: str) -> Page:
    """Register, or wait for a place; again it tells the place in the waiting list."""
    api, back, answer = person(), url_for("events.event", event_id=event_id), dict[str, Any]()
    failure = attempt(lambda: answer.update(calls.register(api, event_id)))
    if failure:
        return shown("desk/refused.html", failure, frame=FRAME, back=back)
    if answer.get("state") != "waiting":
        return done(back, gettext("You are registered. We remind you a day and an hour before."))
    if answer.get("position"):
        told = gettext("All places are taken. You wait: place %(n)s in the list.", n=answer["position"])
        return done(back, told)
    return done(back, gettext("All places are taken. You are on the waiting list."))


@pages.post("/<event_id>/leave")
@learner
def leave(event_id: str) -> Page:
    """Give the place back."""
    api, back = person(), url_for("events.event", event_id=event_id)
    return pressed(
        lambda: calls.leave(api, event_id), back, gettext("You are not registered any more."), FRAME
    )


@pages.get("/<event_id>/calendar.ics")
@learner
def calendar(event_id: str) -> Response:
    """The event for a calendar."""
    file = calls.calendar(person(), event_id)
    headers = {"Content-Disposition": 'attachment; filename="karmayogi.ics"'}
    return Response(file.body, content_type="text/calendar; charset=utf-8", headers=headers)
