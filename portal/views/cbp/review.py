"""What others see and say of a course: the learner's view, the reviewer's decision, ratings."""

from __future__ import annotations

from flask import request, url_for
from flask_babel import gettext

from portal.calls import authoring
from portal.forms.cbp import ReplyForm, VerdictForm
from portal.gateway import Api
from portal.guards import needs, person
from portal.views.answers import Failure, Page, attempt, shown
from portal.views.cbp import pages
from portal.views.desk import done, sent


@pages.get("/courses/<course_id>/preview")
@needs("cbp")
def preview(course_id: str) -> Page:
    """The course as learners would see it."""
    return shown("cbp/preview.html", course=authoring.preview(person(), course_id), course_id=course_id)


@pages.route("/courses/<course_id>/review", methods=["GET", "POST"])
@needs("cbp")
def review(course_id: str) -> Page:
    """Approve a course that others wrote, or return it with notes."""
    api, form = person(), VerdictForm()
    found = authoring.course(api, course_id)
    failure: Failure | None = None
    if request.method == "POST":
        failure = Failure() if not form.validate() else _decide(api, course_id, form)
        if failure is None:
            return done(
                url_for("cbp.course", course_id=course_id), gettext("Decided. The authors see your notes.")
            )
    return shown("cbp/review.html", failure, course=found, form=form)


def _decide(api: Api, course_id: str, form: VerdictForm) -> Failure | None:
    """Own courses are refused with a sentence; the form stays."""
    decision, notes = form.decision.data, form.notes.data or ""
    return attempt(lambda: authoring.review(api, course_id, decision, notes))


@pages.get("/courses/<course_id>/ratings")
@needs("cbp")
def ratings(course_id: str) -> Page:
    """What learners say, with a reply to each."""
    return _ratings(person(), course_id, None)


def _ratings(api: Api, course_id: str, failure: Failure | None) -> Page:
    found = authoring.ratings(api, course_id, request.args.get("cursor", ""))
    return shown("cbp/ratings.html", failure, course=authoring.course(api, course_id), found=found)


@pages.post("/courses/<course_id>/ratings/<review_id>")
@needs("cbp")
def reply(course_id: str, review_id: str) -> Page:
    """Reply to a review, once."""
    api, form = person(), ReplyForm()
    taken, failure = sent(form, lambda: authoring.reply(api, review_id, form.text.data))
    if not taken:
        return _ratings(api, course_id, failure)
    return done(url_for("cbp.ratings", course_id=course_id), gettext("Your reply is there."))
