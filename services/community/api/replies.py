"""Replies, votes and follows."""

from __future__ import annotations

from typing import Any

from services.community.api.discuss import Clock
from services.community.clients import Directory
from services.community.commands.discuss import Writing
from services.community.commands.opinions import follow, vote
from services.community.queries.discuss import history, replies_page, reply_out, seen_thread
from services.community.rules import CommunitySettings
from services.community.schemas.discuss import (
    FollowOut,
    HistoryOut,
    RepliesIn,
    RepliesOut,
    ReplyIn,
    ReplyOut,
    VoteOut,
)
from services.community.store import Store
from shared.auth import allow, principal
from shared.editing import etag, if_match, new_resource_id
from shared.web import Blueprint

Document = dict[str, Any]


def replies_blueprint(
    store: Store, settings: CommunitySettings, directory: Directory, clock: Clock
) -> Blueprint:
    """The routes of replies."""
    blueprint = Blueprint("replies", __name__, description="Replies to discussions")

    def writing() -> Writing:
        return Writing.of(store, settings, principal().user_id, clock())

    def shown(reply: Document) -> Document:
        return reply_out(store, directory, principal().user_id, reply)

    @blueprint.route("/v1/threads/<thread_id>/replies")
    @blueprint.arguments(RepliesIn, location="query")
    @blueprint.response(200, RepliesOut)
    @allow()
    def list_replies(query: Document, thread_id: str) -> Document:
        """The replies of a thread: the accepted one and those with most votes first, or the oldest."""
        user_id = principal().user_id
        return replies_page(store, directory, user_id, seen_thread(store, user_id, thread_id), query)

    @blueprint.route("/v1/threads/<thread_id>/replies", methods=["POST"])
    @blueprint.arguments(ReplyIn)
    @blueprint.response(201, ReplyOut)
    @allow()
    def reply(body: Document, thread_id: str) -> Document:
        """Reply; who follows the thread is told."""
        return shown(writing().reply(new_resource_id(), thread_id, body["body"]))

    @blueprint.route("/v1/replies/<reply_id>", methods=["PATCH"])
    @blueprint.arguments(ReplyIn)
    @blueprint.response(200, ReplyOut)
    @allow()
    def edit_reply(body: Document, reply_id: str) -> tuple[Document, int, dict[str, str]]:
        """Change one's own reply; the former text stays in its history."""
        made = writing().edit("reply", reply_id, body, if_match())
        return shown(made), 200, etag(made["version"])

    @blueprint.route("/v1/replies/<reply_id>", methods=["DELETE"])
    @blueprint.response(204)
    @allow()
    def withdraw_reply(reply_id: str) -> None:
        """Take back one's own reply."""
        writing().withdraw_reply(reply_id)

    @blueprint.route("/v1/replies/<reply_id>/history")
    @blueprint.response(200, HistoryOut)
    @allow()
    def reply_history(reply_id: str) -> Document:
        """Former texts, for the author and moderators."""
        return history(store, "reply", principal(), reply_id)

    _add_opinion_routes(blueprint, store, settings, clock)
    return blueprint


def _add_opinion_routes(
    blueprint: Blueprint, store: Store, settings: CommunitySettings, clock: Clock
) -> None:
    def writing() -> Writing:
        return Writing.of(store, settings, principal().user_id, clock())

    @blueprint.route("/v1/threads/<thread_id>/vote", methods=["PUT"])
    @blueprint.response(200, VoteOut)
    @allow()
    def vote_thread(thread_id: str) -> Document:
        """Vote for a thread, once."""
        return vote(writing(), "thread", thread_id, True)

    @blueprint.route("/v1/threads/<thread_id>/vote", methods=["DELETE"])
    @blueprint.response(200, VoteOut)
    @allow()
    def unvote_thread(thread_id: str) -> Document:
        """Take one's vote back."""
        return vote(writing(), "thread", thread_id, False)

    @blueprint.route("/v1/replies/<reply_id>/vote", methods=["PUT"])
    @blueprint.response(200, VoteOut)
    @allow()
    def vote_reply(reply_id: str) -> Document:
        """Vote for a reply, once."""
        return vote(writing(), "reply", reply_id, True)

    @blueprint.route("/v1/replies/<reply_id>/vote", methods=["DELETE"])
    @blueprint.response(200, VoteOut)
    @allow()
    def unvote_reply(reply_id: str) -> Document:
        """Take one's vote back."""
        return vote(writing(), "reply", reply_id, False)

    @blueprint.route("/v1/threads/<thread_id>/follow", methods=["PUT"])
    @blueprint.response(200, FollowOut)
    @allow()
    def follow_thread(thread_id: str) -> Document:
        """Hear of replies to a thread."""
        return follow(writing(), thread_id, True)

    @blueprint.route("/v1/threads/<thread_id>/follow", methods=["DELETE"])
    @blueprint.response(200, FollowOut)
    @allow()
    def unfollow_thread(thread_id: str) -> Document:
        """Hear of it no more."""
        return follow(writing(), thread_id, False)
