"""Links and passwords."""

from __future__ import annotations

from typing import Any

from flask import request

from services.identity.api.registration import ACCEPTED
from services.identity.commands.credentials import (
    Change,
    change_password,
    find_link,
    forgot_password,
    set_password,
)
from services.identity.commands.registration import Mailer
from services.identity.hashing import Hasher
from services.identity.queries import mdo_name, position_name
from services.identity.rules.link import may_correct
from services.identity.rules.session import network_key
from services.identity.schemas.credentials import ChangePasswordIn, LinkOut, SetPasswordIn, TokenIn
from services.identity.schemas.registration import AcceptedOut, EmailIn
from services.identity.store import Store
from shared.auth import allow, principal, public
from shared.mongo import utcnow
from shared.web import Blueprint

Document = dict[str, Any]


def credentials_blueprint(store: Store, mailer: Mailer, hasher: Hasher) -> Blueprint:
    """The routes of links and passwords."""
    blueprint = Blueprint("credentials", __name__, description="Links and passwords")

    @blueprint.route("/v1/credentials/check", methods=["POST"])
    @blueprint.arguments(TokenIn)
    @blueprint.response(200, LinkOut)
    @public
    def check(body: Document) -> Document:
        """See what a link is for and whose it is; changes nothing."""
        user, purpose = find_link(store, mailer.ring, body["token"], utcnow())
        return {
            "purpose": purpose,
            "first_name": user["first_name"],
            "last_name": user["last_name"],
            "position": position_name(store, user),
            "mdo": mdo_name(store, user["mdo_id"]),
            "expires_at": user["links"][purpose]["expires_at"],
            "position_id": user["position_id"],
            "mdo_id": user["mdo_id"],
            "may_correct": may_correct(user, purpose),
        }

    @blueprint.route("/v1/credentials/set-password", methods=["POST"])
    @blueprint.arguments(SetPasswordIn)
    @blueprint.response(204)
    @public
    def set_by_link(body: Document) -> None:
        """Set the password and use up the link; what the owner corrects is stored by the same write."""
        token, password = body.pop("token"), body.pop("password")
        set_password(store, hasher, mailer, token, password, utcnow(), corrections=body)

    @blueprint.route("/v1/credentials/forgot", methods=["POST"])
    @blueprint.arguments(EmailIn)
    @blueprint.response(202, AcceptedOut)
    @public
    def forgot(body: Document) -> Document:
        """Ask for a mail with a link to a new password."""
        forgot_password(store, mailer, body["email"], utcnow())
        return ACCEPTED

    @blueprint.route("/v1/credentials/change", methods=["POST"])
    @blueprint.arguments(ChangePasswordIn)
    @blueprint.response(204)
    @allow()
    def change(body: Document) -> None:
        """Change the own password; other sessions end."""
        wish = Change(
            user_id=principal().user_id,
            session_id=principal().session_id,
            current=body["current_password"],
            new=body["new_password"],
            network=network_key(request.remote_addr or ""),
        )
        change_password(store, hasher, mailer.settings, wish, utcnow())

    return blueprint
