"""Mail domains that may register; one administrator asks, another decides."""

from __future__ import annotations

from flask import request, session, url_for
from flask_babel import gettext

from portal.calls import identity, platform
from portal.forms.spv import DomainForm
from portal.guards import needs, person
from portal.views.answers import Page, optional, shown
from portal.views.desk import done, names_of, pressed, sent
from portal.views.spv import FRAME, pages


@pages.route("/domains", methods=["GET", "POST"])
@needs("spv")
def domains() -> Page:
    """The list, what was asked for, and a form to ask."""
    api, form, key = person(), DomainForm(), request.form.get("key", "")
    taken, failure = sent(form, lambda: platform.ask_domain(api, form.body(), key))
    if taken:
        return done(url_for("spv.domains"), gettext("Asked for. Another administrator decides."))
    asked = platform.domain_requests(api, request.args.get("cursor", ""))
    who = names_of(api, [one["asked_by"] for one in asked["items"]])
    return shown(
        "spv/domains.html", failure, form=form, asked=asked, who=who, me=session["user"].get("id"),
        found=optional(lambda: identity.domains(api), None),
    )  # fmt: skip


@pages.post("/domains/requests/<request_id>")
@needs("spv")
def domain_decide(request_id: str) -> Page:
    """Approve a domain that somebody else asked for, or decline it with a reason."""
    api, back = person(), url_for("spv.domains")
    if request.form.get("decision") == "approve":
        told = gettext("Approved. The domain is on the list.")
        return pressed(lambda: platform.approve_domain(api, request_id), back, told, FRAME)
    reason = request.form.get("reason", "").strip()
    return pressed(
        lambda: platform.decline_domain(api, request_id, reason), back, gettext("Declined."), FRAME
    )


@pages.post("/domains/<name>/remove")
@needs("spv")
def domain_remove(name: str) -> Page:
    """Take a domain off the list; accounts that exist stay."""
    api = person()
    told = gettext("Taken off the list. Accounts that exist stay.")
    return pressed(lambda: platform.remove_domain(api, name), url_for("spv.domains"), told, FRAME)
