"""The own name and address: what they are, and how they change."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, session, url_for
from flask_babel import gettext

from portal.calls import identity
from portal.forms.security import NewEmailForm, NewNameForm
from portal.gateway import ApiProblem
from portal.guards import guest, person, signed_in
from portal.sealed import now
from portal.session import sign_out
from portal.views.answers import Failure, Page, attempt, shown
from portal.views.desk import done, sent

pages = Blueprint("personal", __name__)
LINK_KEPT = 1800
PURPOSE = "confirm_email"


@pages.get("/account")
@signed_in
def account() -> Page:
    """What the account is known by, what waits, and the ways to change it."""
    return shown("account/account.html", me=identity.me(person()))


@pages.route("/account/email", methods=["GET", "POST"])
@signed_in
def email() -> Page:
    """Ask for another address; the present one stays until the link in the mail to the new one is used."""
    api, form = person(), NewEmailForm()
    taken, failure = sent(
        form, lambda: identity.ask_email(api, str(form.email.data), str(form.password.data))
    )
    if taken:
        told = gettext("A mail with a link is on its way to the new address. Open the link to confirm it.")
        return done(url_for("personal.email"), told)
    return shown("account/email.html", failure, form=form, me=identity.me(api))


@pages.route("/account/name", methods=["GET", "POST"])
@signed_in
def name() -> Page:
    """Ask for another name, and see what became of it."""
    api = person()
    me = identity.me(api)
    form = NewNameForm(data=None if request.method == "POST" else _held(me))
    typed = (form.first_name, form.last_name, form.reason)
    taken, failure = sent(form, lambda: identity.ask_name(api, *(str(field.data) for field in typed)))
    if taken:
        return done(
            url_for("personal.name"), gettext("Asked for. Your organisation's administrator decides.")
        )
    return shown("account/name.html", failure, form=form, me=me)


def _held(me: dict[str, Any]) -> dict[str, Any]:
    return {part: me.get(part) or "" for part in ("first_name", "last_name")}


@pages.get("/confirm-email")
def confirm() -> Page:
    """Take the token out of the address, then show whose link it is; nothing changes before the button."""
    token = request.args.get("token", "")
    if token:
        session["new_address"] = {"token": token[:400], "at": now()}
        return redirect(url_for("personal.confirm"), 303)
    return _owner_page(None)


@pages.post("/confirm-email")
def take_address() -> Page:
    """Take the new address; all sessions end, so the next page is signing in."""
    token = _token()
    failure = (
        attempt(lambda: identity.confirm_email(guest(), token)) if token else Failure(slug="link_missing")
    )
    if failure and failure.slug.startswith("link_"):
        return shown("account/email_link.html", slug=failure.slug)[0], 410
    if failure:
        return _owner_page(failure)
    sign_out(guest())
    session["notice"] = gettext("Your new address holds from now on. Sign in with it.")
    return redirect(url_for("account.login"), 303)


def _token() -> str:
    link: dict[str, Any] = session.get("new_address") or {}
    return str(link.get("token", "")) if now() - link.get("at", 0) < LINK_KEPT else ""


def _owner_page(failure: Failure | None) -> Page:
    """Whose link it is, with the button; or why the link does not work."""
    token = _token()
    if not token:
        return shown("account/email_link.html", slug="link_missing")
    try:
        owner = identity.check_link(guest(), token)
    except ApiProblem as problem:
        if problem.status not in (404, 410, 422):
            raise
        return shown("account/email_link.html", slug=problem.slug)[0], 410
    if owner.get("purpose") != PURPOSE:
        return shown("account/email_link.html", slug="link_unknown")[0], 410
    return shown("account/confirm_email.html", failure, owner=owner)
