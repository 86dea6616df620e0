"""Changes of complete profiles that await a decision; proposals of topics."""

from __future__ import annotations

from typing import Any

from services.onboarding.commands.approvals import decide_on_change
from services.onboarding.queries.approvals import change_view, changes_for, own_changes
from services.onboarding.rules import OnboardingSettings
from services.onboarding.schemas.common import ReasonIn
from services.onboarding.schemas.profile import ApprovalOut, ApprovalsIn, ApprovalsOut, ApproveIn
from services.onboarding.store import Store
from shared.auth import allow, principal
from shared.errors import Forbidden
from shared.mongo import utcnow
from shared.web import Blueprint

Document = dict[str, Any]
ADMINS = ("MDO_ADMIN", "SPV_ADMIN")


def approvals_blueprint(store: Store, settings: OnboardingSettings) -> Blueprint:
    """The routes of the approval queue."""
    blueprint = Blueprint("approvals", __name__, description="Changes of complete profiles")
    due = settings.approval_due

    def decided(change_id: str, approved: bool, reason: str | None) -> Document:
        now = utcnow()
        found = decide_on_change(store, principal(), change_id, approved, reason, now)
        return change_view(store, found, due, now)

    @blueprint.route("/v1/approvals")
    @blueprint.arguments(ApprovalsIn, location="query")
    @blueprint.response(200, ApprovalsOut)
    @allow()
    def list_changes(query: Document) -> Document:
        """Your own requests with `mine`; else those that you, as an administrator, may decide on."""
        who = principal()
        if query["mine"]:
            return own_changes(store, who.user_id, query, due, utcnow())
        if not who.has(*ADMINS):
            raise Forbidden("role_missing", "This needs the role MDO_ADMIN or SPV_ADMIN.")
        return changes_for(store, who, query, due, utcnow())

    @blueprint.route("/v1/approvals/<change_id>/approve", methods=["POST"])
    @blueprint.arguments(ApproveIn)
    @blueprint.response(200, ApprovalOut)
    @allow(*ADMINS)
    def approve(body: Document, change_id: str) -> Document:
        """Approve a change of somebody in your MDO or below; it then takes effect."""
        return decided(change_id, True, body["reason"])

    @blueprint.route("/v1/approvals/<change_id>/decline", methods=["POST"])
    @blueprint.arguments(ReasonIn)
    @blueprint.response(200, ApprovalOut)
    @allow(*ADMINS)
    def decline(body: Document, change_id: str) -> Document:
        """Decline a change, with a reason that the person sees."""
        return decided(change_id, False, body["reason"])

    return blueprint
