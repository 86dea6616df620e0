"""Finding courses: search, suggestions, browsing. Public."""

from __future__ import annotations

from typing import Any

from services.catalog.commands.searches import note_missed_search
from services.catalog.queries.cards import Cards
from services.catalog.queries.discovery import asked_of, browse, results, suggestions
from services.catalog.schemas.cards import CountedListOut, SearchIn, SearchOut, SuggestIn, SuggestionsOut
from services.catalog.search import Searching
from services.catalog.store import Store
from shared.auth import public
from shared.events import new_id
from shared.mongo import utcnow
from shared.web import Blueprint

Document = dict[str, Any]


def discovery_blueprint(store: Store, searching: Searching, cards: Cards) -> Blueprint:
    """The routes of searching and browsing."""
    blueprint = Blueprint("discovery", __name__, description="Search and browse")

    @blueprint.route("/v1/search")
    @blueprint.arguments(SearchIn, location="query")
    @blueprint.response(200, SearchOut)
    @public
    def search(query: Document) -> Document:
        """Courses that match, with facet counts and why each matched; no text lists all."""
        asked = asked_of(query)
        found = results(searching, cards, asked) | {"search_id": new_id()}
        if not found["total"] and not asked.offset:
            note_missed_search(store, asked.text, len(asked.filters), found["search_id"], utcnow())
        return found

    @blueprint.route("/v1/suggest")
    @blueprint.arguments(SuggestIn, location="query")
    @blueprint.response(200, SuggestionsOut)
    @public
    def suggest(query: Document) -> Document:
        """What may be meant by a beginning."""
        return {"items": suggestions(searching, cards, query["q"])}

    @blueprint.route("/v1/browse/topics")
    @blueprint.response(200, CountedListOut)
    @public
    def browse_topics() -> Document:
        """Topics that have courses."""
        return {"items": browse(searching, cards, "topic")}

    @blueprint.route("/v1/browse/competencies")
    @blueprint.response(200, CountedListOut)
    @public
    def browse_competencies() -> Document:
        """Competencies that have courses."""
        return {"items": browse(searching, cards, "competency")}

    @blueprint.route("/v1/browse/providers")
    @blueprint.response(200, CountedListOut)
    @public
    def browse_providers() -> Document:
        """Providers that have courses."""
        return {"items": browse(searching, cards, "provider")}

    return blueprint
