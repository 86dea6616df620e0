"""Posts that people reported: the same page for the platform's and an organisation's administrators."""

from __future__ import annotations

from flask import request, url_for
from flask_babel import gettext

from portal.calls import discuss
from portal.guards import person
from portal.views.answers import Page, shown
from portal.views.desk import pressed


def queue(portal: str, frame: str) -> Page:
    """Posts that wait, longest waiting first; the service gives each administrator those of their reach."""
    found = discuss.reported(person(), request.args.get("cursor", "")[:500])
    return shown("moderation/queue.html", found=found, portal=portal, frame=frame)


def decide(portal: str, frame: str, kind: str, post_id: str) -> Page:
    """Keep a post or remove it; the author reads the reason."""
    api = person()
    decision = "keep" if request.form.get("decision") == "keep" else "remove"
    reason = request.form.get("reason", "").strip()
    told = gettext("Kept. Everybody can read it.") if decision == "keep" else gettext("Removed.")
    back = url_for(f"{portal}.moderation")
    return pressed(lambda: discuss.moderate(api, kind, post_id, decision, reason), back, told, frame)
