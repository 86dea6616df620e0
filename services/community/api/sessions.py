"""Sessions for those who take part: list, read, register, the calendar file."""

from __future__ import annotations

from typing import Any

from flask import Response

from services.community.api.discuss import Clock
from services.community.commands.registrations import leave, register
from services.community.queries.sessions import mine, seen_session, session_out, sessions_page
from services.community.rules import CommunitySettings
from services.community.rules.calendar import calendar_file
from services.community.schemas.sessions import RegistrationOut, SessionOut, SessionsIn, SessionsOut
from services.community.store import Store
from shared.auth import allow, principal
from shared.web import Blueprint

Document = dict[str, Any]


def sessions_blueprint(store: Store, settings: CommunitySettings, clock: Clock) -> Blueprint:
    """The routes of sessions."""
    blueprint = Blueprint("sessions", __name__, description="Webinars and other sessions")

    @blueprint.route("/v1/sessions")
    @blueprint.arguments(SessionsIn, location="query")
    @blueprint.response(200, SessionsOut)
    @allow()
    def list_sessions(query: Document) -> Document:
        """What comes, soonest first, or what was."""
        return sessions_page(store, principal().user_id, query, clock())

    @blueprint.route("/v1/sessions/<session_id>")
    @blueprint.response(200, SessionOut)
    @allow()
    def get_session(session_id: str) -> Document:
        """One session."""
        user_id = principal().user_id
        return session_out(store, user_id, seen_session(store, user_id, session_id), clock())

    @blueprint.route("/v1/sessions/<session_id>/calendar.ics")
    @blueprint.response(200, content_type="text/calendar")
    @allow()
    def calendar(session_id: str) -> Response:
        """The session as a calendar file (RFC 5545)."""
        user_id = principal().user_id
        session = seen_session(store, user_id, session_id)
        joins = mine(store.sessions.registration(session_id, user_id)) in ("registered", "attended")
        locale = (store.people.get(user_id) or {}).get("locale", "en")
        body = calendar_file(session, settings.public_url, locale, joins=joins, now=clock())
        answer = Response(body, content_type="text/calendar; charset=utf-8")
        answer.headers["Content-Disposition"] = 'attachment; filename="session.ics"'
        return answer

    @blueprint.route("/v1/sessions/<session_id>/registration", methods=["PUT"])
    @blueprint.response(200, RegistrationOut)
    @allow()
    def take_part(session_id: str) -> Document:
        """Register, or wait for a place."""
        return register(store, principal().user_id, session_id, clock())

    @blueprint.route("/v1/sessions/<session_id>/registration", methods=["DELETE"])
    @blueprint.response(204)
    @allow()
    def step_back(session_id: str) -> None:
        """Give one's place back, or stop waiting."""
        leave(store, principal().user_id, session_id, clock())

    return blueprint
