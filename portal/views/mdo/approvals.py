"""What waits for a decision: registrations, profile changes, names."""

from __future__ import annotations

from collections.abc import Callable

from flask import request, url_for
from flask_babel import gettext

from portal.calls import dictionary, people
from portal.gateway import Api
from portal.guards import needs, person
from portal.views.answers import Page, shown
from portal.views.desk import names_of, position_choices, pressed, units_of
from portal.views.mdo import FRAME, pages


@pages.get("/approvals")
@needs("mdo")
def approvals() -> Page:
    """Three lists; each fails alone."""
    api = person()
    parts = api.fan_out(
        {
            "registrations": lambda: people.registrations(api),
            "changes": lambda: dictionary.changes(api),
            "names": lambda: people.name_changes(api),
            "units": lambda: units_of(api),
            "positions": lambda: dict(position_choices(api)),
        },
        2.0,
    )
    changes = (parts["changes"].value or {}).get("items", [])
    who = names_of(api, [one["user_id"] for one in changes])
    return shown("mdo/approvals.html", parts=parts, who=who)


@pages.post("/approvals/<any(registrations, changes, names):kind>/<thing_id>")
@needs("mdo")
def decide(kind: str, thing_id: str) -> Page:
    """Approve, or decline with a reason that the person gets to read."""
    approve = request.form.get("decision") == "approve"
    told = gettext("Approved.") if approve else gettext("Declined. The person gets your reason.")
    reason = request.form.get("reason", "").strip()
    call = _call(person(), kind, thing_id, approve, reason)
    return pressed(call, url_for("mdo.approvals"), told, FRAME)


def _call(api: Api, kind: str, thing_id: str, approve: bool, reason: str) -> Callable[[], object]:
    if kind == "registrations":
        if approve:
            return lambda: people.approve_registration(api, thing_id)
        return lambda: people.deny_registration(api, thing_id, reason)
    if kind == "changes":
        if approve:
            return lambda: dictionary.approve_change(api, thing_id)
        return lambda: dictionary.decline_change(api, thing_id, reason)
    if approve:
        return lambda: people.approve_name(api, thing_id)
    return lambda: people.decline_name(api, thing_id, reason)
