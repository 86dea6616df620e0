"""One course: what it holds, enrolling, leaving, its reviews."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, session, url_for
from flask_babel import gettext

from portal.calls import catalog, progress
from portal.forms.course import LeaveForm, ReportForm, ReviewForm
from portal.gateway import Api, ApiProblem
from portal.guards import anyone, learner, person
from portal.views.answers import Failure, Page, attempt, optional, shown, submit

pages = Blueprint("course", __name__, url_prefix="/courses")


@pages.get("/<course_id>")
def course(course_id: str) -> Page:
    """Everything about a course; what one can do depends on the enrolment."""
    return _page(course_id)


def _page(course_id: str, failure: Failure | None = None) -> Page:
    api = anyone()
    found: dict[str, Any] = {}
    stars, cursor = request.args.get("stars", "")[:1], request.args.get("cursor", "")[:500]
    calls: dict[str, Any] = {"ratings": lambda: catalog.ratings(api, course_id, stars, cursor)}
    if "user" in session:
        calls["enrolment"] = lambda: progress.of_course(api, course_id)
    parts = api.fan_out(calls, 1.5, lambda: found.update(catalog.course(api, course_id)))
    ratings = parts["ratings"].value
    return shown(
        "course/course.html", failure, course=found, ratings=ratings, stars=stars,
        enrolment=parts["enrolment"].value if "enrolment" in parts else None,
        unsure="enrolment" in parts and parts["enrolment"].state != "ready",
    )  # fmt: skip


@pages.post("/<course_id>/viewed")
@learner
def viewed(course_id: str) -> Page:
    """Note that the page was looked at; recommendations use it unless the person switched that off."""
    optional(lambda: catalog.viewed(person(), course_id), None)
    return "", 204


@pages.post("/<course_id>/enrol")
@learner
def enrol(course_id: str) -> Page:
    """Enrol; a refusal says why on the page of the course."""
    api, key = person(), request.form.get("key", "")
    failure = attempt(lambda: progress.enrol(api, course_id, key))
    if failure:
        return _page(course_id, failure)
    session["notice"] = gettext("You are enrolled. Start whenever you like; your place is kept.")
    return redirect(url_for("course.course", course_id=course_id), 303)


@pages.route("/<course_id>/leave", methods=["GET", "POST"])
@learner
def leave(course_id: str) -> Page:
    """Leave a course, with the reason; progress is kept for a return."""
    api, form = person(), LeaveForm()
    enrolment = progress.of_course(api, course_id)
    if enrolment is None:
        return redirect(url_for("course.course", course_id=course_id), 303)
    failure: Failure | None = None
    if request.method == "POST":
        failure = Failure()
        if form.validate():
            failure = submit(
                form,
                lambda: progress.withdraw(api, enrolment["id"], form.reason.data, form.note.data or ""),
            )
        if not failure:
            session["notice"] = gettext("You have left the course. Your progress is kept if you come back.")
            return redirect(url_for("course.course", course_id=course_id), 303)
    return shown("course/leave.html", failure, form=form, enrolment=enrolment, course_id=course_id)


def _own(api: Api, course_id: str) -> dict[str, Any] | None:
    try:
        return catalog.my_rating(api, course_id)
    except ApiProblem as problem:
        if problem.status == 404:
            return None
        raise


@pages.route("/<course_id>/review", methods=["GET", "POST"])
@learner
def review(course_id: str) -> Page:
    """Stars and a text; there is one of each person, which can be edited and deleted."""
    api = person()
    own = _own(api, course_id)
    stored = {"stars": str(own["stars"]), "text": own.get("text", "")} if own and own.get("stars") else {}
    form = ReviewForm(data=stored or None)
    failure: Failure | None = None
    if request.method == "POST":
        failure = Failure()
        if form.validate():
            failure = submit(
                form, lambda: catalog.rate(api, course_id, int(form.stars.data), form.text.data or "")
            )
        if not failure:
            session["notice"] = gettext("Thank you. Your review is saved; it can take a moment to appear.")
            return redirect(url_for("course.course", course_id=course_id) + "#reviews", 303)
    return shown("course/review.html", failure, form=form, course=catalog.course(api, course_id), own=stored)


@pages.post("/<course_id>/review/delete")
@learner
def delete_review(course_id: str) -> Page:
    """Take the own review back."""
    catalog.delete_rating(person(), course_id)
    session["notice"] = gettext("Your review is deleted.")
    return redirect(url_for("course.course", course_id=course_id) + "#reviews", 303)


@pages.route("/<course_id>/reviews/<review_id>/report", methods=["GET", "POST"])
@learner
def report(course_id: str, review_id: str) -> Page:
    """Report somebody's review."""
    api, form = person(), ReportForm()
    failure: Failure | None = None
    if request.method == "POST":
        failure = Failure()
        if form.validate():
            reason, note = form.reason.data, form.note.data or ""
            failure = submit(form, lambda: catalog.report_review(api, review_id, reason, note))
        if not failure:
            session["notice"] = gettext("Thank you. Moderators will look at this review.")
            return redirect(url_for("course.course", course_id=course_id) + "#reviews", 303)
    return shown("course/report.html", failure, form=form, course_id=course_id, review_id=review_id)
