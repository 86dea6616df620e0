"""Mail domains for the own organisation: asked for here, decided by the platform's administrators."""

from __future__ import annotations

from flask import request, url_for
from flask_babel import gettext

from portal.calls import identity, platform
from portal.forms.spv import DomainForm
from portal.guards import needs, person
from portal.views.answers import Page, optional, shown
from portal.views.desk import done, sent
from portal.views.mdo import pages


@pages.route("/domains", methods=["GET", "POST"])
@needs("mdo")
def domains() -> Page:
    """What one asked for and what became of it, the list in force, and a form to ask."""
    api, form, key = person(), DomainForm(), request.form.get("key", "")
    taken, failure = sent(form, lambda: platform.ask_domain(api, form.body(), key))
    if taken:
        told = gettext("Asked for. An administrator of the platform decides.")
        return done(url_for("mdo.domains"), told)
    asked = optional(lambda: platform.domain_requests(api, request.args.get("cursor", "")), None)
    found = optional(lambda: identity.domains(api), None)
    return shown("mdo/domains.html", failure, form=form, asked=asked, found=found)
