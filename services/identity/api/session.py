"""Sign in, renew, sign out; the public keys; the person's own record; tokens for services."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from flask import request

from services.identity.commands.session import Attempt, Session, login, logout, refresh
from services.identity.hashing import Hasher
from services.identity.rules import IdentitySettings
from services.identity.rules.roles import claims_of, portals_of
from services.identity.rules.second_factor import factor_state, is_enrolled, may_use_roles
from services.identity.rules.session import SERVICE_AUDIENCES, network_key
from services.identity.schemas.session import (
    JWKSOut,
    LoginIn,
    MeOut,
    RefreshTokenIn,
    ServiceTokenIn,
    ServiceTokenOut,
    TokensOut,
)
from services.identity.store import Store
from shared.auth import KeyRing, Signer, allow, principal, public
from shared.errors import Unauthorized
from shared.mongo import utcnow
from shared.web import Blueprint

Document = dict[str, Any]


def session_blueprint(
    store: Store, settings: IdentitySettings, hasher: Hasher, signer: Signer, ring: KeyRing
) -> Blueprint:
    """The routes of sessions and tokens."""
    blueprint = Blueprint("session", __name__, description="Sessions and tokens")
    secrets: dict[str, str] = json.loads(settings.service_credentials or "{}")

    def tokens(session: Session) -> Document:
        user, required = session.user, settings.second_factor_required
        roles = claims_of(user) if may_use_roles(user, factor=session.factor, required=required) else []
        return {
            "access_token": signer.access_token(
                user["_id"], roles=roles, sv=user["sv"], session_id=session.family
            ),
            "token_type": "Bearer",
            "expires_in": int(settings.access_token_lifetime),
            "refresh_token": session.refresh_token,
            "refresh_expires_in": session.ends_in,
            "second_factor": factor_state(user, factor=session.factor, required=required),
        }

    @blueprint.route("/v1/auth/token", methods=["POST"])
    @blueprint.arguments(LoginIn)
    @blueprint.response(200, TokensOut)
    @public
    def sign_in(body: Document) -> Document:
        """Open a session with address and password, and the code of the second factor where there is one.

        Without a code that is needed the answer is 401 `second_factor_needed`. A role that needs a second
        factor is in the token only after one was set up (`second_factor`: `setup_needed`).
        """
        attempt = Attempt(
            email=body["email"],
            password=body["password"],
            network=network_key(request.remote_addr or ""),
            now=utcnow(),
            code=body["code"],
            ring=ring,
        )
        return tokens(login(store, hasher, settings, attempt))

    @blueprint.route("/v1/auth/refresh", methods=["POST"])
    @blueprint.arguments(RefreshTokenIn)
    @blueprint.response(200, TokensOut)
    @public
    def renew(body: Document) -> Document:
        """Trade a refresh token for the next pair; each refresh token works once."""
        return tokens(refresh(store, settings, body["refresh_token"], utcnow()))

    @blueprint.route("/v1/auth/revoke", methods=["POST"])
    @blueprint.arguments(RefreshTokenIn)
    @blueprint.response(204)
    @public
    def sign_out(body: Document) -> None:
        """End the session of a refresh token."""
        logout(store, body["refresh_token"], utcnow())

    @blueprint.route("/v1/jwks")
    @blueprint.response(200, JWKSOut)
    @public
    def jwks() -> Document:
        """The keys that verify access tokens."""
        return signer.jwks()

    @blueprint.route("/v1/me")
    @blueprint.response(200, MeOut)
    @allow()
    def me() -> Document:
        """The signed-in person with roles and portals."""
        user = store.users.get(principal().user_id)
        if user is None or user["status"] != "ACTIVE":
            raise Unauthorized("session_over", "Your session has ended. Sign in again.")
        return _me(store, user, without_roles=settings.second_factor_required and not principal().roles)

    @blueprint.route("/internal/v1/token", methods=["POST"])
    @blueprint.arguments(ServiceTokenIn)
    @blueprint.response(200, ServiceTokenOut)
    @public
    def service_token(body: Document) -> Document:
        """Trade a service's own secret for a short token of one called service."""
        caller, audience = body["caller"], body["audience"]
        given = hashlib.sha256(body["secret"].encode()).hexdigest()
        known = hmac.compare_digest(secrets.get(caller, ""), given)
        if not known or audience not in SERVICE_AUDIENCES.get(caller, ()):
            raise Unauthorized("caller_unknown", "This service or its secret is not known.")
        token = signer.service_token(caller, audience)
        return {"access_token": token, "expires_in": int(settings.service_token_lifetime)}

    return blueprint


def _me(store: Store, user: Document, *, without_roles: bool) -> Document:
    roles = [] if without_roles else claims_of(user)
    mdo = store.mdos.get(user["mdo_id"]) or {}
    return {
        "id": user["_id"],
        "first_name": user["first_name"],
        "last_name": user["last_name"],
        "email": user["email"],
        "position": _position(store, user),
        "mdo": {"id": user["mdo_id"], "name": mdo.get("name")},
        "locale": user["locale"],
        "status": user["status"],
        "roles": roles,
        "portals": portals_of(role["role"] for role in roles),
        "second_factor": {
            "enrolled": is_enrolled(user),
            "setup_needed": without_roles and bool(user["roles"]),
        },
        "pending_email": user.get("pending_email"),
        "name_change": user.get("name_change"),
    }


def _position(store: Store, user: Document) -> Document:
    if user.get("position_id"):
        found = store.positions.get(user["position_id"]) or {}
        return {"id": user["position_id"], "name": found.get("name")}
    text = user.get("position_text")
    return {"id": None, "name": {"en": text, "hi": text} if text else None}
