"""The page for guests."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.calls import catalog, progress
from portal.gateway import ApiProblem
from portal.guards import guest
from portal.views.answers import Page, shown

pages = Blueprint("public", __name__)


def cached(page: str) -> Response:
    """A text page that a browser may keep for a minute; not while somebody is signed in."""
    response = make_response(page)
    if not session:
        response.headers["Cache-Control"] = "private, max-age=60"
        response.vary.add("Cookie")
    return response


@pages.get("/")
def home() -> AnyResponse:
    """What this is, and the two ways in."""
    if "user" in session:
        return redirect(url_for("home.home"), 303)
    api = guest()
    featured = api.fan_out({"featured": lambda: catalog.featured(api)}, 0.3)["featured"].value
    return cached(render_template("public/home.html", featured=(featured or [])[:6]))


@pages.get("/verify")
def verify() -> Page:
    """Ask for the number of a certificate."""
    number = request.args.get("number", "").strip()[:100]
    if number and number.replace("-", "").isalnum():
        return redirect(url_for("public.verified", certificate_id=number), 303)
    return shown("public/verify.html", asked=number)


@pages.get("/verify/<certificate_id>")
def verified(certificate_id: str) -> Page:
    """What anybody may know: name, course, date, valid or not."""
    try:
        found = progress.verify(guest(), certificate_id)
    except ApiProblem as problem:
        if problem.status != 404:
            raise
        page, _, headers = shown("public/verify.html", asked=certificate_id[:100], unknown=True)
        return page, 404, headers
    return shown("public/verified.html", certificate=found, number=certificate_id)
