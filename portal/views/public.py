"""The page for guests."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, session, url_for
from werkzeug.wrappers import Response as AnyResponse

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
    return cached(render_template("public/home.html"))
