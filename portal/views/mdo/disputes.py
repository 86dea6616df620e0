"""What people say is wrong with their progress: the list, the evidence, the answer."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask_babel import gettext

from portal.calls import catalog, claims
from portal.forms.mdo import AnswerForm
from portal.gateway import Api
from portal.guards import needs, person
from portal.views.answers import Failure, Page, optional, shown
from portal.views.desk import done, names_of, sent
from portal.views.mdo import pages

STATES = ("open", "answered")


@pages.get("/disputes")
@needs("mdo")
def disputes() -> Page:
    """Disputes of one's people by state, newest first."""
    api, status = person(), request.args.get("status", "open")
    status = status if status in STATES else ""
    found = claims.disputes(api, status, request.args.get("cursor", "")[:400])
    who = names_of(api, [one["user_id"] for one in found["items"]])
    courses = optional(lambda: catalog.cards(api, sorted({one["course_id"] for one in found["items"]})), {})
    return shown("mdo/disputes.html", found=found, status=status, states=STATES, who=who, courses=courses)


@pages.route("/disputes/<dispute_id>", methods=["GET", "POST"])
@needs("mdo")
def dispute(dispute_id: str) -> Page:
    """One dispute with what was noted of the progress, and the answer that the person gets to read."""
    api, form = person(), AnswerForm()
    taken, failure = sent(form, lambda: claims.answer(api, dispute_id, form.text.data))
    if taken:
        return done(url_for("mdo.disputes"), gettext("Answered. The person reads it beside the progress."))
    return _dispute(api, dispute_id, form, failure)


def _dispute(api: Api, dispute_id: str, form: AnswerForm, failure: Failure | None) -> Page:
    found = claims.dispute(api, dispute_id)
    reason = f"Dispute {dispute_id}"[:300]
    seen: dict[str, Any] | None = optional(
        lambda: claims.evidence(api, found["user_id"], found["enrolment_id"], reason), None
    )
    courses = optional(lambda: catalog.cards(api, [found["course_id"]]), {})
    who = names_of(api, [found["user_id"], found.get("answered_by")])
    return shown("mdo/dispute.html", failure, form=form, one=found, seen=seen, who=who, courses=courses)
