"""What the pages of the role portals share: sending a form, pressing a button, names beside ids."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect, request, session
from flask_wtf import FlaskForm

from portal.calls import identity, people, platform
from portal.gateway import Api
from portal.i18n import name_of
from portal.views.answers import Failure, Page, attempt, optional, shown, submit

Names = dict[str, Any]


def sent(
    form: FlaskForm, call: Callable[[], object], names: dict[str, str] | None = None
) -> tuple[bool, Failure | None]:
    """Whether a form was sent and taken, else why not; a page that is only opened has neither."""
    if request.method != "POST":
        return False, None
    failure = submit(form, call, names) if form.validate() else Failure()
    return failure is None, failure


def pressed(call: Callable[[], object], back: str, told: str, frame: str, refused_to: str = "") -> Page:
    """What a button does: back with a note when it worked, else a page that says why not and leads `refused_to`."""
    failure = attempt(call)
    if failure is None:
        return done(back, told)
    return shown("desk/refused.html", failure, frame=frame, back=refused_to or back)


def done(where: str, told: str) -> Page:
    """Onwards with a note."""
    session["notice"] = told
    return redirect(where, 303)


def form_page(
    frame: str, title: str, form: FlaskForm, failure: Failure | None, button: str, **more: Any
) -> Page:
    """A page that is one form."""
    return shown("desk/form.html", failure, frame=frame, heading=title, form=form, button=button, **more)


def units_of(api: Api) -> Names:
    """Names of units by id; none while identity does not answer."""
    found: list[dict[str, Any]] = optional(lambda: platform.tree(api), [])
    return {str(unit["id"]): unit["name"] for unit in found}


def unit_choices(api: Api) -> list[tuple[str, str]]:
    """The units one looks after, for a list, indented by their place; the platform's administrators see all."""
    held = identity.me(api).get("roles") or []
    scopes = {str(one.get("scope")) for one in held if one.get("role") == "MDO_ADMIN"}
    everything = any(one.get("role") == "SPV_ADMIN" for one in held)
    units = [unit for unit in platform.tree(api) if everything or scopes & set(unit["path"])]
    top = min((len(unit["path"]) for unit in units), default=1)
    units.sort(key=lambda unit: unit["path"])
    return [(unit["id"], "– " * (len(unit["path"]) - top) + name_of(unit)) for unit in units]


def position_choices(api: Api) -> list[tuple[str, str]]:
    """Positions for a list."""
    found: list[dict[str, Any]] = optional(lambda: identity.positions(api), [])
    return [(one["id"], name_of(one)) for one in found]


def names_of(api: Api, ids: list[str | None]) -> Names:
    """Names of people by id; none while identity does not answer."""
    found: Names = optional(lambda: people.names(api, [one for one in ids if one]), {})
    return {key: one.get("display_name", "") for key, one in found.items()}
