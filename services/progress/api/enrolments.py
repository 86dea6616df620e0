"""Enrol, leave, see, and move to a new version."""

from __future__ import annotations

from typing import Any

from services.progress.api.clock import Clock
from services.progress.commands.enrolments import enrol, upgrade, withdraw
from services.progress.queries.enrolments import (
    course_of,
    enrolments_of,
    latest_in_course,
    newer_version,
    own_enrolment,
    shown,
)
from services.progress.rules.versions import version_change
from services.progress.schemas.enrolments import (
    EnrolmentIn,
    EnrolmentOut,
    EnrolmentsIn,
    EnrolmentsOut,
    VersionChangeOut,
    WithdrawalIn,
)
from services.progress.store import Store
from shared.auth import allow, principal
from shared.web import Blueprint

Document = dict[str, Any]


def enrolments_blueprint(store: Store, clock: Clock) -> Blueprint:
    """The routes of enrolments; everybody sees only their own."""
    blueprint = Blueprint("enrolments", __name__, description="Enrolments and how far they are")

    @blueprint.route("/v1/enrolments", methods=["POST"])
    @blueprint.arguments(EnrolmentIn)
    @blueprint.response(201, EnrolmentOut)
    @blueprint.alt_response(200, schema=EnrolmentOut, description="The enrolment was there already")
    @allow()
    def create(body: Document) -> tuple[Document, int]:
        """Enrol in a course; repeating it answers the same enrolment, coming back keeps the progress.

        Refusals (422): `course_unknown`, `course_retired`, `not_for_your_mdo`, `not_begun`.
        """
        made, new = enrol(store, principal().user_id, body["course_id"], clock(), cycle=body["cycle"])
        return shown(store, made), 201 if new else 200

    @blueprint.route("/v1/enrolments")
    @blueprint.arguments(EnrolmentsIn, location="query")
    @blueprint.response(200, EnrolmentsOut)
    @allow()
    def own(asked: Document) -> Document:
        """The own enrolments, the last used first."""
        return enrolments_of(store, principal().user_id, asked)

    @blueprint.route("/v1/enrolments/<enrolment_id>")
    @blueprint.response(200, EnrolmentOut)
    @allow()
    def one(enrolment_id: str) -> Document:
        """One own enrolment."""
        return shown(store, own_enrolment(store, principal().user_id, enrolment_id))

    @blueprint.route("/v1/courses/<course_id>/progress")
    @blueprint.response(200, EnrolmentOut)
    @allow()
    def of_course(course_id: str) -> Document:
        """The newest own enrolment in a course; 404 `not_enrolled` without one."""
        return shown(store, latest_in_course(store, principal().user_id, course_id))

    @blueprint.route("/v1/enrolments/<enrolment_id>/withdraw", methods=["POST"])
    @blueprint.arguments(WithdrawalIn)
    @blueprint.response(200, EnrolmentOut)
    @allow()
    def leave(body: Document, enrolment_id: str) -> Document:
        """Leave a course; the progress is kept for a return."""
        who = principal().user_id
        return shown(store, withdraw(store, who, enrolment_id, body["reason"], body["note"], clock()))

    @blueprint.route("/v1/enrolments/<enrolment_id>/version-change")
    @blueprint.response(200, VersionChangeOut)
    @allow()
    def change(enrolment_id: str) -> Document:
        """What the newest version of the course would change for this enrolment."""
        enrolment = own_enrolment(store, principal().user_id, enrolment_id)
        return version_change(enrolment, course_of(store, enrolment), newer_version(store, enrolment))

    @blueprint.route("/v1/enrolments/<enrolment_id>/upgrade", methods=["POST"])
    @blueprint.response(200, EnrolmentOut)
    @allow()
    def move(enrolment_id: str) -> Document:
        """Move to the newest version of the course by the stated rule."""
        return shown(store, upgrade(store, principal().user_id, enrolment_id, clock()))

    return blueprint
