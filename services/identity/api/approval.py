"""The queue of registrations that await approval, and the two decisions."""

from __future__ import annotations

from typing import Any

from services.identity.commands.approval import approve_registration, awaiting_approval, deny_registration
from services.identity.schemas.approval import DecisionOut, DenialIn, QueueIn, QueueOut
from services.identity.store import Store
from shared.auth import KeyRing, allow, principal
from shared.mongo import utcnow
from shared.web import Blueprint

Document = dict[str, Any]
ADMINS = ("MDO_ADMIN", "SPV_ADMIN")


def approval_blueprint(store: Store, link_keys: KeyRing) -> Blueprint:
    """The routes of approvals; MDO admins see their own MDO and below."""
    blueprint = Blueprint("approval", __name__, description="Registrations that await approval")

    @blueprint.route("/v1/registrations")
    @blueprint.arguments(QueueIn, location="query")
    @blueprint.response(200, QueueOut)
    @allow(*ADMINS)
    def queue(page: Document) -> Document:
        """Registrations that await a decision, oldest first."""
        found, following = awaiting_approval(store, principal().user_id, page["cursor"], page["limit"])
        return {"items": [user | {"id": user["_id"]} for user in found], "next_cursor": following}

    @blueprint.route("/v1/registrations/<user_id>/approve", methods=["POST"])
    @blueprint.response(200, DecisionOut)
    @allow(*ADMINS)
    def approve(user_id: str) -> Document:
        """Make the account; the mail with the link follows."""
        return _decision(
            approve_registration(store, link_keys.active, principal().user_id, user_id, utcnow())
        )

    @blueprint.route("/v1/registrations/<user_id>/deny", methods=["POST"])
    @blueprint.arguments(DenialIn)
    @blueprint.response(200, DecisionOut)
    @allow(*ADMINS)
    def deny(body: Document, user_id: str) -> Document:
        """Close the registration with a reason that the applicant reads."""
        return _decision(deny_registration(store, principal().user_id, user_id, body["reason"], utcnow()))

    return blueprint


def _decision(user: Document) -> Document:
    return {"id": user["_id"], "state": user["status"].lower()}
