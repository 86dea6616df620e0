"""Notifications."""

from __future__ import annotations

from flask import Blueprint, redirect, request, session, url_for
from flask_babel import gettext

from portal.calls import catalog, notifier
from portal.forms.notices import MAILS, grouped, mail_of, wanted
from portal.guards import person, signed_in
from portal.links import safe_next
from portal.views.answers import Failure, Page, attempt, optional, shown

pages = Blueprint("notices", __name__)


@pages.get("/notifications")
@signed_in
def notices() -> Page:
    """What happened, newest first."""
    return shown("notices/notices.html", answer=notifier.notices(person(), request.args.get("cursor", "")))


@pages.post("/notifications")
@signed_in
def read() -> Page:
    """Mark one notice, or all, as read; one with a link leads there."""
    api, notice_id = person(), request.form.get("notice", "")
    if notice_id:
        notifier.read(api, notice_id)
    else:
        notifier.read_all(api)
    return redirect(safe_next(request.form.get("link"), url_for("notices.notices")), 303)


@pages.get("/notifications/settings")
@signed_in
def settings() -> Page:
    """What one hears of, by which way and when; and whether browsing counts."""
    return _settings()


@pages.post("/notifications/settings")
@signed_in
def choose() -> Page:
    """Save one of the two forms of the page."""
    api, body = person(), {}
    if "browsing_form" in request.form:
        failure = attempt(lambda: catalog.count_browsing(api, "browsing" in request.form))
    else:
        body = wanted(request.form, notifier.preferences(api)["kinds"])
        failure = attempt(lambda: notifier.choose(api, body))
    if failure:
        return _settings(failure, body.get("quiet_hours"))
    session["notice"] = gettext("Saved.")
    return redirect(url_for("notices.settings"), 303)


def _settings(failure: Failure | None = None, quiet: dict[str, str] | None = None) -> Page:
    api = person()
    found = notifier.preferences(api)
    return shown(
        "notices/settings.html", failure, groups=grouped(found["kinds"]), mails=MAILS, mail_of=mail_of,
        quiet=quiet or found.get("quiet_hours") or {}, browsing=optional(lambda: catalog.preferences(api), None),
    )  # fmt: skip
