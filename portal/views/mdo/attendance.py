"""Who was at an instructor-led session: choose the course, the session, then the people."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext, ngettext
from werkzeug.exceptions import NotFound

from portal.calls import catalog, claims
from portal.forms.mdo import AttendanceForm
from portal.gateway import Api
from portal.guards import needs, person
from portal.views.answers import Failure, Page, optional, shown
from portal.views.desk import Names, done, names_of, sent
from portal.views.mdo import pages


@pages.get("/attendance")
@needs("mdo")
def attendance() -> Page:
    """Courses that have a session, by words."""
    words = request.args.get("q", "").strip()[:200]
    query: dict[str, str | list[str]] = {
        "q": words, "resource_type": "session", "cursor": request.args.get("cursor", "")[:64],
    }  # fmt: skip
    return shown("mdo/attendance.html", found=catalog.search(person(), query), words=words)


@pages.get("/attendance/<course_id>")
@needs("mdo")
def sessions(course_id: str) -> Page:
    """The sessions of a course."""
    course = catalog.course(person(), course_id)
    return shown("mdo/sessions.html", course=course, sessions=[one for _, one in _sessions(course)])


def _sessions(course: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    rows = [(module["id"], one) for module in course.get("modules") or [] for one in module["resources"]]
    return [(module_id, one) for module_id, one in rows if one["kind"] == "session"]


@pages.route("/attendance/<course_id>/<part_id>", methods=["GET", "POST"])
@needs("mdo")
def roll(course_id: str, part_id: str) -> Page:
    """Those enrolled, to be ticked; who is marked stays marked."""
    api, form = person(), AttendanceForm()
    told: dict[str, Any] = {}
    taken, failure = sent(
        form, lambda: told.update(claims.mark(api, course_id, part_id, form.user_ids.data[:200]))
    )
    if taken:
        return done(
            request.script_root + request.full_path.rstrip("?"), _told(told, names_of(api, _ids(told)))
        )
    return _roll(api, course_id, part_id, form, failure)


def _roll(api: Api, course_id: str, resource_id: str, form: AttendanceForm, failure: Failure | None) -> Page:
    course = catalog.course(api, course_id)
    place = next((pair for pair in _sessions(course) if pair[1]["id"] == resource_id), None)
    if place is None:
        raise NotFound
    found = claims.roll(api, course_id, resource_id, request.args.get("cursor", "")[:400])
    seats = {one["user_id"]: one for one in found["items"]}
    who = names_of(api, list(seats))
    form.user_ids.choices = [(id_, who.get(id_, id_)) for id_, one in seats.items() if not one["attended"]]
    module: dict[str, Any] = optional(lambda: catalog.module(api, course_id, place[0]), {"resources": []})
    whole = next((one for one in module["resources"] if one["id"] == resource_id), place[1])
    return shown(
        "mdo/roll.html", failure, form=form, course=course, session_=whole, found=found, who=who,
        there=[id_ for id_, one in seats.items() if one["attended"]],
    )  # fmt: skip


def _ids(told: dict[str, Any]) -> list[str | None]:
    return [one["user_id"] for one in told["refused"]]


def _told(told: dict[str, Any], who: Names) -> str:
    """How many were marked, and who was not and why."""
    count = len(told["marked"])
    sentence = ngettext("%(num)d person is marked present.", "%(num)d people are marked present.", count)
    reasons = {
        "not_enrolled": gettext("not enrolled"),
        "own_attendance": gettext("nobody marks themselves"),
        "withdrawn": gettext("left the course"),
    }
    left = [
        f"{who.get(one['user_id'], one['user_id'])} ({reasons.get(one['reason'], one['reason'])})"
        for one in told["refused"]
    ]
    absent = gettext("Not marked: %(names)s", names=", ".join(left))
    return f"{sentence} {absent}" if left else str(sentence)
