"""Ministries, departments and organisations as a tree."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask_babel import gettext

from portal.calls import people, platform
from portal.forms.spv import NameForm, UnitForm
from portal.gateway import Api
from portal.guards import needs, person
from portal.i18n import words
from portal.views.answers import Page, optional, shown
from portal.views.desk import done, form_page, pressed, sent, unit_choices
from portal.views.spv import FRAME, pages


@pages.get("/units")
@needs("spv")
def units() -> Page:
    """The whole tree."""
    found = sorted(platform.tree(person()), key=lambda unit: unit["path"])
    return shown("spv/units.html", found=found)


@pages.route("/units/new", methods=["GET", "POST"])
@needs("spv")
def unit_new() -> Page:
    """Add a unit."""
    api, key = person(), request.form.get("key", "")
    form = UnitForm(data={"parent_id": request.args.get("parent", "")} if request.method == "GET" else None)
    form.parent_id.choices = [("", gettext("Nothing: it is at the top")), *unit_choices(api)]
    taken, failure = sent(form, lambda: platform.add_unit(api, form.body(), key), {"name": "name_en"})
    if taken:
        return done(url_for("spv.units"), gettext("Added."))
    return form_page(FRAME, gettext("Add an organisation"), form, failure, gettext("Add"))


@pages.route("/units/<unit_id>", methods=["GET", "POST"])
@needs("spv")
def unit(unit_id: str) -> Page:
    """One unit: rename it, suspend it after seeing whom that touches."""
    api = person()
    found = platform.unit(api, unit_id)
    stored = {"name_en": found["name"]["en"], "name_hi": found["name"]["hi"]}
    form = NameForm(data=None if request.method == "POST" else stored)
    version = request.form.get("version", type=int)
    taken, failure = sent(
        form, lambda: platform.rename_unit(api, unit_id, form.names, version), {"name": "name_en"}
    )
    if taken:
        return done(url_for("spv.units"), gettext("Saved."))
    theirs = [(gettext("Name"), words(found["name"]))] if failure and failure.status == 409 else []
    return shown(
        "spv/unit.html", failure, form=form, found=found, theirs=theirs, touched=_touched(api, unit_id)
    )  # fmt: skip


def _touched(api: Api, unit_id: str) -> dict[str, Any]:
    """Whom a suspension touches: units below, and people as far as one page shows."""
    below = [one for one in optional(lambda: platform.tree(api), []) if unit_id in one["path"][:-1]]
    query = {"mdo_id": unit_id, "limit": "100"}
    found: dict[str, Any] = optional(lambda: people.users(api, query), {"items": [], "next_cursor": None})
    return {"units": len(below), "people": len(found["items"]), "more": bool(found.get("next_cursor"))}


@pages.post("/units/<unit_id>/<any(suspend, resume):action>")
@needs("spv")
def unit_act(unit_id: str, action: str) -> Page:
    """Suspend a unit or end the suspension."""
    api, back = person(), url_for("spv.unit", unit_id=unit_id)
    call = platform.suspend_unit if action == "suspend" else platform.resume_unit
    told = gettext("Suspended.") if action == "suspend" else gettext("In use again.")
    return pressed(lambda: call(api, unit_id), back, told, FRAME)
