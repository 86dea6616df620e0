"""Changes of address and of name."""

from __future__ import annotations

from typing import Any

from services.identity.api.second_factor import own_change
from services.identity.commands.audit import record
from services.identity.commands.credentials import Proof
from services.identity.commands.email import confirm_email, request_email
from services.identity.commands.names import decide_name, name_changes, request_name
from services.identity.commands.registration import Mailer
from services.identity.rules.names import display_name
from services.identity.schemas.account import (
    NameChangesIn,
    NameChangesOut,
    NewEmailIn,
    NewNameIn,
    PersonsNameChangeOut,
)
from services.identity.schemas.credentials import TokenIn
from services.identity.schemas.domains import DomainDecisionIn
from services.identity.schemas.registration import AcceptedOut
from services.identity.schemas.session import NameChangeOut
from services.identity.schemas.users import ReasonIn
from services.identity.store import Store
from shared.auth import allow, principal, public
from shared.mongo import utcnow
from shared.web import Blueprint

Document = dict[str, Any]
ADMINS = ("MDO_ADMIN", "SPV_ADMIN")


def names_blueprint(store: Store, mailer: Mailer, proof: Proof) -> Blueprint:
    """The routes by which an account gets another address or name."""
    blueprint = Blueprint("names", __name__, description="Changes of address and name")

    @blueprint.route("/v1/me/email", methods=["POST"])
    @blueprint.arguments(NewEmailIn)
    @blueprint.response(202, AcceptedOut)
    @allow()
    def ask_for_email(body: Document) -> Document:
        """Ask for another address; a link goes there, and the old address stays until it was used."""
        request_email(store, mailer, proof, own_change(body["password"]), body["email"], utcnow())
        return {"status": "accepted"}

    @blueprint.route("/v1/credentials/confirm-email", methods=["POST"])
    @blueprint.arguments(TokenIn)
    @blueprint.response(204)
    @public
    def confirm(body: Document) -> None:
        """Take the new address by the link that was mailed to it; all sessions end."""
        confirm_email(store, mailer, body["token"], utcnow())

    @blueprint.route("/v1/me/name", methods=["POST"])
    @blueprint.arguments(NewNameIn)
    @blueprint.response(202, NameChangeOut)
    @allow()
    def ask_for_name(body: Document) -> Document:
        """Ask for another name; an administrator of your MDO decides."""
        return request_name(store, principal().user_id, body, utcnow())

    @blueprint.route("/v1/name-changes")
    @blueprint.arguments(NameChangesIn, location="query")
    @blueprint.response(200, NameChangesOut)
    @allow(*ADMINS)
    def list_changes(asked: Document) -> Document:
        """Requests for another name from people you look after."""
        found = name_changes(store, principal().user_id, asked)
        about = [one["_id"] for one in found["items"]]
        if about:
            who = principal().user_id
            record(
                store, who=who, what="name_changes_listed", whom=None, result="ok", now=utcnow(), about=about
            )
        return {**found, "items": [_shown(one) for one in found["items"]]}

    @blueprint.route("/v1/name-changes/<change_id>/approve", methods=["POST"])
    @blueprint.arguments(DomainDecisionIn)
    @blueprint.response(200, PersonsNameChangeOut)
    @allow(*ADMINS)
    def approve(body: Document, change_id: str) -> Document:
        """Let the new name hold from now on; certificates can be issued anew."""
        who = principal().user_id
        return _shown(decide_name(store, who, change_id, approve=True, reason=body["reason"], now=utcnow()))

    @blueprint.route("/v1/name-changes/<change_id>/decline", methods=["POST"])
    @blueprint.arguments(ReasonIn)
    @blueprint.response(200, PersonsNameChangeOut)
    @allow(*ADMINS)
    def decline(body: Document, change_id: str) -> Document:
        """Leave the name as it is; the person reads why."""
        who = principal().user_id
        return _shown(decide_name(store, who, change_id, approve=False, reason=body["reason"], now=utcnow()))

    return blueprint


def _shown(user: Document) -> Document:
    return {
        **user["name_change"],
        "user_id": user["_id"],
        "display_name": display_name(user["first_name"], user["last_name"]),
        "mdo_id": user["mdo_id"],
    }
