"""Spaces and threads: list, read, start, edit, take back, accept an answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from services.community.clients import Directory
from services.community.commands.discuss import Writing
from services.community.queries.discuss import history, seen_thread, thread_out, threads_page
from services.community.queries.spaces import one_space, spaces_page
from services.community.rules import CommunitySettings
from services.community.schemas.discuss import (
    AcceptIn,
    HistoryOut,
    SpaceOut,
    SpacesIn,
    SpacesOut,
    ThreadChangeIn,
    ThreadIn,
    ThreadOut,
    ThreadsIn,
    ThreadsOut,
)
from services.community.store import Store
from shared.auth import allow, principal
from shared.editing import etag, if_match, new_resource_id
from shared.web import Blueprint

Document = dict[str, Any]
Clock = Callable[[], datetime]


def discuss_blueprint(
    store: Store, settings: CommunitySettings, directory: Directory, clock: Clock
) -> Blueprint:
    """The routes of spaces and threads."""
    blueprint = Blueprint("discuss", __name__, description="Discussions")

    @blueprint.route("/v1/spaces")
    @blueprint.arguments(SpacesIn, location="query")
    @blueprint.response(200, SpacesOut)
    @allow()
    def list_spaces(query: Document) -> Document:
        """The spaces of topics, or of the courses that one may see."""
        return spaces_page(store, principal().user_id, query)

    @blueprint.route("/v1/spaces/<space_id>")
    @blueprint.response(200, SpaceOut)
    @allow()
    def get_space(space_id: str) -> Document:
        """One space."""
        return one_space(store, principal().user_id, space_id)

    @blueprint.route("/v1/threads")
    @blueprint.arguments(ThreadsIn, location="query")
    @blueprint.response(200, ThreadsOut)
    @allow()
    def list_threads(query: Document) -> Document:
        """Threads, the hottest first when nothing else is asked."""
        return threads_page(store, directory, principal().user_id, query)

    _add_thread_routes(blueprint, store, settings, directory, clock)
    return blueprint


def _add_thread_routes(
    blueprint: Blueprint, store: Store, settings: CommunitySettings, directory: Directory, clock: Clock
) -> None:
    def writing() -> Writing:
        return Writing.of(store, settings, principal().user_id, clock())

    def shown(thread: Document) -> Document:
        return thread_out(store, directory, principal(), thread)

    @blueprint.route("/v1/threads", methods=["POST"])
    @blueprint.arguments(ThreadIn)
    @blueprint.response(201, ThreadOut)
    @allow()
    def start(body: Document) -> Document:
        """Start a thread in a space."""
        return shown(writing().start_thread(new_resource_id(), body["space"], body["title"], body["body"]))

    @blueprint.route("/v1/threads/<thread_id>")
    @blueprint.response(200, ThreadOut)
    @allow()
    def get_thread(thread_id: str) -> tuple[Document, int, dict[str, str]]:
        """One thread, without its replies."""
        thread = seen_thread(store, principal().user_id, thread_id)
        return shown(thread), 200, etag(thread["version"])

    @blueprint.route("/v1/threads/<thread_id>", methods=["PATCH"])
    @blueprint.arguments(ThreadChangeIn)
    @blueprint.response(200, ThreadOut)
    @allow()
    def edit_thread(body: Document, thread_id: str) -> tuple[Document, int, dict[str, str]]:
        """Change one's own thread; the former text stays in its history."""
        thread = writing().edit("thread", thread_id, body, if_match())
        return shown(thread), 200, etag(thread["version"])

    @blueprint.route("/v1/threads/<thread_id>", methods=["DELETE"])
    @blueprint.response(204)
    @allow()
    def withdraw_thread(thread_id: str) -> None:
        """Take back one's own thread while nobody has replied."""
        writing().withdraw_thread(thread_id)

    @blueprint.route("/v1/threads/<thread_id>/history")
    @blueprint.response(200, HistoryOut)
    @allow()
    def thread_history(thread_id: str) -> Document:
        """Former texts, for the author and moderators."""
        return history(store, "thread", principal(), thread_id)

    @blueprint.route("/v1/threads/<thread_id>/accepted", methods=["PUT"])
    @blueprint.arguments(AcceptIn)
    @blueprint.response(200, ThreadOut)
    @allow()
    def accept(body: Document, thread_id: str) -> Document:
        """Accept a reply as the answer; only who asked may."""
        return shown(writing().accept(thread_id, body["reply_id"]))

    @blueprint.route("/v1/threads/<thread_id>/accepted", methods=["DELETE"])
    @blueprint.response(200, ThreadOut)
    @allow()
    def unaccept(thread_id: str) -> Document:
        """Say that the question is open again."""
        return shown(writing().unaccept(thread_id))
