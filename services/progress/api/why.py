"""Why a progress is what it is, for the learner and the admins of their MDO; disputes about it."""

from __future__ import annotations

from typing import Any

from services.progress.api.clock import Clock
from services.progress.commands.disputes import answer_dispute, dispute
from services.progress.queries.access import Names, access_log
from services.progress.queries.disputes import dispute_for, disputes_for
from services.progress.queries.enrolments import own_enrolment
from services.progress.queries.why import enrolment_of_own_people, why
from services.progress.rules import ProgressSettings
from services.progress.schemas.why import (
    AccessLogOut,
    AnswerDisputeIn,
    DisputeIn,
    DisputeOut,
    DisputesIn,
    DisputesOut,
    ReasonIn,
    WhyOut,
)
from services.progress.store import Store
from shared.auth import allow, principal
from shared.paging import PageIn
from shared.web import Blueprint

Document = dict[str, Any]


def why_blueprint(store: Store, settings: ProgressSettings, clock: Clock, names: Names) -> Blueprint:
    """The routes of explanations and disputes; `names` tells how people are called."""
    blueprint = Blueprint("why", __name__, description="Why a progress is what it is, and disputes about it")

    @blueprint.route("/v1/enrolments/<enrolment_id>/why")
    @blueprint.response(200, WhyOut)
    @allow()
    def own(enrolment_id: str) -> Document:
        """What counted, what did not and by which rule, newest first; and what each part still needs."""
        return why(store, settings, own_enrolment(store, principal().user_id, enrolment_id))

    @blueprint.route("/v1/people/<user_id>/enrolments/<enrolment_id>/why")
    @blueprint.arguments(ReasonIn, location="query")
    @blueprint.response(200, WhyOut)
    @allow("MDO_ADMIN")
    def of_person(asked: Document, user_id: str, enrolment_id: str) -> Document:
        """The same for the admin of the learner's MDO, with a reason; each look is kept in the audit log."""
        who = principal()
        found = enrolment_of_own_people(store, who, user_id, enrolment_id)
        store.audit_entry(
            who.user_id, "progress_seen", enrolment_id, clock(), whom=user_id, reason=asked["reason"]
        )
        return why(store, settings, found)

    @blueprint.route("/v1/me/access-log")
    @blueprint.arguments(PageIn, location="query")
    @blueprint.response(200, AccessLogOut)
    @allow()
    def who_looked(asked: Document) -> Document:
        """Which administrators looked at your learning or acted on it, newest first."""
        return access_log(store, names, principal().user_id, asked)

    @blueprint.route("/v1/enrolments/<enrolment_id>/dispute", methods=["POST"])
    @blueprint.arguments(DisputeIn)
    @blueprint.response(201, DisputeOut)
    @allow()
    def begin(body: Document, enrolment_id: str) -> Document:
        """Ask the admins of the own MDO to look at a progress; 409 `dispute_open` while one is open."""
        made = dispute(store, principal().user_id, enrolment_id, body["note"], clock())
        return {**made, "id": made["_id"]}

    @blueprint.route("/v1/disputes")
    @blueprint.arguments(DisputesIn, location="query")
    @blueprint.response(200, DisputesOut)
    @allow("MDO_ADMIN")
    def listed(asked: Document) -> Document:
        """Disputes of the people of the own MDO and below, newest first."""
        return disputes_for(store, principal(), asked)

    @blueprint.route("/v1/disputes/<dispute_id>")
    @blueprint.response(200, DisputeOut)
    @allow("MDO_ADMIN")
    def one(dispute_id: str) -> Document:
        """One dispute of the people of the own MDO and below."""
        found = dispute_for(store, principal(), dispute_id)
        return {**found, "id": found["_id"]}

    @blueprint.route("/v1/disputes/<dispute_id>/answer", methods=["POST"])
    @blueprint.arguments(AnswerDisputeIn)
    @blueprint.response(200, DisputeOut)
    @allow("MDO_ADMIN")
    def answer(body: Document, dispute_id: str) -> Document:
        """Answer a dispute; the learner reads it beside the progress."""
        made = answer_dispute(store, principal(), dispute_id, body["text"], clock())
        return {**made, "id": made["_id"]}

    return blueprint
