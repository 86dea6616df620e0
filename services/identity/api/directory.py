"""What a registration form offers: MDOs, positions, approved domains. Public lists."""

from __future__ import annotations

from typing import Any

from services.identity.queries import all_domains, all_positions, mdos_below
from services.identity.schemas.registration import DomainsOut, MDOsOut, ParentIn, PositionsOut
from services.identity.store import Store
from shared.auth import public
from shared.web import Blueprint

Document = dict[str, Any]


def directory_blueprint(store: Store) -> Blueprint:
    """The routes of the public lists."""
    blueprint = Blueprint("directory", __name__, description="MDOs, positions, domains")

    @blueprint.route("/v1/mdos")
    @blueprint.arguments(ParentIn, location="query")
    @blueprint.response(200, MDOsOut)
    @public
    def list_mdos(query: Document) -> Document:
        """Ministries and states, or what lies directly below one unit."""
        return {"items": mdos_below(store, query["parent"])}

    @blueprint.route("/v1/positions")
    @blueprint.response(200, PositionsOut)
    @public
    def list_positions() -> Document:
        """The positions a person can choose."""
        return {"items": all_positions(store)}

    @blueprint.route("/v1/domains")
    @blueprint.response(200, DomainsOut)
    @public
    def list_domains() -> Document:
        """The mail domains whose addresses may register."""
        return {"items": all_domains(store)}

    return blueprint
