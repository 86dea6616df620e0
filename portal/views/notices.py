"""Notifications."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for

from portal.calls import notifier
from portal.guards import person, signed_in
from portal.links import safe_next
from portal.views.answers import Page, shown

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
