"""Authoring for the CBP portal: courses from draft to retirement."""

from __future__ import annotations

from typing import Any

from services.catalog.commands import authoring as do
from services.catalog.queries.authoring import authored_view, authoring_list, content_of, preview
from services.catalog.queries.cards import Cards
from services.catalog.queries.ratings import ratings_page
from services.catalog.rules.authoring import EMPTY
from services.catalog.rules.authority import ROLES, Actor
from services.catalog.rules.checks import problems
from services.catalog.schemas.authoring import (
    AuthoredListOut,
    AuthoredOut,
    AuthoringListIn,
    ChecksOut,
)
from services.catalog.schemas.content import ContentIn, NewCourseIn, NotesIn, ReasonIn
from services.catalog.schemas.pages import PreviewOut
from services.catalog.schemas.ratings import RatingsIn, RatingsOut
from services.catalog.schemas.recommendations import EmptyIn
from services.catalog.store import Store
from shared.auth import allow, principal
from shared.editing import etag, if_match, new_resource_id
from shared.errors import Conflict
from shared.mongo import utcnow
from shared.web import Blueprint

Document = dict[str, Any]
PLACE = "/v1/authoring/courses"


def authoring_blueprint(store: Store, cards: Cards) -> Blueprint:
    """The routes of authoring but for files."""
    blueprint = Blueprint("authoring", __name__, description="Write, review and publish courses")

    def answer(course: Document) -> tuple[Document, dict[str, str]]:
        return authored_view(store, course), etag(course["version"])

    _add_reading(blueprint, store, cards, answer)
    _add_writing(blueprint, store, answer)
    _add_steps(blueprint, store, answer)
    return blueprint


def _add_reading(blueprint: Blueprint, store: Store, cards: Cards, answer: Any) -> None:
    @blueprint.route(PLACE)
    @blueprint.arguments(AuthoringListIn, location="query")
    @blueprint.response(200, AuthoredListOut)
    @allow(*ROLES)
    def list_authored(query: Document) -> Document:
        """Courses that one may work on."""
        return authoring_list(store, Actor.of(principal()), query)

    @blueprint.route(f"{PLACE}/<course_id>")
    @blueprint.response(200, AuthoredOut)
    @allow(*ROLES)
    def get_authored(course_id: str) -> Any:
        """A course as it is being written, with its question banks."""
        return answer(do.authored(store, Actor.of(principal()), course_id))

    @blueprint.route(f"{PLACE}/<course_id>/preview")
    @blueprint.response(200, PreviewOut)
    @allow(*ROLES)
    def get_preview(course_id: str) -> Document:
        """What learners would see."""
        return preview(store, cards, do.authored(store, Actor.of(principal()), course_id))

    @blueprint.route(f"{PLACE}/<course_id>/checks")
    @blueprint.response(200, ChecksOut)
    @allow(*ROLES)
    def get_checks(course_id: str) -> Document:
        """All that keeps the course from being submitted."""
        course = do.authored(store, Actor.of(principal()), course_id)
        content = {**EMPTY, **content_of(store, course)}
        files = do.ready_files(store, {**course, "draft": content})
        return {"problems": problems(content, files)}

    @blueprint.route(f"{PLACE}/<course_id>/ratings")
    @blueprint.arguments(RatingsIn, location="query")
    @blueprint.response(200, RatingsOut)
    @allow(*ROLES)
    def get_ratings(query: Document, course_id: str) -> Document:
        """What learners say of the course."""
        do.authored(store, Actor.of(principal()), course_id)
        return ratings_page(store, course_id, "", query)


def _add_writing(blueprint: Blueprint, store: Store, answer: Any) -> None:
    @blueprint.route(PLACE, methods=["POST"])
    @blueprint.arguments(NewCourseIn)
    @blueprint.response(201, AuthoredOut)
    @allow(*ROLES)
    def create(body: Document) -> Any:
        """Begin a course."""
        actor = Actor.of(principal())
        return answer(do.create_course(store, actor, body, new_resource_id(), utcnow()))

    @blueprint.route(f"{PLACE}/<course_id>", methods=["PATCH"])
    @blueprint.arguments(ContentIn)
    @blueprint.response(200, AuthoredOut)
    @allow(*ROLES)
    def edit(body: Document, course_id: str) -> Any:
        """Change a draft; If-Match holds the version one has seen."""
        actor = Actor.of(principal())
        try:
            return answer(do.edit_course(store, actor, course_id, if_match(), body, utcnow()))
        except Conflict as conflict:
            if isinstance(conflict.current, dict):
                conflict.current = AuthoredOut().dump(authored_view(store, conflict.current))
            raise

    @blueprint.route(f"{PLACE}/<course_id>", methods=["DELETE"])
    @blueprint.response(204)
    @allow(*ROLES)
    def delete(course_id: str) -> None:
        """Throw a draft away; what was published stays."""
        do.delete_draft(store, Actor.of(principal()), course_id)


def _add_steps(blueprint: Blueprint, store: Store, answer: Any) -> None:
    @blueprint.route(f"{PLACE}/<course_id>/submit", methods=["POST"])
    @blueprint.arguments(EmptyIn)
    @blueprint.response(200, AuthoredOut)
    @allow("CONTENT_CREATOR")
    def submit(body: Document, course_id: str) -> Any:
        """Hand a complete draft to the reviewers."""
        return answer(do.submit_course(store, Actor.of(principal()), course_id, utcnow()))

    @blueprint.route(f"{PLACE}/<course_id>/review", methods=["POST"])
    @blueprint.arguments(NotesIn)
    @blueprint.response(200, AuthoredOut)
    @allow("CONTENT_REVIEWER")
    def review(body: Document, course_id: str) -> Any:
        """Approve a course or give it back with notes."""
        actor = Actor.of(principal())
        return answer(do.review_course(store, actor, course_id, body["decision"], body["notes"], utcnow()))

    @blueprint.route(f"{PLACE}/<course_id>/publish", methods=["POST"])
    @blueprint.arguments(EmptyIn)
    @blueprint.response(200, AuthoredOut)
    @allow("CONTENT_PUBLISHER")
    def publish(body: Document, course_id: str) -> Any:
        """Publish what was approved."""
        return answer(do.publish_course(store, Actor.of(principal()), course_id, utcnow()))

    @blueprint.route(f"{PLACE}/<course_id>/new-version", methods=["POST"])
    @blueprint.arguments(EmptyIn)
    @blueprint.response(200, AuthoredOut)
    @allow("CONTENT_CREATOR")
    def renew(body: Document, course_id: str) -> Any:
        """Begin a new version of a published course."""
        return answer(do.renew_course(store, Actor.of(principal()), course_id, utcnow()))

    @blueprint.route(f"{PLACE}/<course_id>/retire", methods=["POST"])
    @blueprint.arguments(ReasonIn)
    @blueprint.response(200, AuthoredOut)
    @allow("CONTENT_PUBLISHER")
    def retire(body: Document, course_id: str) -> Any:
        """Offer a course no longer."""
        return answer(do.retire_course(store, Actor.of(principal()), course_id, body["reason"], utcnow()))
