"""My learning: figures, courses, certificates, and why the progress is what it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, redirect, request, session, url_for
from flask_babel import gettext

from portal.calls import catalog, onboarding, progress
from portal.forms.course import DisputeForm
from portal.gateway import Api, Download
from portal.guards import learner, person
from portal.views.answers import Failure, Page, attempt, optional, shown, submit

pages = Blueprint("me", __name__, url_prefix="/me")
STATES = ("active", "completed", "withdrawn")


@pages.get("/learning")
@learner
def learning() -> Page:
    """Figures, what is mandated, and the courses by state."""
    api = person()
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    cursor = request.args.get("cursor", "")[:500]
    parts = api.fan_out(
        {
            "summary": lambda: progress.summary(api),
            "enrolments": lambda: progress.enrolments(api, state, cursor),
            "mandates": lambda: progress.mandates(api),
            "gap": lambda: onboarding.gap(api),
            "mine": lambda: onboarding.my_competencies(api),
        },
        1.5,
    )
    values = {name: part.value for name, part in parts.items()}
    held = (values.pop("mine") or {}).get("current") or []
    named = {one["competency_id"]: one["name"] for one in held}
    return shown(
        "me/learning.html", state=state, states=STATES, chart=_chart(values["summary"]), named=named, **values
    )


def _chart(summary: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The months as bars of at most 60 units."""
    months = (summary or {}).get("by_month") or []
    most = max([month.get("minutes") or 0 for month in months] or [0]) or 1
    return [{**month, "bar": round(60 * (month.get("minutes") or 0) / most)} for month in months[-12:]]


@pages.get("/learning.csv")
@learner
def learning_csv() -> Response:
    """The figures as a table for a spreadsheet."""
    return _file(progress.summary_csv(person()), "learning.csv", "text/csv; charset=utf-8")


def _file(found: Download, name: str, mimetype: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(found.body, mimetype=mimetype, headers=headers)


@pages.get("/certificates")
@learner
def certificates() -> Page:
    """All certificates."""
    return shown("me/certificates.html", certificates=progress.certificates(person()))


@pages.get("/certificates/<certificate_id>")
@learner
def certificate(certificate_id: str) -> Page:
    """The certificate as a page to print."""
    return shown("me/certificate.html", certificate=progress.certificate(person(), certificate_id))


@pages.get("/certificates/<certificate_id>/qr.svg")
@learner
def qr(certificate_id: str) -> Response:
    """The square code of the certificate as a picture."""
    drawing = str(progress.certificate(person(), certificate_id).get("qr_svg") or "")
    if not drawing:
        abort(404)
    return Response(drawing, mimetype="image/svg+xml", headers={"Cache-Control": "private, max-age=600"})


@pages.get("/certificates/<certificate_id>.pdf")
@learner
def certificate_pdf(certificate_id: str) -> Response:
    """The certificate as a PDF."""
    found = progress.certificate_pdf(person(), certificate_id)
    return _file(found, f"certificate-{certificate_id[:40]}.pdf", "application/pdf")


@pages.route("/why/<enrolment_id>", methods=["GET", "POST"])
@learner
def why(enrolment_id: str) -> Page:
    """What counted and by which rule; and how to say that it is wrong."""
    api, form = person(), DisputeForm()
    failure: Failure | None = None
    if request.method == "POST":
        failure = Failure()
        if form.validate():
            failure = submit(form, lambda: progress.dispute(api, enrolment_id, form.note.data))
        if not failure:
            session["notice"] = gettext(
                "Sent to your organisation's administrator. A notification tells you when it is answered."
            )
            return redirect(url_for("me.why", enrolment_id=enrolment_id), 303)
    enrolment = progress.enrolment(api, enrolment_id)
    return shown(
        "me/why.html", failure, form=form, found=progress.why(api, enrolment_id), enrolment=enrolment
    )


@pages.route("/version/<enrolment_id>", methods=["GET", "POST"])
@learner
def version(enrolment_id: str) -> Page:
    """What a new version of a course changes and what carries over; accepting moves to it."""
    api = person()
    failure: Failure | None = None
    if request.method == "POST":
        failure = attempt(lambda: progress.upgrade(api, enrolment_id))
        if not failure:
            enrolment = progress.enrolment(api, enrolment_id)
            session["notice"] = gettext("You take the new version now. What is below carried over.")
            return redirect(url_for("course.course", course_id=enrolment["course_id"]), 303)
    enrolment, change = progress.enrolment(api, enrolment_id), progress.version_change(api, enrolment_id)
    names = _part_names(api, enrolment["course_id"], [change["from"], change.get("to")])
    return shown("me/version.html", failure, enrolment=enrolment, change=change, names=names)


def _part_names(api: Api, course_id: str, versions: list[int | None]) -> dict[str, Any]:
    """Titles of the parts and tests of some versions of a course by id; none while catalog does not answer."""
    names: dict[str, Any] = {}
    for number in filter(None, versions):
        course = optional(_course(api, course_id, number), {})
        parts = [one for module in course.get("modules") or [] for one in module["resources"]]
        tests = course.get("assessments")
        names |= {one["id"]: one["title"] for one in [*parts, *(tests if isinstance(tests, list) else [])]}
    return names


def _course(api: Api, course_id: str, number: int) -> Callable[[], dict[str, Any]]:
    return lambda: catalog.course(api, course_id, number)
