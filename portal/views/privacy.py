"""The own data: the notice and consent, copies, erasure with its notice, and who looked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext

from portal.calls import privacy
from portal.forms.security import ProofForm
from portal.gateway import Download
from portal.guards import person, signed_in
from portal.i18n import locale
from portal.views.answers import Failure, Page, attempt, shown
from portal.views.desk import done, sent

pages = Blueprint("privacy", __name__, url_prefix="/account/privacy")
LOOKS = ("identity", "progress")  # The services that keep who looked.


@pages.get("")
@signed_in
def overview() -> Page:
    """The notice, the consent, copies and erasure; each part fails alone."""
    return _overview(None)


def _overview(failure: Failure | None) -> Page:
    api = person()
    parts = api.fan_out(
        {
            "notice": lambda: privacy.notice(api),
            "consent": lambda: privacy.consent(api),
            "copies": lambda: privacy.copies(api),
            "erasure": lambda: privacy.erasure(api),
        },
        1.5,
    )
    return shown("privacy/privacy.html", failure, parts=parts)


@pages.post("/consent")
@signed_in
def decide() -> Page:
    """Accept the notice as it was read, or withdraw; what holds already is not noted twice."""
    api, version = person(), request.form.get("version", "")[:32]
    accepted = request.form.get("accepted") == "1"

    def call() -> None:
        held = privacy.consent(api)
        if held["accepted"] != accepted or held["version"] != version:
            privacy.decide(api, version, locale(), accepted)

    failure = attempt(call)
    if failure:
        return _overview(failure)
    told = gettext("You have accepted the notice.") if accepted else gettext("Your consent is withdrawn.")
    return done(url_for("privacy.overview") + "#consent", told)


@pages.post("/copies")
@signed_in
def ask_copy() -> Page:
    """Ask for a copy of the own data; while one is being made there is no second one."""
    failure = attempt(lambda: privacy.ask_copy(person()))
    if failure:
        return _overview(failure)
    told = gettext("Your copy is being made. A mail tells you when it can be fetched.")
    return done(url_for("privacy.overview") + "#copies", told)


@pages.post("/copies/<copy_id>")
@signed_in
def fetch_copy(copy_id: str) -> Page:
    """The copy as a file; again for a while, for a double press or a line that broke must not lose it."""
    found: list[Download] = []
    failure = attempt(lambda: found.append(privacy.fetch_copy(person(), copy_id)))
    if failure:
        return _overview(failure)
    headers = {"Content-Disposition": 'attachment; filename="my-data.zip"', "Cache-Control": "no-store"}
    return Response(found[0].body, mimetype="application/zip", headers=headers)


@pages.route("/erasure", methods=["GET", "POST"])
@signed_in
def erasure() -> Page:
    """What an erasure takes away and what a law keeps, and the form that asks for it."""
    api, form = person(), ProofForm()
    taken, failure = sent(form, lambda: privacy.ask_erasure(api, str(form.password.data)))
    if taken:
        told = gettext("Your account will be erased. Until the time shown below you can still cancel.")
        return done(url_for("privacy.overview") + "#erasure", told)
    return shown("privacy/erasure.html", failure, form=form, wish=privacy.erasure(api))


@pages.post("/erasure/cancel")
@signed_in
def keep_account() -> Page:
    """Take the wish to be erased back; a second time changes nothing."""
    failure = attempt(lambda: privacy.keep_account(person()))
    if failure:
        return _overview(failure)
    return done(url_for("privacy.overview") + "#erasure", gettext("Cancelled. Your account stays as it is."))


@pages.get("/looks")
@signed_in
def looks() -> Page:
    """Who looked at the own account and the own learning, newest first; each list turns and fails alone."""
    api, turned = person(), request.args.get("part", "identity")
    cursor = request.args.get("cursor", "")[:400]

    def call(part: str) -> Callable[[], dict[str, Any]]:
        return lambda: privacy.looks(api, part, cursor if part == turned else "")

    return shown("privacy/looks.html", parts=api.fan_out({part: call(part) for part in LOOKS}, 1.5))
