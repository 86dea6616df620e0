"""Who holds which role; the last administrator of the platform stays."""

from __future__ import annotations

from flask import request, url_for
from flask_babel import gettext

from portal.calls import people, platform
from portal.forms.spv import GrantForm
from portal.gateway import Api
from portal.guards import needs, person
from portal.views.answers import Failure, Page, optional, shown
from portal.views.desk import done, names_of, pressed, sent, unit_choices, units_of
from portal.views.spv import FRAME, pages


@pages.get("/people")
@needs("spv")
def users() -> Page:
    """Find a person."""
    api = person()
    asked = {name: request.args.get(name, "")[:200] for name in ("q", "cursor")}
    return shown("spv/people.html", found=people.users(api, asked), asked=asked, units=units_of(api))


@pages.route("/people/<user_id>", methods=["GET", "POST"])
@needs("spv")
def user(user_id: str) -> Page:
    """The roles of a person; grant another."""
    api, form = person(), GrantForm()
    form.scope.choices = [("", gettext("The whole platform")), *unit_choices(api)]
    taken, failure = sent(form, lambda: platform.grant(api, user_id, form.role.data, form.scope.data or ""))
    if taken:
        told = gettext("Granted. The person has it after signing in again, at the latest in ten minutes.")
        return done(url_for("spv.user", user_id=user_id), told)
    return _user(api, user_id, form, failure)


def _user(api: Api, user_id: str, form: GrantForm, failure: Failure | None) -> Page:
    found, grants = people.user(api, user_id), platform.grants(api, user_id)
    who = names_of(api, [one["granted_by"] for one in grants])
    return shown(
        "spv/person.html", failure, form=form, found=found, grants=grants, who=who,
        units=optional(lambda: units_of(api), {}),
    )  # fmt: skip


@pages.post("/people/<user_id>/roles/<grant_id>/revoke")
@needs("spv")
def revoke(user_id: str, grant_id: str) -> Page:
    """Revoke a role."""
    api, back = person(), url_for("spv.user", user_id=user_id)
    return pressed(lambda: platform.revoke(api, user_id, grant_id), back, gettext("Revoked."), FRAME)
