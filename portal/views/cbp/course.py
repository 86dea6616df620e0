"""One course in authoring: its page, what it is, its files, its steps."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask_babel import gettext

from portal.calls import authoring, onboarding
from portal.forms.cbp import CourseForm, UploadForm
from portal.forms.mdo import ReasonForm
from portal.gateway import Api
from portal.guards import needs, person
from portal.i18n import NAMES, words
from portal.views.answers import Failure, Page, optional, shown
from portal.views.cbp import FRAME, pages
from portal.views.desk import done, pressed, sent

TEXTS = ("title", "summary", "description")


@pages.get("/courses/<course_id>")
@needs("cbp")
def course(course_id: str) -> Page:
    """Where a course stands, what is missing, its outline, and what can be done now."""
    api = person()
    found = authoring.course(api, course_id)
    draft = found["status"] in ("draft", "in_review", "approved")
    problems = optional(lambda: authoring.checks(api, course_id), None) if draft else []
    return shown("cbp/course.html", course=found, problems=problems)


@pages.route("/courses/<course_id>/edit", methods=["GET", "POST"])
@needs("cbp")
def edit(course_id: str) -> Page:
    """What a course is, in both languages."""
    api = person()
    found = authoring.course(api, course_id)
    form = CourseForm(data=None if request.method == "POST" else _typed(found))
    _offer(api, form, found)
    version = request.form.get("version", type=int)
    taken, failure = sent(form, lambda: authoring.change(api, course_id, form.body(), version), _names(form))
    if taken:
        return done(url_for("cbp.course", course_id=course_id), gettext("Saved."))
    return shown(
        "desk/form.html", failure, frame=FRAME, heading=gettext("About the course"), form=form,
        button=gettext("Save"), version=found["version"], theirs=_theirs(found, failure),
    )  # fmt: skip


def _names(form: CourseForm) -> dict[str, str]:
    """Where the API's words for a field stand in the form."""
    pairs = {f"{name}.{code}": f"{name}_{code}" for name in TEXTS for code in NAMES}
    whole = {name: f"{name}_en" for name in (*TEXTS, "objectives", "keywords")}
    levels = {
        f"competencies.{n}.{part}": "competencies" for n in range(20) for part in ("competency_id", "level")
    }
    return {**pairs, **whole, **levels}


def _theirs(found: dict[str, Any], failure: Failure | None) -> list[tuple[str, str]]:
    """What is stored now, when somebody else changed it meanwhile."""
    if failure is None or failure.status != 409:
        return []
    labels = (gettext("Title"), gettext("Summary"), gettext("Description"))
    return [(label, words(found.get(name))) for label, name in zip(labels, TEXTS, strict=True)]


def _typed(found: dict[str, Any]) -> dict[str, Any]:
    """A course as the form shows it."""
    pairs = {f"{name}_{code}": (found.get(name) or {}).get(code, "") for name in TEXTS for code in NAMES}
    goals = found.get("objectives") or []
    keywords = found.get("keywords") or {}
    listed = {f"objectives_{code}": "\n".join(goal.get(code, "") for goal in goals) for code in NAMES}
    keys = {f"keywords_{code}": ", ".join(keywords.get(code) or []) for code in NAMES}
    needs_ = [f"{one['competency_id']} {one['level']}" for one in found.get("competencies") or []]
    plain = ("topics", "locales", "difficulty", "mode", "content_type", "open", "certificate")
    return {
        **pairs, **listed, **keys, **{name: found.get(name) for name in plain},
        "competencies": "\n".join(needs_), "authors": "\n".join(found.get("authors") or []),
        "poster": found.get("poster") or "",
    }  # fmt: skip


def _offer(api: Api, form: CourseForm, found: dict[str, Any]) -> None:
    topics: list[dict[str, Any]] = optional(lambda: onboarding.topics(api), [])
    form.topics.choices = [(topic["id"], words(topic["name"])) for topic in topics]
    form.locales.choices = list(NAMES.items())
    form.poster.choices = files(found, "image")


def files(found: dict[str, Any], kind: str) -> list[tuple[str, str]]:
    """The files of one kind, for a list."""
    ready = [
        one for one in found.get("files") or [] if one.get("kind") == kind and one.get("state") == "ready"
    ]
    return [("", gettext("None")), *((one["id"], one.get("name") or one["id"]) for one in ready)]


@pages.get("/courses/<course_id>/files")
@needs("cbp")
def course_files(course_id: str) -> Page:
    """The files of a course, and the form to add one."""
    found = authoring.course(person(), course_id)
    return shown("cbp/files.html", course=found, form=UploadForm())


@pages.post("/courses/<course_id>/upload")
@needs("cbp")
def upload(course_id: str) -> Page:
    """Take a file and hand it over to the catalogue, which looks at what it really is."""
    api, form = person(), UploadForm()
    given = form.file.data
    body = given.read() if given else b""
    if not body:
        form.file.errors = [gettext("Choose a file.")]
        failure: Failure | None = Failure()
        return shown("cbp/files.html", failure, course=authoring.course(api, course_id), form=form)
    name = given.filename or form.kind.data
    taken, failure = sent(
        form,
        lambda: authoring.upload(api, course_id, name, form.kind.data, body),
        {"sha256": "file", "size": "file"},
    )
    if taken:
        return done(url_for("cbp.course_files", course_id=course_id), gettext("The file is there."))
    return shown("cbp/files.html", failure, course=authoring.course(api, course_id), form=form)


@pages.post("/courses/<course_id>/<any(submit, publish, 'new-version', discard):step>")
@needs("cbp")
def step(course_id: str, step: str) -> Page:
    """Send a course to review, publish it, begin its next version, or delete the draft."""
    api = person()
    calls = {
        "submit": (authoring.submit, gettext("Sent to review.")),
        "publish": (authoring.publish, gettext("Published. Learners find it within a minute.")),
        "new-version": (authoring.new_version, gettext("The next version is a draft now.")),
        "discard": (authoring.discard, gettext("The draft is deleted.")),
    }
    call, told = calls[step]
    back = url_for("cbp.home") if step == "discard" else url_for("cbp.course", course_id=course_id)
    return pressed(lambda: call(api, course_id), back, told, FRAME)


@pages.route("/courses/<course_id>/retire", methods=["GET", "POST"])
@needs("cbp")
def retire(course_id: str) -> Page:
    """Take a course from the catalogue; those who began it can finish."""
    api, form = person(), ReasonForm()
    found = authoring.course(api, course_id)
    taken, failure = sent(form, lambda: authoring.retire(api, course_id, form.reason.data))
    if taken:
        return done(url_for("cbp.course", course_id=course_id), gettext("Retired."))
    return shown(
        "desk/form.html", failure, frame=FRAME, form=form, button=gettext("Retire"),
        heading=gettext("Retire the course: %(title)s", title=words(found["title"])),
        lead=gettext("Nobody can enrol any more. Those who began it can finish."),
    )  # fmt: skip
