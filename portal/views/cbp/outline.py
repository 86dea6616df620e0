"""The outline of a course: modules and resources, put in order by buttons."""

from __future__ import annotations

import secrets
from typing import Any

from flask import request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from portal.calls import authoring
from portal.forms.cbp import ResourceForm, TitleForm
from portal.guards import needs, person
from portal.i18n import NAMES, words
from portal.views.answers import Page, shown
from portal.views.cbp import FRAME, pages
from portal.views.cbp.course import files
from portal.views.desk import done, form_page, pressed, sent

Things = list[dict[str, Any]]
# The fields of the form that each kind of resource uses beside title, purpose and "required".
USES: dict[str, tuple[str, ...]] = {
    "video": ("file", "seconds", "captions_en", "captions_hi", "transcript_en", "transcript_hi"),
    "audio": ("file", "seconds", "transcript_en", "transcript_hi"),
    "pdf": ("file", "pages"),
    "html": ("html_en", "html_hi"),
    "link": ("link_url",),
    "exercise": ("task_en", "task_hi"),
    "session": ("starts_at", "ends_at", "place_en", "place_hi"),
}
ALWAYS = ("title_en", "title_hi", "purpose", "required", "csrf_token")


def one_of(things: Things, id_: str) -> dict[str, Any]:
    """The thing with this id; a page that is not there otherwise."""
    for thing in things:
        if thing["id"] == id_:
            return thing
    raise NotFound


def moved(things: Things, id_: str, what: str) -> Things:
    """The list with one thing a place up, a place down, or gone."""
    made, at = list(things), things.index(one_of(things, id_))
    thing = made.pop(at)
    if what != "delete":
        made.insert(max(0, at - 1 if what == "up" else at + 1), thing)
    return made


def put(things: Things, thing: dict[str, Any]) -> Things:
    """The list with a thing in the place of the one with its id, or at the end."""
    if any(one["id"] == thing["id"] for one in things):
        return [thing if one["id"] == thing["id"] else one for one in things]
    return [*things, thing]


def new_id(kind: str) -> str:
    """An id that the thing keeps over all versions."""
    return f"{kind}-{secrets.token_hex(4)}"


@pages.post("/courses/<course_id>/outline")
@needs("cbp")
def arrange(course_id: str) -> Page:
    """Move a module, a resource or a test, or take it out: "up m1", "delete m1 r2"."""
    api, back = person(), url_for("cbp.course", course_id=course_id) + "#outline"
    found = authoring.course(api, course_id)
    what, *ids = request.form.get("do", "").split()
    if what not in ("up", "down", "delete") or not 1 <= len(ids) <= 2:
        raise NotFound
    name = "assessments" if request.form.get("list") == "assessments" else "modules"
    things: Things = found[name]
    if len(ids) == 2:
        module = one_of(things, ids[0])
        changed = put(things, {**module, "resources": moved(module["resources"], ids[1], what)})
        back = url_for("cbp.module", course_id=course_id, module_id=ids[0])
    else:
        changed = moved(things, ids[0], what)
    version = request.form.get("version", type=int)
    return pressed(
        lambda: authoring.change(api, course_id, {name: changed}, version), back, gettext("Saved."), FRAME
    )


@pages.route("/courses/<course_id>/modules/<module_id>", methods=["GET", "POST"])
@needs("cbp")
def module(course_id: str, module_id: str) -> Page:
    """One module: its title and its resources; "new" makes one."""
    api = person()
    found = authoring.course(api, course_id)
    fresh: dict[str, Any] = {"id": new_id("m"), "title": {}, "resources": []}
    stored = fresh if module_id == "new" else one_of(found["modules"], module_id)
    typed = {f"title_{code}": stored["title"].get(code, "") for code in NAMES}
    form = TitleForm(data=None if request.method == "POST" else typed)
    version = request.form.get("version", type=int)

    def call() -> object:
        made = {**stored, "title": form.both("title")}
        return authoring.change(api, course_id, {"modules": put(found["modules"], made)}, version)

    taken, failure = sent(form, call, {"modules": "title_en"})
    if taken:
        return done(url_for("cbp.module", course_id=course_id, module_id=stored["id"]), gettext("Saved."))
    return shown(
        "cbp/module.html",
        failure,
        course=found,
        module=stored,
        form=form,
        new=module_id == "new",
        kinds=list(USES),
    )


def _typed(one: dict[str, Any]) -> dict[str, Any]:
    """A resource as the form shows it."""
    pairs = {
        f"{name}_{code}": (one.get(name) or {}).get(code) or ""
        for name in ("title", "html", "task", "transcript", "captions")
        for code in NAMES
    }
    meeting = one.get("session") or {}
    place = {f"place_{code}": (meeting.get("place") or {}).get(code, "") for code in NAMES}
    plain = {name: one.get(name) for name in ("file", "seconds", "pages", "link_url", "purpose")}
    times = {name: meeting.get(name, "") for name in ("starts_at", "ends_at")}
    return {**pairs, **plain, **place, **times, "required": one.get("required", True)}


def _made(form: ResourceForm, one: dict[str, Any]) -> dict[str, Any]:
    """A resource as the API takes it; what the form does not show stays."""
    made = {**one, "title": form.both("title"), "required": bool(form.required.data)}
    made["purpose"] = form.purpose.data or None
    for name in ("file", "pages", "link_url"):
        if name in form:
            made[name] = form[name].data or None
    if "seconds" in form:
        made["seconds"] = form.seconds.data or 0
    for name in ("html", "task", "transcript"):
        if f"{name}_en" in form:
            made[name] = form_both(form, name) or None
    if "captions_en" in form:
        made["captions"] = form_both(form, "captions")
    if "starts_at" in form:
        made["session"] = {"starts_at": form.starts_at.data, "ends_at": form.ends_at.data}
        made["session"] |= {"place": form_both(form, "place")} if form_both(form, "place") else {}
    return made


def form_both(form: ResourceForm, name: str) -> dict[str, Any]:
    """The texts of a pair of fields."""
    found: dict[str, Any] = form.both(name)
    return found


@pages.route("/courses/<course_id>/modules/<module_id>/resources/<resource_id>", methods=["GET", "POST"])
@needs("cbp")
def resource(course_id: str, module_id: str, resource_id: str) -> Page:
    """One resource; "new" with a kind makes one."""
    api = person()
    found = authoring.course(api, course_id)
    inside = one_of(found["modules"], module_id)
    kind = request.values.get("kind", "")
    fresh = {"id": new_id("r"), "kind": kind if kind in USES else "html", "title": {}}
    stored = fresh if resource_id == "new" else one_of(inside["resources"], resource_id)
    form = _form(found, stored)
    version = request.form.get("version", type=int)

    def call() -> object:
        changed = {**inside, "resources": put(inside["resources"], _made(form, stored))}
        return authoring.change(api, course_id, {"modules": put(found["modules"], changed)}, version)

    taken, failure = sent(form, call)
    if taken:
        return done(url_for("cbp.module", course_id=course_id, module_id=module_id), gettext("Saved."))
    title = words(stored["title"])
    what = gettext("Resource")
    heading = f"{what}: {title}" if title else gettext("Add a resource")
    return form_page(FRAME, heading, form, failure, gettext("Save"), version=found["version"])


def _form(found: dict[str, Any], stored: dict[str, Any]) -> ResourceForm:
    form = ResourceForm(data=None if request.method == "POST" else _typed(stored))
    for name in [field.name for field in form]:
        if name not in (*ALWAYS, *USES[stored["kind"]]):
            del form[name]
    for name, kind in (("file", stored["kind"]), ("captions_en", "captions"), ("captions_hi", "captions")):
        if name in form:
            form[name].choices = files(found, kind)
    return form
