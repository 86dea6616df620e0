"""The portal of those who provide courses: write, review, publish, and hear what learners say."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext

from portal.calls import authoring
from portal.forms.cbp import BeginForm
from portal.guards import needs, person
from portal.i18n import words
from portal.views.answers import Page, shown
from portal.views.desk import done, form_page, sent

pages = Blueprint("cbp", __name__, url_prefix="/cbp")
FRAME = "cbp/frame.html"
STATES = ("draft", "in_review", "approved", "published", "retired")


@pages.get("")
@needs("cbp")
def home() -> Page:
    """Courses one may work on, by state."""
    status, mine = request.args.get("status", ""), request.args.get("mine", "")
    status, mine = status if status in STATES else "", "1" if mine else ""
    found = authoring.courses(person(), status, mine, request.args.get("cursor", ""))
    return shown("cbp/home.html", found=found, status=status, mine=mine, states=STATES)


@pages.route("/new", methods=["GET", "POST"])
@needs("cbp")
def new() -> Page:
    """Begin a course."""
    api, form, key = person(), BeginForm(), request.form.get("key", "")
    form.provider_id.choices = [(one["id"], words(one["name"])) for one in authoring.providers(api)]
    made: dict[str, Any] = {}

    def call() -> None:
        body = {"title": form.both("title"), "provider_id": form.provider_id.data}
        made.update(authoring.draft(api, body, key))

    taken, failure = sent(form, call, {"title": "title_en", "title.en": "title_en", "title.hi": "title_hi"})
    if taken:
        return done(url_for("cbp.course", course_id=made["id"]), gettext("The draft is there."))
    return form_page(FRAME, gettext("Begin a course"), form, failure, gettext("Begin"))


@pages.get("/missed")
@needs("cbp")
def missed() -> Page:
    """What people searched for in vain."""
    return shown("cbp/missed.html", found=authoring.missed(person()))


from portal.views.cbp import archive, course, outline, questions, review  # noqa: E402,F401  # They add their routes.
