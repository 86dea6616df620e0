"""Set a password, sign in, forgotten password, sign out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.calls import identity
from portal.forms.account import CorrectionForm, EmailForm, PasswordForm, SignInForm
from portal.forms.security import CodeForm
from portal.gateway import ApiProblem, Unreachable
from portal.guards import guest, person
from portal.links import safe_next
from portal.sealed import now, seal, unseal
from portal.session import remember, sign_in, sign_out
from portal.views.answers import Failure, shown, submit
from portal.views.register import fill_levels, options

pages = Blueprint("account", __name__)
Page = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]
LINK_KEPT = 1800


@pages.get("/set-password")
def set_password() -> Page:
    """Take the token out of the address, then show the form of the clean one."""
    token = request.args.get("token", "")
    if token:
        session["link"] = {"token": token[:400], "at": now()}
        return redirect(url_for("account.set_password"), 303)
    owner = _owner()
    return owner if isinstance(owner, tuple) else _password_page(*_owner_form(owner), owner, None)


@pages.post("/set-password")
def save_password() -> Page:
    """Set the password, with what the owner corrects, and go to sign in."""
    owner = _owner()
    if isinstance(owner, tuple):
        return owner
    form, mdo_id = _owner_form(owner)
    if "update" in request.form:
        return _password_page(form, mdo_id, owner, None)
    failure: Failure | None = Failure()
    if form.validate():
        failure = _save_password(form, mdo_id, owner)
    if failure:
        return _password_page(form, mdo_id, owner, failure)
    session.pop("link", None)
    session["notice"] = gettext("Your password is set. You can sign in now.")
    return redirect(url_for("account.login"), 303)


def _link_token() -> str:
    link: dict[str, Any] = session.get("link") or {}
    return str(link.get("token", "")) if now() - link.get("at", 0) < LINK_KEPT else ""


def _owner() -> dict[str, Any] | tuple[str, int]:
    """Whose link this is, or the page that says why it does not work."""
    token = _link_token()
    if not token:
        status = 200 if request.method != "POST" else 410
        return render_template("account/link.html", slug="link_missing"), status
    try:
        return identity.check_link(guest(), token)
    except ApiProblem as problem:
        if problem.status not in (400, 404, 410, 422):
            raise
        return render_template("account/link.html", slug=problem.slug), 410


def _owner_form(owner: dict[str, Any]) -> tuple[PasswordForm, str]:
    """The form, and the unit chosen in it; who confirms a registration can correct it."""
    typed = request.form if request.method == "POST" else None
    if not owner.get("may_correct"):
        return PasswordForm(formdata=typed), ""
    api, form = guest(), CorrectionForm(formdata=typed, data=owner)
    form.position_id.choices = options(identity.positions(api), gettext("As it is"))
    return form, fill_levels(form, api, gettext("As it is"))


def _save_password(form: PasswordForm, mdo_id: str, owner: dict[str, Any]) -> Failure | None:
    changes = form.corrections(mdo_id, owner) if isinstance(form, CorrectionForm) else {}
    names = {"position_text": "position_id", "mdo_id": "mdo_1"}
    password = str(form.password.data)
    return submit(form, lambda: identity.set_password(guest(), _link_token(), password, changes), names)


def _password_page(form: PasswordForm, mdo_id: str, owner: dict[str, Any], failure: Failure | None) -> Page:
    unfolded = bool(mdo_id) or any(form[name].errors for name in form.data if name != "password")
    return shown("account/set_password.html", failure, form=form, owner=owner, unfolded=unfolded)


@pages.route("/login", methods=["GET", "POST"])
def login() -> Page:
    """Sign in and go where the person was going."""
    form = SignInForm(next=request.args.get("next", ""))
    if request.method != "POST":
        if "user" in session:
            return redirect(safe_next(request.args.get("next"), url_for("home.home")), 303)
        return render_template("account/login.html", form=form, failure=None)
    failure: Failure | None = Failure()
    pair: dict[str, Any] = {}
    if form.validate():
        failure = submit(form, lambda: pair.update(_token_pair(form)))
    if failure and failure.slug == "second_factor_needed":
        return shown("account/code.html", form=_code_form(form))
    if failure:
        return shown("account/login.html", failure, form=form)
    return _signed_in(pair, form.next.data)


def _token_pair(form: SignInForm) -> dict[str, Any]:
    return identity.sign_in(guest(), str(form.email.data), str(form.password.data))


def _code_form(form: SignInForm) -> CodeForm:
    """The second page of signing in; what was typed on the first travels sealed."""
    typed = {"email": form.email.data, "password": form.password.data, "next": form.next.data}
    return CodeForm(formdata=None, sealed=seal("sign-in", typed))


@pages.route("/login/code", methods=["GET", "POST"])
def code() -> Page:
    """Sign in with the code of the authenticator app, or one for recovery."""
    form = CodeForm()
    typed = unseal("sign-in", form.sealed.data) if request.method == "POST" else None
    if typed is None:
        if request.method == "POST":
            session["notice"] = gettext("That took too long. Enter address and password again.")
        return redirect(url_for("account.login"), 303)
    failure: Failure | None = Failure()
    pair: dict[str, Any] = {}
    if form.validate():
        own = typed["email"], typed["password"], str(form.code.data)
        failure = submit(form, lambda: pair.update(identity.sign_in(guest(), *own)))
    if failure:
        return shown("account/code.html", _wrong_code(form, failure), form=form)
    return _signed_in(pair, typed["next"])


def _wrong_code(form: CodeForm, failure: Failure) -> Failure:
    if failure.slug == "login_failed":
        failure.general = []
        form.code.errors = [gettext("This code is not right or was used already. Wait for the next one.")]
    return failure


def _signed_in(pair: dict[str, Any], back: str | None) -> Page:
    """Onwards; who has a role that waits for a second factor is led to its page first."""
    sign_in(pair)
    _note_person()
    held_back = pair.get("second_factor") == "setup_needed"
    fallback = url_for("security.factor") if held_back else url_for("home.home")
    return redirect(fallback if held_back else safe_next(back, fallback), 303)


def _note_person() -> None:
    try:
        remember(identity.me(person()))
    except (ApiProblem, Unreachable):
        return  # The next page asks again.


@pages.route("/forgot", methods=["GET", "POST"])
def forgot() -> Page:
    """Ask for a link to choose a new password."""
    form = EmailForm()
    if request.method != "POST":
        return render_template("account/forgot.html", form=form, failure=None)
    failure: Failure | None = Failure()
    if form.validate():
        failure = submit(form, lambda: identity.forgot(guest(), str(form.email.data)))
    if failure:
        return (
            render_template("account/forgot.html", form=form, failure=failure),
            failure.status,
            failure.headers,
        )
    return redirect(url_for("account.forgot_sent"), 303)


@pages.get("/forgot/sent")
def forgot_sent() -> Page:
    """The same words for every address."""
    return render_template("account/forgot_sent.html")


@pages.get("/logout")
def signed_out() -> Page:
    """Signed out, or the button to do so."""
    return render_template("account/logout.html")


@pages.post("/logout")
def logout() -> Page:
    """End the session here and the token family at identity."""
    sign_out(guest())
    response = make_response(redirect(url_for("account.signed_out"), 303))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
