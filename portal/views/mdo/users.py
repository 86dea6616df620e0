"""People of an organisation: the list, one person, inviting."""

from __future__ import annotations

from flask import request, session, url_for
from flask_babel import gettext

from portal.calls import people
from portal.forms.mdo import InviteForm, ReasonForm
from portal.gateway import Api
from portal.guards import needs, person
from portal.i18n import NAMES
from portal.views.answers import Failure, Page, optional, shown
from portal.views.desk import done, form_page, position_choices, pressed, sent, unit_choices, units_of
from portal.views.mdo import FRAME, pages


@pages.get("/people")
@needs("mdo")
def users() -> Page:
    """People of one's units with the state of their accounts, by words and state."""
    api = person()
    asked = {name: request.args.get(name, "")[:200] for name in ("q", "status", "mdo_id", "cursor")}
    return shown(
        "mdo/users.html", found=people.users(api, asked), asked=asked, units=units_of(api),
        choices=optional(lambda: unit_choices(api), []),
    )  # fmt: skip


@pages.get("/people/<user_id>")
@needs("mdo")
def user(user_id: str) -> Page:
    """One person, with the mails that went out and what can be done."""
    return _user(person(), user_id, ReasonForm(), None)


def _user(api: Api, user_id: str, form: ReasonForm, failure: Failure | None) -> Page:
    found = people.user(api, user_id)
    mails = optional(lambda: people.mails(api, user_id), None)
    return shown("mdo/user.html", failure, found=found, mails=mails, units=units_of(api), form=form)


@pages.post("/people/<user_id>/link")
@needs("mdo")
def link(user_id: str) -> Page:
    """Send the set-password mail again."""
    api, back = person(), url_for("mdo.user", user_id=user_id)
    told = gettext("A new link is on its way. Older links no longer work.")
    return pressed(lambda: people.send_link(api, user_id), back, told, FRAME)


@pages.post("/people/<user_id>/usable")
@needs("mdo")
def usable(user_id: str) -> Page:
    """Disable an account or enable it again, with the reason."""
    api, form = person(), ReasonForm()
    enable = request.form.get("usable") == "1"
    taken, failure = sent(form, lambda: people.set_usable(api, user_id, enable, form.reason.data))
    if not taken:
        return _user(api, user_id, form, failure)
    told = gettext("The account is enabled.") if enable else gettext("The account is disabled.")
    return done(url_for("mdo.user", user_id=user_id), told)


@pages.route("/invite", methods=["GET", "POST"])
@needs("mdo")
def invite() -> Page:
    """Invite one person; the address is judged by the same rule as everywhere."""
    api, form, key = person(), InviteForm(), request.form.get("key", "")
    form.mdo_id.choices, form.position_id.choices = unit_choices(api), position_choices(api)
    form.locale.choices = list(NAMES.items())
    made: dict[str, str] = {}
    taken, failure = sent(form, lambda: made.update(people.invite(api, form.body(), key)))
    if taken:
        session["notice"] = gettext("Invited. The mail with the link is on its way.")
        return done(url_for("mdo.user", user_id=made["id"]), session["notice"])
    return form_page(FRAME, gettext("Invite a person"), form, failure, gettext("Invite"))
