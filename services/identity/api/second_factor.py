"""The second factor of the own account, and its reset by an SPV admin."""

from __future__ import annotations

from typing import Any

from flask import request

from services.identity.commands.credentials import Change, Proof
from services.identity.commands.people import AccountOrder
from services.identity.commands.second_factor import (
    begin_second_factor,
    confirm_second_factor,
    remove_second_factor,
    reset_second_factor,
)
from services.identity.queries.users import shown_to_admin
from services.identity.rules.session import network_key
from services.identity.schemas.account import CodeIn, FactorBeginOut, PasswordIn, RecoveryOut
from services.identity.schemas.users import NoBody, ReasonIn, UserOut
from services.identity.store import Store
from shared.auth import KeyRing, allow, principal
from shared.mongo import utcnow
from shared.web import Blueprint

Document = dict[str, Any]


def own_change(password: str) -> Change:
    """The signed-in person's wish that needs the current password."""
    me = principal()
    return Change(me.user_id, me.session_id, password, "", network_key(request.remote_addr or ""))


def second_factor_blueprint(store: Store, proof: Proof, ring: KeyRing) -> Blueprint:
    """The routes of the second factor."""
    blueprint = Blueprint("second_factor", __name__, description="The second factor")

    @blueprint.route("/v1/me/totp", methods=["POST"])
    @blueprint.arguments(NoBody)
    @blueprint.response(200, FactorBeginOut)
    @allow()
    def begin(body: Document) -> Document:
        """Make a secret for an authenticator app; it counts once a code of it was confirmed."""
        return begin_second_factor(store, ring, principal().user_id)

    @blueprint.route("/v1/me/totp/confirm", methods=["POST"])
    @blueprint.arguments(CodeIn)
    @blueprint.response(200, RecoveryOut)
    @allow()
    def confirm(body: Document) -> Document:
        """Switch the second factor on; from the next renewal on your tokens hold your roles."""
        me = principal()
        codes = confirm_second_factor(store, ring, me.user_id, me.session_id, body["code"], utcnow())
        return {"recovery_codes": codes}

    @blueprint.route("/v1/me/totp/remove", methods=["POST"])
    @blueprint.arguments(PasswordIn)
    @blueprint.response(204)
    @allow()
    def remove(body: Document) -> None:
        """Take your second factor away; refused while a role of yours needs it."""
        remove_second_factor(store, proof, own_change(body["password"]), utcnow())

    @blueprint.route("/v1/users/<user_id>/reset-second-factor", methods=["POST"])
    @blueprint.arguments(ReasonIn)
    @blueprint.response(200, UserOut)
    @allow("SPV_ADMIN")
    def reset(body: Document, user_id: str) -> Document:
        """Take away the second factor of somebody who lost the device; sessions end."""
        order = AccountOrder(principal().user_id, user_id, body["reason"])
        return shown_to_admin(store, reset_second_factor(store, order, utcnow()), utcnow())

    return blueprint
