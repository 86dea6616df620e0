"""The HTTP door of the notifier; here: what administrators see of the mails."""

from __future__ import annotations

from typing import Any

from services.notifier import queries
from services.notifier.commands.bounces import record_bounce
from services.notifier.schemas import BounceIn, DeliveriesIn, DeliveriesOut, DeliveryOut
from services.notifier.store import Store
from shared.auth import Principal, allow, principal
from shared.errors import NotFound
from shared.mongo import utcnow
from shared.web import Blueprint

Document = dict[str, Any]
ADMINS = ("SPV_ADMIN", "MDO_ADMIN")


def deliveries_blueprint(store: Store) -> Blueprint:
    """The routes of the ledger; MDO admins see the mails to their own people."""
    blueprint = Blueprint("deliveries", __name__, description="Mails and what became of them")

    @blueprint.route("/v1/deliveries")
    @blueprint.arguments(DeliveriesIn, location="query")
    @blueprint.response(200, DeliveriesOut)
    @allow(*ADMINS)
    def list_deliveries(page: Document) -> Document:
        """Deliveries, newest first, by person, unit and state."""
        found, following = queries.deliveries(store, page, _scopes(principal()))
        return {"items": found, "next_cursor": following}

    @blueprint.route("/v1/deliveries/<delivery_id>")
    @blueprint.response(200, DeliveryOut)
    @allow(*ADMINS)
    def get_delivery(delivery_id: str) -> Document:
        """One delivery."""
        return _within(delivery_id)

    @blueprint.route("/v1/deliveries/<delivery_id>/bounce", methods=["POST"])
    @blueprint.arguments(BounceIn)
    @blueprint.response(200, DeliveryOut)
    @allow(*ADMINS)
    def bounce(body: Document, delivery_id: str) -> Document:
        """Say that a mail came back: it failed after all."""
        return record_bounce(store, _within(delivery_id), body["code"], body["text"], utcnow())

    def _within(delivery_id: str) -> Document:
        found, scopes = queries.delivery(store, delivery_id), _scopes(principal())
        if scopes is not None and set(scopes).isdisjoint(found.get("mdo_path", ())):
            raise NotFound("delivery_not_found", "There is no such delivery.")
        return found

    return blueprint


def _scopes(who: Principal) -> list[str] | None:
    """The units whose mails this administrator sees; None means all."""
    if who.has("SPV_ADMIN"):
        return None
    return [scope for scope in who.scopes("MDO_ADMIN") if scope]
