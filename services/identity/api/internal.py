"""What other services ask identity; not routed by the gateway."""

from __future__ import annotations

from typing import Any

from services.identity.commands.audit import record
from services.identity.commands.mails import Due, MailDesk
from services.identity.queries import people
from services.identity.schemas.credentials import MailContextIn, MailContextOut, PeopleIn, PeopleOut
from services.identity.store import Store
from shared.auth import internal, principal
from shared.mongo import utcnow
from shared.web import Blueprint

Document = dict[str, Any]


def internal_blueprint(store: Store, desk: MailDesk) -> Blueprint:
    """The routes for other services."""
    blueprint = Blueprint("internal", __name__, description="For other services")

    @blueprint.route("/internal/v1/mail-context", methods=["POST"])
    @blueprint.arguments(MailContextIn)
    @blueprint.response(200, MailContextOut)
    @internal("notifier")
    def mail_context(body: Document) -> Document:
        """Whom a mail goes to, and with which link; 410 when it is no longer due."""
        return desk.context(Due(body["kind"], body["user_id"], body["event_id"]), utcnow())

    @blueprint.route("/internal/v1/people", methods=["POST"])
    @blueprint.arguments(PeopleIn)
    @blueprint.response(200, PeopleOut)
    @internal("notifier", "onboarding", "catalog", "progress", "community")
    def list_people(body: Document) -> Document:
        """Display names by id; the request is audited."""
        caller = principal().caller
        found = people(store, body["ids"])
        who = f"service:{caller}"
        record(store, who=who, what="people_read", whom=None, result="ok", now=utcnow(), about=sorted(found))
        return {"people": found}

    return blueprint
