"""A person's own sessions and who looked at the own data."""

from __future__ import annotations

from typing import Any

from services.identity.commands.session import end_session
from services.identity.queries.audit import access_log
from services.identity.queries.users import sessions_of
from services.identity.rules import IdentitySettings
from services.identity.schemas.audit import AccessLogOut, SessionsOut
from services.identity.store import Store
from shared.auth import allow, principal
from shared.mongo import utcnow
from shared.paging import PageIn
from shared.web import Blueprint

Document = dict[str, Any]


def account_blueprint(store: Store, settings: IdentitySettings) -> Blueprint:
    """The routes of the own account."""
    blueprint = Blueprint("account", __name__, description="The own account")

    @blueprint.route("/v1/me/sessions")
    @blueprint.response(200, SessionsOut)
    @allow()
    def list_sessions() -> Document:
        """Where you are signed in; `current` marks this session."""
        me = principal()
        return {"items": sessions_of(store, me.user_id, me.session_id, settings.session_idle, utcnow())}

    @blueprint.route("/v1/me/sessions/<session_id>", methods=["DELETE"])
    @blueprint.response(204)
    @allow()
    def revoke_session(session_id: str) -> None:
        """End one of your sessions."""
        end_session(store, principal().user_id, session_id, utcnow())

    @blueprint.route("/v1/me/access-log")
    @blueprint.arguments(PageIn, location="query")
    @blueprint.response(200, AccessLogOut)
    @allow()
    def who_looked(asked: Document) -> Document:
        """Which administrators and services looked at your data, newest first."""
        return access_log(store, principal().user_id, asked)

    return blueprint
