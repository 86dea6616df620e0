"""The rails of the home page, each alone and small."""

from __future__ import annotations

from typing import Any

from services.community.api.discuss import Clock
from services.community.queries.discuss import trending_rail
from services.community.queries.sessions import sessions_rail
from services.community.schemas.common import RailIn
from services.community.schemas.discuss import HotsOut
from services.community.schemas.sessions import ComingsOut
from services.community.store import Store
from shared.auth import allow, principal
from shared.web import Blueprint

Document = dict[str, Any]


def home_blueprint(store: Store, clock: Clock) -> Blueprint:
    """The routes of the rails."""
    blueprint = Blueprint("home", __name__, description="Rails of the home page")

    @blueprint.route("/v1/home/discussions")
    @blueprint.arguments(RailIn, location="query")
    @blueprint.response(200, HotsOut)
    @allow()
    def discussions(query: Document) -> Document:
        """Trending discussions."""
        return trending_rail(store, principal().user_id, query["limit"])

    @blueprint.route("/v1/home/sessions")
    @blueprint.arguments(RailIn, location="query")
    @blueprint.response(200, ComingsOut)
    @allow()
    def sessions(query: Document) -> Document:
        """Sessions that come next, live ones first."""
        return sessions_rail(store, principal().user_id, query["limit"], clock())

    return blueprint
