"""Roles and activities of the person who asks."""

from __future__ import annotations

from typing import Any

from services.onboarding.commands import roles as command
from services.onboarding.commands.profiles import profile_of
from services.onboarding.rules.roles import found
from services.onboarding.schemas.roles import ActivityIn, OrderIn, RoleIn, RoleOut, RolePatchIn, RolesOut
from services.onboarding.store import Store
from shared.auth import allow, principal
from shared.editing import etag, if_match, new_resource_id
from shared.errors import Refused
from shared.mongo import utcnow
from shared.web import Blueprint

Document = dict[str, Any]
Answer = tuple[Document, dict[str, str]]


def roles_blueprint(store: Store) -> Blueprint:
    """The routes of a person's roles and activities."""
    blueprint = Blueprint("roles", __name__, description="Your roles and activities")

    @blueprint.route("/v1/profiles/me/roles")
    @blueprint.response(200, RolesOut)
    @allow()
    def list_roles() -> Answer:
        """Your roles in their order."""
        return _listed(profile_of(store, principal().user_id, utcnow()))

    @blueprint.route("/v1/profiles/me/roles", methods=["POST"])
    @blueprint.arguments(RoleIn)
    @blueprint.response(201, RoleOut)
    @allow()
    def add_role(body: Document) -> Answer:
        """Add a role; a repeated request with the same Idempotency-Key adds none."""
        user_id, id_ = principal().user_id, new_resource_id()
        return _one(command.add_role(store, user_id, id_, body["title"], body["activities"], utcnow()))

    @blueprint.route("/v1/profiles/me/roles/<role_id>", methods=["PATCH"])
    @blueprint.arguments(RolePatchIn)
    @blueprint.response(200, RoleOut)
    @allow()
    def change_role(body: Document, role_id: str) -> Answer:
        """Change a role from the version in If-Match; 409 shows the role as it is now."""
        user_id, now = principal().user_id, utcnow()
        found(profile_of(store, user_id, now)["roles"], role_id)
        expected = if_match()
        if expected is None:
            raise Refused("if_match_missing", "Send the role's version in If-Match.", field="If-Match")
        return _one(command.change_role(store, user_id, role_id, expected, body, now))

    @blueprint.route("/v1/profiles/me/roles/<role_id>", methods=["DELETE"])
    @blueprint.response(204)
    @allow()
    def remove_role(role_id: str) -> None:
        """Remove a role with its activities; with If-Match only as it was read."""
        command.remove_role(store, principal().user_id, role_id, if_match(), utcnow())

    @blueprint.route("/v1/profiles/me/roles/order", methods=["PUT"])
    @blueprint.arguments(OrderIn)
    @blueprint.response(200, RolesOut)
    @allow()
    def order_roles(body: Document) -> Answer:
        """Put your roles in order; name each once."""
        return _listed(command.order_roles(store, principal().user_id, body["ids"], if_match(), utcnow()))

    @blueprint.route("/v1/profiles/me/roles/<role_id>/activities", methods=["POST"])
    @blueprint.arguments(ActivityIn)
    @blueprint.response(201, RoleOut)
    @allow()
    def add_activity(body: Document, role_id: str) -> Answer:
        """Add an activity to a role."""
        user_id, id_ = principal().user_id, new_resource_id()
        return _one(command.add_activity(store, user_id, role_id, id_, body["text"], utcnow()))

    @blueprint.route("/v1/profiles/me/roles/<role_id>/activities/<activity_id>", methods=["PATCH"])
    @blueprint.arguments(ActivityIn)
    @blueprint.response(200, RoleOut)
    @allow()
    def change_activity(body: Document, role_id: str, activity_id: str) -> Answer:
        """Change the text of an activity."""
        user_id = principal().user_id
        return _one(command.change_activity(store, user_id, role_id, activity_id, body["text"], utcnow()))

    @blueprint.route("/v1/profiles/me/roles/<role_id>/activities/<activity_id>", methods=["DELETE"])
    @blueprint.response(204)
    @allow()
    def remove_activity(role_id: str, activity_id: str) -> None:
        """Remove an activity."""
        command.remove_activity(store, principal().user_id, role_id, activity_id, utcnow())

    return blueprint


def _one(role: Document) -> Answer:
    return role, etag(role["version"])


def _listed(profile: Document) -> Answer:
    roles = command.roles_of(profile)
    return roles, etag(roles["version"])
