"""The rails of the home page, each alone and small."""

from __future__ import annotations

from typing import Any

from services.community.queries.discuss import trending_rail
from services.community.schemas.common import RailIn
from services.community.schemas.discuss import HotsOut
from services.community.store import Store
from shared.auth import allow, principal
from shared.web import Blueprint

Document = dict[str, Any]


def home_blueprint(store: Store) -> Blueprint:
    """The routes of the rails."""
    blueprint = Blueprint("home", __name__, description="Rails of the home page")

    @blueprint.route("/v1/home/discussions")
    @blueprint.arguments(RailIn, location="query")
    @blueprint.response(200, HotsOut)
    @allow()
    def discussions(query: Document) -> Document:
        """Trending discussions."""
        return trending_rail(store, principal().user_id, query["limit"])

    return blueprint
