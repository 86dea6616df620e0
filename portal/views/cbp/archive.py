"""A course as a zip: out with its files, in as a draft with all faults by their place."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext

from portal.calls import authoring
from portal.forms.cbp import ArchiveForm
from portal.guards import needs, person
from portal.views.answers import Failure, Page, shown
from portal.views.cbp import pages
from portal.views.desk import done, sent

MOST = 50 * 1024 * 1024


@pages.get("/courses/<course_id>/export.zip")
@needs("cbp")
def archive(course_id: str) -> Response:
    """The course with its files."""
    found = authoring.archive(person(), course_id)
    name = f'attachment; filename="course-{course_id[:64]}.zip"'
    return Response(found.body, mimetype="application/zip", headers={"Content-Disposition": name})


@pages.route("/import", methods=["GET", "POST"])
@needs("cbp")
def load() -> Page:
    """Make a draft from a zip; the same sending twice makes one draft."""
    api, form, key = person(), ArchiveForm(), request.form.get("key", "")
    told: dict[str, Any] = {}
    if request.method != "POST":
        return shown("cbp/import.html", form=form, errors=[])
    body = form.file.data.read(MOST + 1) if form.file.data else b""
    if not body or len(body) > MOST:
        large = gettext("The file is larger than 50 MB.")
        form.file.errors = [large if body else gettext("Choose a file.")]
        return shown("cbp/import.html", Failure(), form=form, errors=[])
    _, failure = sent(form, lambda: told.update(authoring.load(api, body, key)))
    errors = told.get("errors") or []
    if errors:
        form.file.errors = [gettext("The file has faults: they stand below. Nothing was kept.")]
        failure = Failure()
    if failure:
        return shown("cbp/import.html", failure, form=form, errors=errors)
    return done(url_for("cbp.course", course_id=told["course_id"]), gettext("The draft is there."))


@pages.get("/missed.csv")
@needs("cbp")
def missed_csv() -> Response:
    """What people searched for in vain, as a table."""
    found = authoring.missed_csv(person())
    headers = {"Content-Disposition": 'attachment; filename="missed.csv"'}
    return Response(found.body, mimetype="text/csv", headers=headers)
