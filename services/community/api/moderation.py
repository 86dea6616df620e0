"""Report posts; the moderators' queue."""

from __future__ import annotations

from typing import Any

from services.community.api.discuss import Clock
from services.community.clients import Directory
from services.community.commands.discuss import Writing
from services.community.commands.moderation import moderate, report_post
from services.community.queries.moderation import moderation_page
from services.community.rules import CommunitySettings
from services.community.schemas.moderation import DecidedOut, DecisionIn, ModerationOut, ReportIn
from services.community.store import Store
from shared.auth import allow, principal
from shared.paging import PageIn
from shared.web import Blueprint

Document = dict[str, Any]


def moderation_blueprint(
    store: Store, settings: CommunitySettings, directory: Directory, clock: Clock
) -> Blueprint:
    """The routes of reports and moderation."""
    blueprint = Blueprint("moderation", __name__, description="Reports and moderation")

    def writing() -> Writing:
        return Writing.of(store, settings, principal().user_id, clock())

    @blueprint.route("/v1/threads/<thread_id>/reports", methods=["POST"])
    @blueprint.arguments(ReportIn)
    @blueprint.response(204)
    @allow()
    def report_thread(body: Document, thread_id: str) -> None:
        """Ask the moderators to look at a thread; once a person."""
        report_post(writing(), "thread", thread_id, body["reason"], body["note"])

    @blueprint.route("/v1/replies/<reply_id>/reports", methods=["POST"])
    @blueprint.arguments(ReportIn)
    @blueprint.response(204)
    @allow()
    def report_reply(body: Document, reply_id: str) -> None:
        """Ask the moderators to look at a reply; once a person."""
        report_post(writing(), "reply", reply_id, body["reason"], body["note"])

    @blueprint.route("/v1/moderation/posts")
    @blueprint.arguments(PageIn, location="query")
    @blueprint.response(200, ModerationOut)
    @allow("SPV_ADMIN", "MDO_ADMIN")
    def list_reported(query: Document) -> Document:
        """Reported posts within one's reach, longest waiting first."""
        return moderation_page(store, directory, principal(), query)

    @blueprint.route("/v1/moderation/posts/<kind>/<post_id>", methods=["POST"])
    @blueprint.arguments(DecisionIn)
    @blueprint.response(200, DecidedOut)
    @allow("SPV_ADMIN", "MDO_ADMIN")
    def decide(body: Document, kind: str, post_id: str) -> Document:
        """Keep or remove a post."""
        who, now = principal(), clock()
        return moderate(store, settings, who, kind, post_id, body["decision"], body["reason"], now)

    return blueprint
