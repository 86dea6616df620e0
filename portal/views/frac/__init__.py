"""The dictionary of positions, roles, activities and competencies: everybody reads, editors edit."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from portal.calls import catalog, dictionary, onboarding
from portal.gateway import Api
from portal.guards import guest, needs, person
from portal.views.answers import Page, optional, shown
from portal.views.desk import names_of

pages = Blueprint("frac", __name__, url_prefix="/frac")
FRAME = "frac/frame.html"
KINDS = ("positions", "roles", "activities", "competencies")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@pages.get("")
@needs("frac")
def home() -> Page:
    """The dictionary by words and by letter."""
    kind = request.args.get("kind", "positions")
    if kind not in KINDS:
        raise NotFound
    asked = {name: request.args.get(name, "").strip()[:100] for name in ("q", "letter", "status", "cursor")}
    if asked["status"] not in ("", "verified", "retired"):
        raise NotFound
    found = dictionary.search(person(), kind, asked)
    return shown("frac/home.html", found=found, kind=kind, kinds=KINDS, letters=LETTERS, asked=asked)


@pages.get("/positions/<position_id>")
@needs("frac")
def position(position_id: str) -> Page:
    """A position: roles, activities, competencies, history."""
    api = person()
    found = dictionary.position(api, position_id)
    known = _names(api, [one["competency_id"] for one in found["competencies"]])
    return shown("frac/position.html", found=found, known=known, **_past(api, "positions", position_id))


@pages.get("/competencies/<competency_id>")
@needs("frac")
def competency(competency_id: str) -> Page:
    """A competency: levels, which positions need it, how many courses teach it, history."""
    api = person()
    found = dictionary.competency(api, competency_id)
    query: dict[str, str | list[str]] = {"competency": competency_id}
    courses = optional(lambda: catalog.search(guest(), query).get("total", 0), None)
    positions = {
        key: optional(partial(_name, dictionary.position, api, key), key)
        for key in found.get("positions", [])[:20]
    }
    past = _past(api, "competencies", competency_id)
    return shown("frac/competency.html", found=found, courses=courses, positions=positions, **past)


def _name(call: Callable[[Api, str], dict[str, Any]], api: Api, key: str) -> Any:
    return call(api, key)["name"]


def _past(api: Api, kind: str, entry_id: str) -> dict[str, Any]:
    history = optional(lambda: dictionary.history(api, kind, entry_id), None)
    return {"history": history, "who": names_of(api, [one["by"] for one in history or []])}


def _names(api: Api, ids: list[str]) -> dict[str, Any]:
    """Names of competencies by id, as far as the dictionary answers."""
    found: dict[str, Any] = optional(lambda: onboarding.competencies(api), {"items": []})
    names = {one["id"]: one["name"] for one in found["items"]}
    for key in ids:
        if key not in names:
            names[key] = optional(partial(_name, dictionary.competency, api, key), key)
    return names


@pages.get("/export/<any(positions, competencies, topics):kind>.<any(csv, json):form>")
@needs("frac")
def export(kind: str, form: str) -> Response:
    """All entries of a kind as a file."""
    file = dictionary.export(person(), kind, form)
    answer = Response(file.body, mimetype="text/csv" if form == "csv" else "application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{kind}.{form}"'
    return answer


from portal.views.frac import editor  # noqa: E402,F401  # It adds its routes.
