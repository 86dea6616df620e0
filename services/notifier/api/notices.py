"""A person's notices and preferences."""

from __future__ import annotations

from typing import Any

from services.notifier.commands.notices import mark_read, prefer
from services.notifier.queries.notices import notices_of
from services.notifier.rules.preferences import shown_preferences
from services.notifier.schemas.notices import (
    NoBody,
    NoticesIn,
    NoticesOut,
    PreferencesIn,
    PreferencesOut,
    ReadIn,
)
from services.notifier.store import Store
from shared.auth import allow, principal
from shared.mongo import utcnow
from shared.web import Blueprint

Document = dict[str, Any]


def notices_blueprint(store: Store) -> Blueprint:
    """The routes of the own notices and preferences."""
    blueprint = Blueprint("notices", __name__, description="Notices and preferences")

    @blueprint.route("/v1/notices")
    @blueprint.arguments(NoticesIn, location="query")
    @blueprint.response(200, NoticesOut)
    @allow()
    def list_notices(asked: Document) -> Document:
        """Your notices, newest first, and how many are unread."""
        return notices_of(store, principal().user_id, asked)

    @blueprint.route("/v1/notices/<notice_id>", methods=["PATCH"])
    @blueprint.arguments(ReadIn)
    @blueprint.response(204)
    @allow()
    def read_one(body: Document, notice_id: str) -> None:
        """Mark a notice as read."""
        mark_read(store, principal().user_id, notice_id, utcnow())

    @blueprint.route("/v1/notices/read-all", methods=["POST"])
    @blueprint.arguments(NoBody)
    @blueprint.response(204)
    @allow()
    def read_all(body: Document) -> None:
        """Mark all your notices as read."""
        mark_read(store, principal().user_id, None, utcnow())

    @blueprint.route("/v1/preferences/me")
    @blueprint.response(200, PreferencesOut)
    @allow()
    def get_preferences() -> Document:
        """What you hear of, by which way, and your quiet hours."""
        return shown_preferences(store.people.get(principal().user_id))

    @blueprint.route("/v1/preferences/me", methods=["PUT"])
    @blueprint.arguments(PreferencesIn)
    @blueprint.response(200, PreferencesOut)
    @allow()
    def put_preferences(body: Document) -> Document:
        """Choose anew; security mails always come."""
        return prefer(store, principal().user_id, body)

    return blueprint
