"""Careers: openings with their match, what lacks and which courses close it, saving, watching, applying."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, request, url_for
from flask_babel import gettext

from portal.calls import careers as calls
from portal.forms.careers import ApplyForm
from portal.gateway import Api
from portal.guards import learner, person
from portal.i18n import name_of
from portal.views.answers import Failure, Page, shown
from portal.views.desk import done, position_choices, pressed, sent

pages = Blueprint("careers", __name__, url_prefix="/careers")
FRAME = "careers/frame.html"
SORTS = ("match", "new", "last_date")
ONLY = ("saved", "applied", "qualified")
NARROW = ("mdo", "competency")


@pages.get("")
@learner
def home() -> Page:
    """Published openings, best match first, by words and filters."""
    api, sort, only = person(), request.args.get("sort", ""), request.args.get("only", "")
    asked: dict[str, str | list[str]] = {
        "q": request.args.get("q", "").strip()[:100],
        "sort": sort if sort in SORTS else "match",
        "only": only if only in ONLY else "",
        "cursor": request.args.get("cursor", "")[:500],
        **{name: request.args.get(name, "")[:100] for name in ("position", *NARROW)},
    }
    found = calls.openings(api, asked)
    positions = [("", gettext("All positions")), *position_choices(api)]
    return shown(
        "careers/home.html", found=found, asked=asked, positions=positions, chips=_chips(found, asked)
    )


def _chips(found: dict[str, Any], asked: dict[str, Any]) -> list[dict[str, str]]:
    """What narrows the list by a link, with its name as far as the list tells it, and how to drop it."""
    names: dict[str, str] = {}
    for one in found["items"]:
        names[one["mdo"]["id"]] = name_of(one["mdo"])
        names |= {need["competency"]["id"]: name_of(need["competency"]) for need in one["competencies"]}
    dropped = ("cursor",)
    return [
        {
            "name": names.get(asked[name], asked[name]),
            "drop": urlencode(
                [pair for pair in request.args.items(multi=True) if pair[0] not in (name, *dropped)]
            ),
        }
        for name in NARROW
        if asked[name]
    ]


@pages.get("/applications")
@learner
def applications() -> Page:
    """The person's own applications."""
    found = calls.applications(person(), request.args.get("cursor", "")[:500])
    return shown("careers/applications.html", found=found)


@pages.post("/applications/<application_id>/withdraw")
@learner
def withdraw(application_id: str) -> Page:
    """Take an application back."""
    api, back = person(), url_for("careers.applications")
    told = gettext("Your application is taken back.")
    return pressed(lambda: calls.withdraw(api, application_id), back, told, FRAME)


@pages.get("/<opening_id>")
@learner
def opening(opening_id: str) -> Page:
    """One opening: what fits, what lacks, the courses that close it, and what one can do."""
    return _page(person(), opening_id, ApplyForm(), None)


def _page(api: Api, opening_id: str, form: ApplyForm, failure: Failure | None) -> Page:
    return shown("careers/opening.html", failure, opening=calls.opening(api, opening_id), form=form)


@pages.post("/<opening_id>/<any(save, unsave, watch, unwatch):action>")
@learner
def act(opening_id: str, action: str) -> Page:
    """Save an opening or ask to be told when one qualifies, and the reverse."""
    api, answer = person(), dict[str, Any]()
    call: Callable[[Api, str], dict[str, Any] | None] = getattr(calls, action)
    back = url_for("careers.opening", opening_id=opening_id)
    page = pressed(lambda: answer.update(call(api, opening_id) or {}), back, _told(action, {}), FRAME)
    if answer.get("qualified"):
        return done(back, _told(action, answer))
    return page


def _told(action: str, answer: dict[str, Any]) -> str:
    if answer.get("qualified"):
        return str(gettext("You qualify already: you can apply now."))
    told: dict[str, str] = {
        "save": gettext("Saved. You find it under Saved."),
        "unsave": gettext("It is no longer among the saved ones."),
        "watch": gettext("We will tell you once, by mail and notification, when you qualify."),
        "unwatch": gettext("We will not tell you about this opening."),
    }
    return told[action]


@pages.post("/<opening_id>/apply")
@learner
def apply(opening_id: str) -> Page:
    """Apply; a second sending changes nothing."""
    api, form, key = person(), ApplyForm(), request.form.get("key", "")
    taken, failure = sent(form, lambda: calls.apply(api, opening_id, form.note.data or "", key))
    if not taken:
        return _page(api, opening_id, form, failure)
    return done(url_for("careers.applications"), gettext("Your application is sent."))
