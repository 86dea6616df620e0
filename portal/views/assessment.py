"""Tests: the rules, one question to a page or all at once, handing in, the result."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, request, session, url_for
from flask_babel import gettext

from portal.calls import catalog, progress
from portal.gateway import Api
from portal.guards import learner, person
from portal.views.answers import Failure, Page, attempt, optional, shown
from portal.views.player import enrolled

pages = Blueprint("assessment", __name__)


@pages.get("/courses/<course_id>/assessment")
@learner
def final(course_id: str) -> Page:
    """The final test of a course."""
    tests = catalog.course(person(), course_id).get("assessments") or []
    found = next((test for test in tests if test["kind"] == "final"), None) or abort(404)
    return redirect(url_for("assessment.start", course_id=course_id, assessment_id=found["id"]), 303)


@pages.route("/courses/<course_id>/assessments/<assessment_id>", methods=["GET", "POST"])
@learner
def start(course_id: str, assessment_id: str) -> Page:
    """The rules, and the button that begins or goes on."""
    api = person()
    enrolment = enrolled(api, course_id)
    failure = None
    if request.method == "POST":
        begun: dict[str, Any] = {}
        extra, key = "extra_time" in request.form, request.form.get("key", "")
        failure = attempt(
            lambda: begun.update(progress.begin(api, enrolment["id"], assessment_id, extra, key))
        )
        if not failure:
            return redirect(url_for("assessment.question", attempt_id=begun["id"], n=1), 303)
    course = catalog.course(api, course_id, enrolment.get("version"))
    tests = course.get("assessments") or []
    found = next((test for test in tests if test["id"] == assessment_id), None) or abort(404)
    so_far = (enrolment.get("assessments") or {}).get(assessment_id) or {}
    return shown("assessment/start.html", failure, course=course, test=found, so_far=so_far)


def _running(api: Api, attempt_id: str) -> dict[str, Any]:
    """The attempt while it runs; a finished one shows its result."""
    found = progress.attempt(api, attempt_id)
    if found["state"] != "running":
        abort(redirect(url_for("assessment.result", attempt_id=attempt_id), 303))
    return found


@pages.get("/attempts/<attempt_id>/all", defaults={"n": 0})
@pages.get("/attempts/<attempt_id>/<int:n>")
@learner
def question(attempt_id: str, n: int) -> Page:
    """One question, or all of them."""
    return _question_page(_running(person(), attempt_id), n)


def _question_page(found: dict[str, Any], n: int, failure: Failure | None = None) -> Page:
    questions = found["questions"]
    if n > len(questions):
        abort(404)
    return shown(
        "assessment/question.html", failure, attempt=found, n=n, shown=questions if n == 0 else questions[n - 1 : n],
        flags=_flags(found["id"]), numbers={one["id"]: at for at, one in enumerate(questions, 1)},
    )  # fmt: skip


@pages.post("/attempts/<attempt_id>/all", defaults={"n": 0})
@pages.post("/attempts/<attempt_id>/<int:n>")
@learner
def answer(attempt_id: str, n: int) -> Page:
    """Save what is answered on this page, then go where the button says."""
    api = person()
    found = _running(api, attempt_id)
    for one in found["questions"] if n == 0 else found["questions"][n - 1 : n]:
        given = _given(one)
        if given and given != one.get("answer"):
            failure = attempt(_saving(api, attempt_id, one["id"], given))
            if failure:
                return _question_page(found, n, failure)
    if "flag" in request.form:
        _flag(attempt_id, request.form["flag"])
        return redirect(url_for("assessment.question", attempt_id=attempt_id, n=n), 303)
    go = request.form.get("go", type=int)
    if go is not None and 0 <= go <= len(found["questions"]):
        return redirect(url_for("assessment.question", attempt_id=attempt_id, n=go), 303)
    return redirect(url_for("assessment.review", attempt_id=attempt_id), 303)


def _saving(api: Api, attempt_id: str, question_id: str, given: object) -> Any:
    return lambda: progress.answer(api, attempt_id, question_id, given)


def _given(one: dict[str, Any]) -> Any:
    """The answer typed for a question, in the form the API wants."""
    name = f"a-{one['id']}"
    if one["kind"] == "multiple":
        return request.form.getlist(name)
    if one["kind"] == "match":
        pairs = {left["id"]: request.form.get(f"{name}-{left['id']}", "") for left in one["left"]}
        return {left: right for left, right in pairs.items() if right}
    return request.form.get(name, "").strip()[:500]


def _flags(attempt_id: str) -> list[str]:
    return list((session.get("flags") or {}).get(attempt_id, []))


def _flag(attempt_id: str, question_id: str) -> None:
    """Set or take away one's own mark at a question; it lives as long as the session."""
    kept = set(_flags(attempt_id)) ^ {question_id[:100]}
    session["flags"] = {attempt_id: sorted(kept)}


@pages.get("/attempts/<attempt_id>/review")
@learner
def review(attempt_id: str) -> Page:
    """Which questions are answered, before handing in."""
    found = _running(person(), attempt_id)
    return shown("assessment/review.html", attempt=found, flags=_flags(attempt_id))


@pages.post("/attempts/<attempt_id>/submit")
@learner
def hand_in(attempt_id: str) -> Page:
    """Hand the attempt in; a second click changes nothing."""
    failure = attempt(lambda: progress.hand_in(person(), attempt_id))
    if failure and failure.status == 503:
        return shown("assessment/review.html", failure, attempt=_running(person(), attempt_id), flags=[])
    return redirect(url_for("assessment.result", attempt_id=attempt_id), 303)


@pages.get("/attempts/<attempt_id>/result")
@learner
def result(attempt_id: str) -> Page:
    """Score, what was right, and what to do next."""
    api = person()
    found = progress.attempt(api, attempt_id)
    if found["state"] == "running":
        return redirect(url_for("assessment.review", attempt_id=attempt_id), 303)
    enrolment = optional(lambda: progress.enrolment(api, found["enrolment_id"]), {})
    texts = {one["id"]: one["text"] for one in found.get("questions") or []}
    course = optional(lambda: catalog.course(api, found["course_id"], enrolment.get("version")), {})
    named = {one["id"]: one["name"] for one in course.get("competencies") or []}
    if found.get("score") is None:
        session["notice"] = gettext("Your answers are being graded. Check again in a moment.")
    return shown("assessment/result.html", attempt=found, enrolment=enrolment, texts=texts, named=named)
