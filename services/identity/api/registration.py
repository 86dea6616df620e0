"""Register, and ask for the mail again: the same answer for everybody."""

from __future__ import annotations

from typing import Any

from services.identity.commands.registration import Mailer, ask_again, register
from services.identity.schemas.registration import AcceptedOut, EmailIn, RegistrationIn
from services.identity.store import Store
from shared.auth import public
from shared.mongo import utcnow
from shared.web import Blueprint

Document = dict[str, Any]
ACCEPTED = {"status": "accepted"}


def registration_blueprint(store: Store, mailer: Mailer) -> Blueprint:
    """The routes of self-registration."""
    blueprint = Blueprint("registration", __name__, description="Self-registration")

    @blueprint.route("/v1/registrations", methods=["POST"])
    @blueprint.arguments(RegistrationIn)
    @blueprint.response(202, AcceptedOut)
    @public
    def register_person(body: Document) -> Document:
        """Ask for an account; the mail says what came of it."""
        register(store, mailer, body, utcnow())
        return ACCEPTED

    @blueprint.route("/v1/registrations/resend", methods=["POST"])
    @blueprint.arguments(EmailIn)
    @blueprint.response(202, AcceptedOut)
    @public
    def resend(body: Document) -> Document:
        """Ask for the mail of a registration again; the link in it replaces the older one."""
        ask_again(store, mailer, body["email"], utcnow())
        return ACCEPTED

    return blueprint
