"""Home: what to go on with, what is due, what is suggested; each part fails alone."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, redirect, session, url_for
from flask_babel import gettext

from portal.calls import catalog
from portal.gateway import ApiProblem, Part, Unreachable
from portal.guards import learner, person
from portal.settings import PortalSettings
from portal.views.answers import Page, shown
from portal.widgets import BY_SLUG, WIDGETS

pages = Blueprint("home", __name__)


@pages.get("/home")
@learner
def home() -> Page:
    """All widgets side by side within the budget; late ones are fetched by the page."""
    api = person()
    settings: PortalSettings = current_app.extensions["settings"]
    calls = {widget.slug: _bound(widget.call, api) for widget in WIDGETS}
    parts = api.fan_out(calls, settings.fan_out_budget)
    return shown("home/home.html", widgets=WIDGETS, parts=parts, name=session["user"].get("first_name", ""))


def _bound(call: Any, api: Any) -> Any:
    return lambda: call(api)


@pages.get("/home/widgets/<slug>")
@learner
def widget(slug: str) -> Page:
    """One widget: the page fetches a late one, a person without JavaScript opens it."""
    found = BY_SLUG.get(slug) or abort(404)
    try:
        part = Part("ready", found.call(person()))
    except (ApiProblem, Unreachable):
        part = Part("failed")
    return shown("home/widget.html", widget=found, part=part)


@pages.post("/home/recommended/<course_id>")
@learner
def not_relevant(course_id: str) -> Page:
    """Do not suggest this course again."""
    catalog.not_relevant(person(), course_id)
    session["notice"] = gettext("We will not suggest that course again.")
    return redirect(url_for("home.home") + "#recommended", 303)
