"""What other services ask identity; not routed by the gateway."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from services.identity.commands.audit import record
from services.identity.commands.mails import Due, MailDesk
from services.identity.queries import people
from services.identity.rules.limits import Allowance
from services.identity.schemas.credentials import MailContextIn, MailContextsOut, PeopleIn, PeopleOut
from services.identity.store import Store
from shared.auth import internal, principal
from shared.mongo import utcnow
from shared.web import Blueprint

Document = dict[str, Any]


def internal_blueprint(store: Store, desk: MailDesk) -> Blueprint:
    """The routes for other services; each question is limited by rate and audited."""
    blueprint = Blueprint("internal", __name__, description="For other services")
    allowance = Allowance(desk.settings.internal_rate, desk.settings.internal_burst)

    def note(what: str, count: int, about: Sequence[str] = ()) -> None:
        who, detail = f"service:{principal().caller}", {"count": str(count)}
        record(
            store, who=who, what=what, whom=None, result="ok", now=utcnow(), detail=dict(detail), about=about
        )

    @blueprint.route("/internal/v1/mail-context", methods=["POST"])
    @blueprint.arguments(MailContextIn)
    @blueprint.response(200, MailContextsOut)
    @internal("notifier")
    def mail_context(body: Document) -> Document:
        """Whom mails go to, and with which links, as far as they are still due; the request is audited."""
        dues = [Due(one["kind"], one["user_id"], one["event_id"]) for one in body["deliveries"]]
        allowance.take(principal().caller, len(dues), time.monotonic())
        answers = desk.contexts(dues, utcnow())
        note("mail_contexts_read", len(dues))
        return {"answers": answers}

    @blueprint.route("/internal/v1/people", methods=["POST"])
    @blueprint.arguments(PeopleIn)
    @blueprint.response(200, PeopleOut)
    @internal("notifier", "onboarding", "catalog", "progress", "community")
    def list_people(body: Document) -> Document:
        """Display names by id; the request is audited."""
        allowance.take(principal().caller, len(body["ids"]), time.monotonic())
        found = people(store, body["ids"])
        note("people_read", len(body["ids"]), about=sorted(found))
        return {"people": found}

    return blueprint
