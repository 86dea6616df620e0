"""Courses for learners: lists, pages, modules; and the bundle for grading."""

from __future__ import annotations

from typing import Any

from flask import request

from services.catalog.queries.cards import Cards
from services.catalog.queries.courses import assessment_bundle, course_page, module_page
from services.catalog.queries.lists import by_ids, by_interests, duties, featured, mandated, newest, trending
from services.catalog.schemas.cards import CardsOut, CoursesIn, VersionIn
from services.catalog.schemas.pages import BundleOut, CourseOut, ModuleOut
from services.catalog.search import Searching
from services.catalog.store import Store
from shared.auth import Access, Verifier, allow, authorize, internal, public
from shared.web import Blueprint

Document = dict[str, Any]
PERSON = Access("person")


def courses_blueprint(store: Store, searching: Searching, cards: Cards, verifier: Verifier) -> Blueprint:
    """The routes of courses."""
    blueprint = Blueprint("courses", __name__, description="Courses")

    @blueprint.route("/v1/courses")
    @blueprint.arguments(CoursesIn, location="query")
    @blueprint.response(200, CardsOut)
    @public
    def list_courses(query: Document) -> Document:
        """Featured, newest or named courses; those of one's own interests or duties need a token."""
        limit = query["limit"]
        if query["mandated"] or query["interests"]:
            who = authorize(PERSON, request.headers.get("Authorization"), verifier)
            listed = mandated if query["mandated"] else by_interests
            user_id = who.user_id if who else ""
            found, due = listed(store, searching, user_id, limit), duties(store, user_id)
            shown = [cards.shown(one) | {"mandated": one["id"] in due} for one in found]
            return {"items": shown, "next_cursor": None}
        if query["ids"]:
            found = by_ids(searching, query["ids"].split(","))
        else:
            found = newest(searching, limit) if query["sort"] == "new" else featured(searching, limit)
        return {"items": [cards.shown(one) for one in found], "next_cursor": None}

    @blueprint.route("/v1/trending")
    @blueprint.response(200, CardsOut)
    @public
    def list_trending() -> Document:
        """What many people begin, complete and look at now; what is long ago counts less and less."""
        return {"items": [cards.shown(one) for one in trending(searching, 12)], "next_cursor": None}

    @blueprint.route("/v1/courses/<course_id>")
    @blueprint.arguments(VersionIn, location="query")
    @blueprint.response(200, CourseOut)
    @public
    def get_course(query: Document, course_id: str) -> Document:
        """A course page; a learner who began an older version may ask for it."""
        return course_page(store, cards, searching, course_id, query["version"])

    @blueprint.route("/v1/courses/<course_id>/modules/<module_id>")
    @blueprint.arguments(VersionIn, location="query")
    @blueprint.response(200, ModuleOut)
    @allow()
    def get_module(query: Document, course_id: str, module_id: str) -> Document:
        """A module with its resources; links to files end after a while."""
        return module_page(store, cards, course_id, module_id, query["version"])

    @blueprint.route("/internal/v1/assessment-bundles/<course_id>/<version>")
    @blueprint.response(200, BundleOut)
    @internal("progress")
    def get_bundle(course_id: str, version: str) -> Document:
        """The assessments of a version with their answer keys; it never changes, so it may be kept."""
        return assessment_bundle(store, course_id, version)

    return blueprint
