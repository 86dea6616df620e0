"""Pages that every site has: help, accessibility, privacy, terms, sitemap, robots.txt."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, abort, current_app, render_template, send_file

from portal.i18n import NAMES
from portal.settings import PortalSettings
from portal.views.public import cached

pages = Blueprint("site", __name__)
LISTED = ("help", "accessibility", "privacy", "terms", "sitemap")


@pages.get("/<any(help, accessibility, privacy, terms, sitemap):name>")
def page(name: str) -> Response:
    """One text page."""
    return cached(render_template(f"site/{name}.html", listed=LISTED))


@pages.get("/robots.txt")
def robots() -> Response:
    """What crawlers may read."""
    closed = ("/home", "/set-password", "/register/sent", "/logout", "/api/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    lines += [f"Disallow: /{code}{path}" for code in NAMES if code != "en" for path in closed[:-1]]
    response = current_app.response_class("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@pages.get("/logo")
def logo() -> Response:
    """The owner's logo, when one is configured; none is shipped."""
    settings: PortalSettings = current_app.extensions["settings"]
    if not settings.logo_file:
        abort(404)
    return send_file(Path(settings.logo_file).resolve(), max_age=3600)
