"""Courses for one person, and what that person wants of them."""

from __future__ import annotations

from typing import Any

from services.catalog.commands.wishes import mark_not_relevant, mark_relevant, set_browsing, view_course
from services.catalog.queries.cards import Cards
from services.catalog.queries.recommendations import recommended
from services.catalog.schemas.recommendations import (
    EmptyIn,
    PreferencesIn,
    RecommendationsIn,
    RecommendationsOut,
)
from services.catalog.search import Searching
from services.catalog.store import Store
from shared.auth import allow, principal
from shared.mongo import utcnow
from shared.web import Blueprint

Document = dict[str, Any]


def recommendations_blueprint(store: Store, searching: Searching, cards: Cards) -> Blueprint:
    """The routes of recommendations and browsing."""
    blueprint = Blueprint("recommendations", __name__, description="Courses for me")

    @blueprint.route("/v1/recommendations/me")
    @blueprint.arguments(RecommendationsIn, location="query")
    @blueprint.response(200, RecommendationsOut)
    @allow()
    def for_me(query: Document) -> Document:
        """Recommended courses with the reasons."""
        return {"items": recommended(store, searching, cards, principal().user_id, query["limit"])}

    @blueprint.route("/v1/recommendations/me/<course_id>/not-relevant", methods=["POST"])
    @blueprint.arguments(EmptyIn)
    @blueprint.response(204)
    @allow()
    def refuse(body: Document, course_id: str) -> None:
        """Never recommend this course again."""
        mark_not_relevant(store, principal().user_id, course_id)

    @blueprint.route("/v1/recommendations/me/<course_id>/not-relevant", methods=["DELETE"])
    @blueprint.response(204)
    @allow()
    def accept(course_id: str) -> None:
        """Take that back."""
        mark_relevant(store, principal().user_id, course_id)

    @blueprint.route("/v1/courses/<course_id>/views", methods=["POST"])
    @blueprint.arguments(EmptyIn)
    @blueprint.response(204)
    @allow()
    def view(body: Document, course_id: str) -> None:
        """Count that one looked at a course; nothing is kept when browsing is switched off."""
        view_course(store, principal().user_id, course_id, utcnow())

    @blueprint.route("/v1/preferences/me")
    @blueprint.response(200, PreferencesIn)
    @allow()
    def preferences() -> Document:
        """Whether what one looks at counts."""
        found = store.preferences.find_one({"_id": principal().user_id}) or {}
        return {"browsing": found.get("browsing", True)}

    @blueprint.route("/v1/preferences/me", methods=["PUT"])
    @blueprint.arguments(PreferencesIn)
    @blueprint.response(200, PreferencesIn)
    @allow()
    def set_preferences(body: Document) -> Document:
        """Let it count or not; switching off forgets what was counted."""
        set_browsing(store, principal().user_id, body["browsing"])
        return body

    return blueprint
