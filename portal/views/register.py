"""Registration: the form, the units by level, the mail that follows."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_babel import gettext

from portal.calls import identity
from portal.forms.account import LEVELS, CorrectionForm, EmailForm, RegistrationForm
from portal.forms.profile import ProfileForm
from portal.gateway import Api, ApiProblem, Unreachable
from portal.guards import guest
from portal.i18n import locale, name_of
from portal.sealed import now
from portal.views.answers import Failure, Page, submit, waiting

pages = Blueprint("register", __name__)

RESEND_AFTER = 60


def options(things: list[dict[str, Any]], first: str) -> list[tuple[str, str]]:
    return [("", first), *((str(thing["id"]), name_of(thing)) for thing in things)]


def fill_levels(form: RegistrationForm | ProfileForm | CorrectionForm, api: Api, first: str = "") -> str:
    """Offer the units below each chosen one; return the deepest chosen id. A choice not on offer is dropped."""
    chosen = ""
    units = identity.mdos(api)
    form.shown_levels = []
    for level in LEVELS:
        field = form[level]
        if not units:
            field.data, field.choices = "", [("", "")]
            continue
        form.shown_levels.append(level)
        field.choices = options(units, first or gettext("Choose"))
        picked = next((unit for unit in units if str(unit["id"]) == field.data), None)
        field.data = str(picked["id"]) if picked else ""
        chosen = field.data or chosen
        units = identity.mdos(api, str(picked["id"])) if picked and picked.get("has_children") else []
    return chosen


@pages.route("/register", methods=["GET", "POST"])
def register() -> Page:
    """Ask for an account."""
    form, api = RegistrationForm(), guest()
    form.position_id.choices = options(identity.positions(api), gettext("Choose"))
    mdo_id = fill_levels(form, api)
    if request.method != "POST" or "update" in request.form:
        return render_template("account/register.html", form=form, failure=None)
    failure: Failure | None = Failure()
    if form.validate():
        answers = form.answers(mdo_id, locale())
        names = {"mdo_id": form.shown_levels[-1], "position_text": "position_id"}
        failure = submit(form, lambda: identity.register(api, answers), names)
    if failure:
        return _again(form, failure, api)
    _sent(str(form.email.data))
    return redirect(url_for("register.sent"), 303)


def _again(form: RegistrationForm, failure: Failure, api: Api) -> Page:
    domains: list[dict[str, Any]] = []
    if form.email.errors and failure.slug:
        try:
            domains = identity.domains(api)
        except (ApiProblem, Unreachable):
            domains = []
    page = render_template("account/register.html", form=form, failure=failure, domains=domains)
    return page, failure.status, failure.headers


def _sent(email: str) -> None:
    session["sent_to"] = email
    session["sent_at"] = now()


@pages.get("/register/sent")
def sent() -> Page:
    """Check your mail."""
    if "sent_to" not in session:
        return redirect(url_for("register.register"), 303)
    form = EmailForm(formdata=None)
    return render_template("account/sent.html", form=form, address=masked(session["sent_to"]), failure=None)


@pages.post("/register/sent")
def send_again() -> Page:
    """Send the mail again to the same address, at most once a minute."""
    if "sent_to" not in session:
        return redirect(url_for("register.register"), 303)
    email, form = session["sent_to"], EmailForm(formdata=None)
    wait = RESEND_AFTER - int(now() - session["sent_at"])
    failure = Failure(429, "resend", [waiting(wait)], wait) if wait > 0 else None
    failure = failure or submit(form, lambda: identity.resend(guest(), email))
    if failure:
        page = render_template("account/sent.html", form=form, address=masked(email), failure=failure)
        return page, failure.status, failure.headers
    _sent(email)
    session["notice"] = gettext("We have sent the mail again, if this address is waiting for one.")
    return redirect(url_for("register.sent"), 303)


@pages.route("/register/resend", methods=["GET", "POST"])
def resend() -> Page:
    """A new link for a registration whose link no longer works."""
    form = EmailForm()
    if request.method != "POST":
        return render_template("account/resend.html", form=form, failure=None)
    failure: Failure | None = Failure()
    if form.validate():
        failure = submit(form, lambda: identity.resend(guest(), str(form.email.data)))
    if failure:
        return (
            render_template("account/resend.html", form=form, failure=failure),
            failure.status,
            failure.headers,
        )
    _sent(str(form.email.data))
    return redirect(url_for("register.sent"), 303)


def masked(email: str) -> str:
    """The address as a reminder: first letter and domain."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}•••@{domain}" if local else "•••"
