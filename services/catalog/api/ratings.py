"""Ratings of courses: read by all, written by those who began; reports, moderation, the provider's answer."""

from __future__ import annotations

from typing import Any

from flask import request

from services.catalog.commands.ratings import (
    moderate_review,
    rate_course,
    reply_to_review,
    report_review,
    review_id,
    withdraw_rating,
)
from services.catalog.queries.ratings import moderation_page, ratings_page, review_out
from services.catalog.rules import CatalogSettings
from services.catalog.rules.authority import ROLES, Actor
from services.catalog.schemas.ratings import (
    DecisionIn,
    ModerationOut,
    RatingIn,
    RatingsIn,
    RatingsOut,
    ReplyIn,
    ReportIn,
    ReviewOut,
)
from services.catalog.store import Store
from shared.auth import Access, Verifier, allow, authorize, principal, public
from shared.errors import NotFound
from shared.mongo import utcnow
from shared.paging import PageIn
from shared.web import Blueprint

Document = dict[str, Any]


def ratings_blueprint(store: Store, settings: CatalogSettings, verifier: Verifier) -> Blueprint:
    """The routes of ratings."""
    blueprint = Blueprint("ratings", __name__, description="Ratings and reviews")

    @blueprint.route("/v1/courses/<course_id>/ratings")
    @blueprint.arguments(RatingsIn, location="query")
    @blueprint.response(200, RatingsOut)
    @public
    def list_ratings(query: Document, course_id: str) -> Document:
        """The summary and the newest reviews; with a token one's own are marked."""
        header = request.headers.get("Authorization")
        who = authorize(Access("person"), header, verifier) if header else None
        return ratings_page(store, course_id, who.user_id if who else "", query)

    @blueprint.route("/v1/courses/<course_id>/ratings/me")
    @blueprint.response(200, ReviewOut)
    @allow()
    def own_rating(course_id: str) -> Document:
        """One's own rating."""
        me = principal().user_id
        found = store.ratings.get(review_id(course_id, me))
        if found is None or found["state"] == "withdrawn":
            raise NotFound("not_rated", "You have not rated this course.")
        return review_out(found, me)

    @blueprint.route("/v1/courses/<course_id>/ratings/me", methods=["PUT"])
    @blueprint.arguments(RatingIn)
    @blueprint.response(200, ReviewOut)
    @allow()
    def rate(body: Document, course_id: str) -> Document:
        """Rate a course, or change the rating."""
        me = principal().user_id
        return review_out(rate_course(store, me, course_id, body["stars"], body["text"], utcnow()), me)

    @blueprint.route("/v1/courses/<course_id>/ratings/me", methods=["DELETE"])
    @blueprint.response(204)
    @allow()
    def withdraw(course_id: str) -> None:
        """Take one's rating back."""
        withdraw_rating(store, principal().user_id, course_id)

    _add_review_routes(blueprint, store, settings)
    return blueprint


def _add_review_routes(blueprint: Blueprint, store: Store, settings: CatalogSettings) -> None:
    @blueprint.route("/v1/reviews/<id_>/reports", methods=["POST"])
    @blueprint.arguments(ReportIn)
    @blueprint.response(204)
    @allow()
    def report(body: Document, id_: str) -> None:
        """Ask the moderators to look at a review; once a person."""
        report_review(store, settings, principal().user_id, id_, body["reason"], body["note"], utcnow())

    @blueprint.route("/v1/moderation/reviews")
    @blueprint.arguments(PageIn, location="query")
    @blueprint.response(200, ModerationOut)
    @allow("SPV_ADMIN")
    def list_reported(query: Document) -> Document:
        """Reported reviews, longest waiting first."""
        return moderation_page(store, query)

    @blueprint.route("/v1/moderation/reviews/<id_>", methods=["POST"])
    @blueprint.arguments(DecisionIn)
    @blueprint.response(200, ReviewOut)
    @allow("SPV_ADMIN")
    def moderate(body: Document, id_: str) -> Document:
        """Keep or remove a review."""
        me = principal().user_id
        return review_out(moderate_review(store, me, id_, body["decision"], body["reason"], utcnow()))

    @blueprint.route("/v1/reviews/<id_>/reply", methods=["POST"])
    @blueprint.arguments(ReplyIn)
    @blueprint.response(200, ReviewOut)
    @allow(*ROLES)
    def reply(body: Document, id_: str) -> Document:
        """Answer a review in the provider's name, once."""
        return review_out(reply_to_review(store, Actor.of(principal()), id_, body["text"], utcnow()))
