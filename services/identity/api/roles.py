"""Role grants of a person: see, give, take away."""

from __future__ import annotations

from typing import Any

from services.identity.commands.roles import RoleOrder, grant_role, grants_of, revoke_role
from services.identity.schemas.roles import GrantIn, GrantOut, GrantsOut
from services.identity.store import Store
from shared.auth import allow, principal
from shared.mongo import utcnow
from shared.web import Blueprint

Document = dict[str, Any]


def roles_blueprint(store: Store) -> Blueprint:
    """The routes of role grants; SPV admins only."""
    blueprint = Blueprint("roles", __name__, description="Roles of people")

    @blueprint.route("/v1/users/<user_id>/roles")
    @blueprint.response(200, GrantsOut)
    @allow("SPV_ADMIN")
    def list_grants(user_id: str) -> Document:
        """All roles of one person."""
        return {"items": grants_of(store, principal().user_id, user_id)}

    @blueprint.route("/v1/users/<user_id>/roles", methods=["POST"])
    @blueprint.arguments(GrantIn)
    @blueprint.response(201, GrantOut)
    @allow("SPV_ADMIN")
    def grant(body: Document, user_id: str) -> Document:
        """Give a role; repeating it changes nothing."""
        order = RoleOrder(principal().user_id, user_id, body["role"], body["scope"])
        return grant_role(store, order, utcnow())

    @blueprint.route("/v1/users/<user_id>/roles/<grant_id>", methods=["DELETE"])
    @blueprint.response(204)
    @allow("SPV_ADMIN")
    def revoke(user_id: str, grant_id: str) -> None:
        """Take a role away."""
        revoke_role(store, principal().user_id, user_id, grant_id, utcnow())

    return blueprint
