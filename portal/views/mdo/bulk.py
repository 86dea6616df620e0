"""Many people at once: a file is checked first, then carried out, and can be undone."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext

from portal.calls import people
from portal.forms.mdo import BulkForm
from portal.guards import needs, person
from portal.views.answers import Failure, Page, optional, shown, submit
from portal.views.desk import pressed
from portal.views.mdo import FRAME, pages

MOST = 1_048_576


@pages.route("/bulk", methods=["GET", "POST"])
@needs("mdo")
def bulk() -> Page:
    """Send a file; nothing is done before one has seen what it would do."""
    api, form = person(), BulkForm()
    failure: Failure | None = None
    if request.method == "POST":
        made: dict[str, Any] = {}
        text, failure = _text(form)
        name = (form.file.data.filename if form.file.data else "") or gettext("Table")
        failure = failure or submit(form, lambda: made.update(people.check_batch(api, name[:100], text)))
        if not failure:
            return redirect(url_for("mdo.batch", batch_id=made["id"]), 303)
    return shown(
        "mdo/bulk.html", failure, form=form, batches=optional(lambda: people.batches(api), []), most=MOST
    )


def _text(form: BulkForm) -> tuple[str, Failure | None]:
    """The table as text, from the file or the field."""
    sentence = ""
    raw = form.file.data.read(MOST + 1) if form.file.data else (form.text.data or "").encode()
    if not raw.strip():
        sentence = gettext("Choose a file or paste the table.")
    elif len(raw) > MOST:
        sentence = gettext("The table is larger than 1 MB. Send it in parts.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text, sentence = "", gettext("The file is not in UTF-8. Save it as “CSV UTF-8”.")
    if sentence:
        form.file.errors = [sentence]
    return text, Failure() if sentence else None


@pages.get("/bulk/<batch_id>")
@needs("mdo")
def batch(batch_id: str) -> Page:
    """What a file would do, or how far it is."""
    cursor = request.args.get("cursor", "")[:20]
    return shown("mdo/batch.html", batch=people.batch(person(), batch_id, cursor))


@pages.post("/bulk/<batch_id>/<any(commit, undo):action>")
@needs("mdo")
def batch_act(batch_id: str, action: str) -> Page:
    """Carry a checked file out, or undo it."""
    api, back = person(), url_for("mdo.batch", batch_id=batch_id)
    call = people.commit_batch if action == "commit" else people.undo_batch
    told = gettext("Begun. This page shows how far it is.")
    return pressed(lambda: call(api, batch_id), back, told, FRAME)
