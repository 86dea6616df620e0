"""Learning: one module with its resources, and what the page tells about them."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, abort, jsonify, redirect, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.calls import catalog, progress
from portal.gateway import Api
from portal.guards import learner, person, signed_in
from portal.i18n import words
from portal.session import queue_id
from portal.views.answers import Failure, Page, attempt, shown

pages = Blueprint("player", __name__)
TIMED = ("video", "audio")
MOST = 100
PIECE = 300


def enrolled(api: Api, course_id: str) -> dict[str, Any]:
    """The enrolment, or off to the page of the course that offers to enrol."""
    found = progress.of_course(api, course_id)
    if found is None or found["status"] == "withdrawn":
        session["notice"] = gettext("Enrol in this course first.")
        abort(redirect(url_for("course.course", course_id=course_id), 303))
    return found


@pages.get("/courses/<course_id>/resume")
@learner
def resume(course_id: str) -> Page:
    """Where one left off, or the first module with something open."""
    api = person()
    enrolment = enrolled(api, course_id)
    course = catalog.course(api, course_id, enrolment.get("version"))
    module, resource = _place(course, enrolment)
    if module is None:
        return redirect(url_for("course.course", course_id=course_id), 303)
    anchor = f"#r-{resource}" if resource else ""
    return redirect(url_for("player.module", course_id=course_id, module_id=module) + anchor, 303)


def _place(course: dict[str, Any], enrolment: dict[str, Any]) -> tuple[str | None, str | None]:
    modules, states = course.get("modules") or [], enrolment.get("resources") or {}
    last = enrolment.get("last_resource_id")
    rows = [(m["id"], r["id"], r["required"]) for m in modules for r in m["resources"]]
    at = next((row for row in rows if row[1] == last), None)
    if at and states.get(last, {}).get("status") != "completed":
        return at[0], at[1]
    still = [row for row in rows if row[2] and states.get(row[1], {}).get("status") != "completed"]
    if still:
        return still[0][0], still[0][1]
    return (modules[0]["id"] if modules else None), None


@pages.get("/courses/<course_id>/m/<module_id>")
@learner
def module(course_id: str, module_id: str) -> Page:
    """One module: its resources, where one is in each, the way on."""
    return _page(course_id, module_id)


def _page(course_id: str, module_id: str, failure: Failure | None = None) -> Page:
    api = person()
    enrolment = enrolled(api, course_id)
    parts = api.fan_out(
        {
            "course": lambda: catalog.course(api, course_id, enrolment.get("version")),
            "module": lambda: catalog.module(api, course_id, module_id, enrolment.get("version")),
        },
        2.0,
    )
    found = parts["module"].value or catalog.module(api, course_id, module_id, enrolment.get("version"))
    return shown(
        "player/module.html", failure, module=found, course=parts["course"].value or {"modules": [], "id": course_id},
        enrolment=enrolment, states=enrolment.get("resources") or {}, queue=queue_id(), timed=TIMED,
    )  # fmt: skip


@pages.post("/courses/<course_id>/m/<module_id>/<resource_id>")
@learner
def tell(course_id: str, module_id: str, resource_id: str) -> Page:
    """What one did with a resource by a button: read, opened, or answered an exercise."""
    api = person()
    enrolment = enrolled(api, course_id)
    kind = request.form.get("kind", "complete")
    text = request.form.get("text", "").strip()[:5000]
    if kind == "submitted" and not text:
        return _page(
            course_id, module_id, Failure(general=[gettext("Write your answer to the exercise first.")])
        )
    if kind == "watched":
        module = catalog.module(api, course_id, module_id, enrolment.get("version"))
        events = _watched(module, resource_id)
    else:
        events = _events(kind, resource_id, text)
    told: list[dict[str, Any]] = []
    failure = attempt(lambda: told.extend(_tell(api, enrolment["id"], resource_id, events)))
    failure = failure or _refused(told)
    if failure:
        return _page(course_id, module_id, failure)
    session["notice"] = gettext("Saved.")
    return redirect(
        url_for("player.module", course_id=course_id, module_id=module_id) + f"#r-{resource_id}", 303
    )


def _events(kind: str, resource_id: str, text: str) -> list[dict[str, Any]]:
    """What a button says; none for "Mark complete", which has a call of its own."""
    one = {
        "resource_id": resource_id,
        "event_id": (request.form.get("key") or secrets.token_urlsafe(18))[:60],
    }
    if kind == "declared":
        return [{**one, "event_id": one["event_id"] + ".o", "kind": "opened"}, {**one, "kind": "declared"}]
    if kind == "submitted":
        return [{**one, "kind": "submitted", "text": text}]
    return [{**one, "kind": "opened"}] if kind == "opened" else []


def _watched(module: dict[str, Any], resource_id: str) -> list[dict[str, Any]]:
    """The whole recording in pieces; the service counts them when there was time enough to watch."""
    found = next((one for one in module["resources"] if one["id"] == resource_id), None) or abort(404)
    whole = int(found.get("seconds") or 0)
    return [
        {
            "event_id": secrets.token_urlsafe(18),
            "resource_id": resource_id,
            "kind": "position",
            "from": start,
            "position": min(start + PIECE, whole),
        }
        for start in range(0, whole, PIECE)
    ]


def _tell(
    api: Api, enrolment_id: str, resource_id: str, events: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    if not events:
        return [progress.complete(api, enrolment_id, resource_id)]
    if len(events) == 1:
        return [progress.update(api, enrolment_id, events[0])]
    return progress.updates(api, [{**event, "enrolment_id": enrolment_id} for event in events])


def _refused(receipts: list[dict[str, Any]]) -> Failure | None:
    """The first refusal, in the service's words."""
    for receipt in receipts:
        if receipt.get("receipt") == "refused":
            return Failure(slug=str(receipt.get("reason")), general=[words(receipt.get("sentence"))])
    return None


@pages.post("/learning/updates")
@signed_in
def updates() -> Response | tuple[Response, int]:
    """Positions from the page, or from its offline queue; each gets its receipt."""
    body = request.get_json(silent=True)
    items = body.get("items") if isinstance(body, dict) else None
    if not isinstance(items, list) or not 1 <= len(items) <= MOST:
        return jsonify(slug="items_not_valid"), 422
    return jsonify(receipts=progress.updates(person(), items))
