"""The dictionary for everybody: topics, competencies, positions, roles, activities."""

from __future__ import annotations

from typing import Any

from services.onboarding.queries import dictionary
from services.onboarding.schemas.common import SearchIn
from services.onboarding.schemas.competencies import (
    CompetenciesIn,
    CompetenciesOut,
    CompetencyFullOut,
    FlatsOut,
    PositionOut,
    PositionsOut,
)
from services.onboarding.schemas.interests import TopicsIn, TopicsOut
from services.onboarding.store import Store
from shared.auth import public
from shared.web import Blueprint

Document = dict[str, Any]


def dictionary_blueprint(store: Store) -> Blueprint:
    """The public reads of the dictionary."""
    blueprint = Blueprint("dictionary", __name__, description="Positions, roles, activities, competencies")

    @blueprint.route("/v1/topics")
    @blueprint.arguments(TopicsIn, location="query")
    @blueprint.response(200, TopicsOut)
    @public
    def list_topics(query: Document) -> Document:
        """The topics of interest."""
        return {"items": dictionary.topics(store, query)}

    @blueprint.route("/v1/competencies")
    @blueprint.arguments(CompetenciesIn, location="query")
    @blueprint.response(200, CompetenciesOut)
    @public
    def list_competencies(query: Document) -> Document:
        """Search and browse the competencies."""
        return dictionary.competencies(store, query)

    @blueprint.route("/v1/competencies/<competency_id>")
    @blueprint.response(200, CompetencyFullOut)
    @public
    def see_competency(competency_id: str) -> Document:
        """One competency with its levels and the positions that need it."""
        return dictionary.competency(store, competency_id)

    @blueprint.route("/v1/positions")
    @blueprint.arguments(SearchIn, location="query")
    @blueprint.response(200, PositionsOut)
    @public
    def list_positions(query: Document) -> Document:
        """Search and browse the positions."""
        return dictionary.positions(store, query)

    @blueprint.route("/v1/positions/<position_id>")
    @blueprint.response(200, PositionOut)
    @public
    def see_position(position_id: str) -> Document:
        """One position with roles, activities and levels."""
        return dictionary.position(store, position_id)

    @blueprint.route("/v1/frac/roles")
    @blueprint.arguments(SearchIn, location="query")
    @blueprint.response(200, FlatsOut)
    @public
    def list_roles(query: Document) -> Document:
        """The roles of all positions."""
        return dictionary.roles(store, query)

    @blueprint.route("/v1/frac/activities")
    @blueprint.arguments(SearchIn, location="query")
    @blueprint.response(200, FlatsOut)
    @public
    def list_activities(query: Document) -> Document:
        """The activities of all roles."""
        return dictionary.activities(store, query)

    return blueprint
