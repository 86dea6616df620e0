"""Proposed topics: propose, list, accept, merge, decline."""

from __future__ import annotations

from typing import Any

from services.onboarding.commands.frac import Editor
from services.onboarding.commands.interests import (
    accept_proposal,
    decline_proposal,
    merge_proposal,
    open_proposal,
    propose_topic,
)
from services.onboarding.queries.people import proposal_view
from services.onboarding.schemas.common import ReasonIn
from services.onboarding.schemas.interests import (
    AcceptIn,
    MergeIn,
    ProposalForAdminOut,
    ProposalIn,
    ProposalOut,
    ProposalsIn,
    ProposalsOut,
)
from services.onboarding.store import Store
from shared.auth import allow, principal
from shared.editing import new_resource_id
from shared.mongo import utcnow
from shared.paging import page
from shared.web import Blueprint

Document = dict[str, Any]


def proposals_blueprint(store: Store) -> Blueprint:
    """The routes of proposed topics."""
    blueprint = Blueprint("proposals", __name__, description="Topics that people miss")

    @blueprint.route("/v1/topic-proposals", methods=["POST"])
    @blueprint.arguments(ProposalIn)
    @blueprint.response(201, ProposalOut)
    @allow()
    def propose(body: Document) -> Document:
        """Propose a topic that is missing; 409 names it when it is there."""
        user_id, id_ = principal().user_id, new_resource_id()
        return proposal_view(propose_topic(store, user_id, id_, body["name"], body["reason"], utcnow()))

    @blueprint.route("/v1/topic-proposals")
    @blueprint.arguments(ProposalsIn, location="query")
    @blueprint.response(200, ProposalsOut)
    @allow("SPV_ADMIN")
    def list_proposals(query: Document) -> Document:
        """What people proposed, oldest first."""
        found = page(store.proposals.find, {"status": query["status"]}, (("_id", 1),), (str,), query)
        return found | {"items": [for_admin(one) for one in found["items"]]}

    @blueprint.route("/v1/topic-proposals/<proposal_id>/accept", methods=["POST"])
    @blueprint.arguments(AcceptIn)
    @blueprint.response(200, ProposalForAdminOut)
    @allow("SPV_ADMIN")
    def accept(body: Document, proposal_id: str) -> Document:
        """Make a topic of the proposal; a repetition after a break-off finishes it."""
        open_proposal(store, proposal_id)
        user_id, now = principal().user_id, utcnow()
        topic = Editor(store, user_id, now).draft("topics", body, proposal_id, verified=True)
        return for_admin(accept_proposal(store, user_id, proposal_id, topic["_id"], now))

    @blueprint.route("/v1/topic-proposals/<proposal_id>/merge", methods=["POST"])
    @blueprint.arguments(MergeIn)
    @blueprint.response(200, ProposalForAdminOut)
    @allow("SPV_ADMIN")
    def merge(body: Document, proposal_id: str) -> Document:
        """Answer a proposal with a topic that means the same."""
        user_id = principal().user_id
        return for_admin(merge_proposal(store, user_id, proposal_id, body["topic_id"], utcnow()))

    @blueprint.route("/v1/topic-proposals/<proposal_id>/decline", methods=["POST"])
    @blueprint.arguments(ReasonIn)
    @blueprint.response(200, ProposalForAdminOut)
    @allow("SPV_ADMIN")
    def decline(body: Document, proposal_id: str) -> Document:
        """Say no, with a reason that the person sees."""
        user_id = principal().user_id
        return for_admin(decline_proposal(store, user_id, proposal_id, body["reason"], utcnow()))

    return blueprint


def for_admin(one: Document) -> Document:
    """A proposal with its author's id."""
    return proposal_view(one) | {"user_id": one["user_id"]}
