"""Assessments: start an attempt, answer, submit."""

from __future__ import annotations

from typing import Any

from services.progress.api.clock import Clock
from services.progress.clients import Bundles
from services.progress.commands.attempts import save_answer, start_attempt, submit_attempt
from services.progress.queries.attempts import assessment_for, own_attempt, show_attempt
from services.progress.rules import ProgressSettings
from services.progress.schemas.attempts import AnswerIn, AttemptOut, NothingIn, StartIn
from services.progress.store import Store
from shared.auth import allow, principal
from shared.failpoint import Failpoints
from shared.web import Blueprint

Document = dict[str, Any]


def attempts_blueprint(
    store: Store, settings: ProgressSettings, bundles: Bundles, clock: Clock, failpoint: Failpoints
) -> Blueprint:
    """The routes of attempts; everybody sees only their own."""
    blueprint = Blueprint("attempts", __name__, description="Attempts at assessments, graded on the server")

    @blueprint.route("/v1/enrolments/<enrolment_id>/assessments/<assessment_id>/attempts", methods=["POST"])
    @blueprint.arguments(StartIn)
    @blueprint.response(201, AttemptOut)
    @blueprint.alt_response(200, schema=AttemptOut, description="The attempt that is running")
    @allow()
    def start(body: Document, enrolment_id: str, assessment_id: str) -> tuple[Document, int]:
        """Begin an attempt, or go on with the running one.

        Refusals (422): `resources_first` (a final assessment comes last), `no_attempts_left`, `withdrawn`.
        """
        who, now = principal().user_id, clock()
        attempt, assessment, new = start_attempt(
            store, bundles, settings, who, enrolment_id, assessment_id, body["extra_time"], now
        )
        return show_attempt(attempt, assessment, now), 201 if new else 200

    @blueprint.route("/v1/attempts/<attempt_id>")
    @blueprint.response(200, AttemptOut)
    @allow()
    def one(attempt_id: str) -> Document:
        """One own attempt: its questions and saved answers, with the result when it is over."""
        attempt = own_attempt(store, principal().user_id, attempt_id)
        return show_attempt(attempt, assessment_for(store, bundles, attempt), clock())

    @blueprint.route("/v1/attempts/<attempt_id>/answers/<question_id>", methods=["PUT"])
    @blueprint.arguments(AnswerIn)
    @blueprint.response(204)
    @allow()
    def answer(body: Document, attempt_id: str, question_id: str) -> None:
        """Save the answer to one question; 422 `time_over` or `attempt_over` when it is too late."""
        who = principal().user_id
        save_answer(store, bundles, who, attempt_id, question_id, body["answer"], clock())

    @blueprint.route("/v1/attempts/<attempt_id>/submit", methods=["POST"])
    @blueprint.arguments(NothingIn)
    @blueprint.response(200, AttemptOut)
    @allow()
    def submit(_: Document, attempt_id: str) -> Document:
        """Hand in and see the result; repeating it answers the same."""
        now = clock()
        attempt, assessment = submit_attempt(store, bundles, principal().user_id, attempt_id, now)
        failpoint("prog.after_grade")
        return show_attempt(attempt, assessment, now)

    return blueprint
