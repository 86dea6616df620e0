"""The profile: what is stored, and the form that is mandatory after the first sign-in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, request, session, url_for
from flask_babel import gettext

from portal.calls import identity, onboarding
from portal.forms.account import LEVELS
from portal.forms.profile import ProfileForm
from portal.gateway import Api
from portal.guards import next_step, person, signed_in
from portal.i18n import locale
from portal.session import pass_gate
from portal.views.answers import Failure, Page, optional, shown, submit
from portal.views.register import fill_levels, options

pages = Blueprint("profile", __name__, url_prefix="/profile")


@pages.get("")
@signed_in
def profile() -> Page:
    """What is stored, what is verified, what waits for the organisation."""
    api = person()
    found = onboarding.profile(api)
    units = _units(api, found["fields"])
    positions = optional(lambda: identity.positions(api), []) if found.get("pending") else []
    names = {str(thing["id"]): thing["name"] for thing in [*positions, *units]}
    return shown("profile/profile.html", profile=found, me=identity.me(api), units=units, names=names)


def _units(api: Api, fields: dict[str, Any]) -> list[dict[str, Any]]:
    """The units from the ministry down, as far as identity names them."""
    path = list(fields.get("mdo_path") or [])
    parents = [None, *path[:-1]] if path else []
    lists = [optional(_below(api, parent), []) for parent in parents]
    return [unit for units in lists for unit in units if str(unit["id"]) in path]


def _below(api: Api, parent: str | None) -> Callable[[], list[dict[str, Any]]]:
    return lambda: identity.mdos(api, parent)


@pages.route("/edit", methods=["GET", "POST"])
@signed_in
def edit() -> Page:
    """Complete or change the profile."""
    api = person()
    stored = onboarding.profile(api)
    form = ProfileForm(data=None if request.method == "POST" else _typed(stored["fields"]))
    mdo_id = _offer(form, api, stored["fields"].get("position_text") or "")
    if request.method != "POST" or "update" in request.form:
        return _form_page(form, stored, api, None)
    failure: Failure | None = Failure()
    if form.validate():
        names = {
            "mdo_id": form.shown_levels[-1] if form.shown_levels else "mdo_1",
            "position_text": "position_id",
        }
        failure = submit(form, lambda: _save(api, form, mdo_id, stored), names)
    if failure:
        return _form_page(form, stored, api, failure)
    return _saved(api, stored)


def _typed(fields: dict[str, Any]) -> dict[str, Any]:
    path = dict(zip(LEVELS, fields.get("mdo_path") or [], strict=False))
    kept = {name: fields.get(name) or "" for name in ("position_id", "group", "mobile")}
    return {**kept, **path, "locale": fields.get("locale") or locale()}


def _offer(form: ProfileForm, api: Api, written: str) -> str:
    """The lists; a position that was written in words stays until one of the list takes its place."""
    form.position_id.choices = options(identity.positions(api), written or gettext("Choose"))
    if written:
        form.position_id.validators = []
    return fill_levels(form, api)


def _save(api: Api, form: ProfileForm, mdo_id: str, stored: dict[str, Any]) -> None:
    changes = form.changes(mdo_id, stored["fields"])
    version = request.form.get("version", type=int)
    if changes:
        onboarding.change_profile(api, changes, version)


def _form_page(form: ProfileForm, stored: dict[str, Any], api: Api, failure: Failure | None) -> Page:
    current = (failure.current if failure else None) or stored
    return shown(
        "profile/edit.html", failure, form=form, profile=stored, version=current.get("version"),
        changed=failure is not None and failure.status == 409, me=optional(lambda: identity.me(api), {}),
    )  # fmt: skip


def _saved(api: Api, before: dict[str, Any]) -> Page:
    """Onwards to home when the gate opens with this, else back to the profile."""
    step = next_step(optional(lambda: onboarding.me(api), {}))
    if step is None:
        pass_gate()
    if step is None and not before.get("complete"):
        session["notice"] = gettext("Your profile is complete. All pages are open now.")
        return redirect(url_for("home.home"), 303)
    pending = len(optional(lambda: onboarding.profile(api), {"pending": []}).get("pending") or [])
    session["notice"] = (
        gettext("Saved. What needs approval waits for your organisation.") if pending else gettext("Saved.")
    )
    return redirect(url_for("profile.profile"), 303)
