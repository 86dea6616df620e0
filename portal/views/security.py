"""The own account: second factor, sessions, password."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, redirect, request, session, url_for
from flask_babel import gettext
from markupsafe import Markup

from portal.calls import identity
from portal.forms.security import ChangePasswordForm, CodeForm, ProofForm
from portal.gateway import Api
from portal.guards import guest, person, signed_in
from portal.sealed import seal, unseal
from portal.session import remember, renew_rights
from portal.views.answers import Failure, Page, attempt, shown, submit

pages = Blueprint("security", __name__, url_prefix="/account")
_PART = r'(?: (?!on)[a-z-]+="[^"<>&]*")*'
_DRAWING = re.compile(rf"<svg{_PART}><path{_PART} ?/></svg>", re.IGNORECASE)


@pages.get("/security")
@signed_in
def overview() -> Page:
    """Whether there is a second factor, and where the person is signed in."""
    return _overview()


def _overview(failure: Failure | None = None) -> Page:
    api = person()
    me = identity.me(api)
    remember(me)
    return shown("account/security.html", failure, me=me, sessions=identity.sessions(api))


@pages.post("/security/sessions/<session_id>")
@signed_in
def end_session(session_id: str) -> Page:
    """End a session on another device."""
    failure = attempt(lambda: identity.end_session(person(), session_id))
    if failure:
        return _overview(failure)
    session["notice"] = gettext("The session is ended. That device has to sign in again.")
    return redirect(url_for("security.overview"), 303)


@pages.route("/security/factor", methods=["GET", "POST"])
@signed_in
def factor() -> Page:
    """Set up the second factor: what for, then the secret, then the recovery codes."""
    api, form = person(), CodeForm()
    if request.method != "POST":
        return shown("account/factor.html", me=identity.me(api))
    begun = unseal("factor", form.sealed.data)
    if begun is None:
        return _begin(api)
    failure: Failure | None = Failure()
    codes: list[str] = []
    if form.validate():
        failure = submit(form, lambda: codes.extend(identity.confirm_factor(api, str(form.code.data))))
    if failure and failure.slug == "second_factor_not_begun":
        return redirect(url_for("security.overview"), 303)
    if failure:
        return _secret_page(form, begun, failure)
    return _confirmed(codes)


def _begin(api: Api) -> Page:
    """Ask for a secret; it lies in the page until it is confirmed, and nowhere in the portal."""
    begun: dict[str, Any] = {}
    failure = attempt(lambda: begun.update(identity.begin_factor(api)))
    if failure:
        return shown("account/factor.html", failure, me=identity.me(api))
    return _secret_page(CodeForm(formdata=None, sealed=seal("factor", begun)), begun, None)


def _secret_page(form: CodeForm, begun: dict[str, Any], failure: Failure | None) -> Page:
    drawing = str(begun.get("qr_svg") or "").strip()
    qr = Markup(drawing) if _DRAWING.fullmatch(drawing) else ""  # nosec B704: only a path, by the pattern.
    return shown("account/secret.html", failure, form=form, secret=begun["secret"], qr=qr)


def _confirmed(codes: list[str]) -> Page:
    renew_rights(guest())
    remember(identity.me(person()))
    return shown("account/recovery.html", codes=codes)


@pages.route("/security/remove", methods=["GET", "POST"])
@signed_in
def remove() -> Page:
    """Take the second factor away, with the password."""
    form = ProofForm()
    failure: Failure | None = None
    if request.method == "POST":
        failure = Failure()
        if form.validate():
            failure = submit(form, lambda: identity.remove_factor(person(), str(form.password.data)))
        if not failure:
            session["notice"] = gettext("Your second factor is removed.")
            return redirect(url_for("security.overview"), 303)
    return shown("account/remove.html", failure, form=form)


@pages.route("/password", methods=["GET", "POST"])
@signed_in
def password() -> Page:
    """Change the password; the other sessions end."""
    form = ChangePasswordForm()
    failure: Failure | None = None
    if request.method == "POST":
        failure = Failure()
        if form.validate():
            old, new = str(form.current_password.data), str(form.new_password.data)
            failure = submit(form, lambda: identity.change_password(person(), old, new))
        if not failure:
            session["notice"] = gettext("Your password is changed. You are signed out on all other devices.")
            return redirect(url_for("security.overview"), 303)
    return shown("account/password.html", failure, form=form)
