"""Pages that every site has: help, accessibility, privacy, terms, sitemap, robots.txt."""

from __future__ import annotations

import json
from pathlib import Path

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    session,
    url_for,
)
from flask_babel import lazy_gettext as _

from portal.calls import catalog, onboarding
from portal.guards import anyone, person
from portal.i18n import NAMES
from portal.links import STATIC, manifest, safe_next
from portal.settings import PortalSettings
from portal.views.answers import Page, optional, shown
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
    closed = (
        "/home",
        "/me/",
        "/account",
        "/confirm-email",
        "/profile",
        "/onboarding",
        "/attempts/",
        "/notifications",
        "/set-password",
        "/register/sent",
        "/logout",
        "/api/",
    )
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


HELP = (
    ("help", _("The mail does not come")),
    ("help", _("My address is not accepted")),
    ("help", _("My organisation is not listed")),
    ("help", _("I cannot sign in")),
    ("help", _("How a course works")),
    ("accessibility", _("Accessibility")),
    ("privacy", _("Privacy")),
    ("terms", _("Terms")),
)


@pages.get("/search")
def search() -> Page:
    """Courses and help for the same words."""
    words = request.args.get("q", "").strip()[:200]
    answer = optional(lambda: catalog.search(anyone(), {"q": words}), None)
    told = [(name, str(text)) for name, text in HELP]
    parts = [part for part in words.casefold().split() if len(part) > 2]
    helping = [entry for entry in told if any(part in entry[1].casefold() for part in parts)]
    return shown("site/search.html", words=words, answer=answer, helping=helping)


@pages.get("/feedback")
def feedback() -> Page:
    """Where to write to; the portal keeps no messages of its own."""
    return shown("site/feedback.html")


@pages.route("/display", methods=["GET", "POST"])
def display() -> Page:
    """Light or dark, and little data; kept in two cookies that say nothing else."""
    if request.method != "POST":
        return shown("site/display.html", back=safe_next(request.args.get("next"), url_for("site.display")))
    response = make_response(redirect(url_for("site.display"), 303))
    settings: PortalSettings = current_app.extensions["settings"]
    for name, allowed in (("theme", ("light", "dark")), ("data", ("low", "full"))):
        value = request.form.get(name, "")
        if value in allowed:
            response.set_cookie(
                name, value, max_age=31_536_000, secure=settings.secure_cookie, httponly=True, samesite="Lax"
            )
        else:
            response.delete_cookie(name, secure=settings.secure_cookie, httponly=True, samesite="Lax")
    return response


@pages.post("/language")
def language() -> Page:
    """The same page in another language; mails to a signed-in person come in it too."""
    code = request.form.get("language", "")
    if "user" in session and code in NAMES:
        optional(lambda: onboarding.change_profile(person(), {"locale": code}, None), None)
    return redirect(safe_next(request.form.get("next"), "/"), 303)


@pages.get("/offline")
def offline() -> Response:
    """What a browser shows without a connection; it is the same for everybody."""
    response = make_response(render_template("site/offline.html"))
    response.headers["Cache-Control"] = "private, max-age=60"
    return response


@pages.get("/sw.js")
def worker() -> Response:
    """The service worker, at the root so that it reaches all pages; it keeps built files and the offline page."""
    names = manifest()
    kept = [f"/static/{names[name]}" for name in ("portal.css", "portal.mjs", "favicon.svg")]
    script = (STATIC / names["sw.mjs"]).read_text(encoding="utf-8")
    body = f"const FILES = {json.dumps(kept)};\n{script}"
    response = current_app.response_class(body, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response
