"""What operators see of the mails."""

from __future__ import annotations

from typing import Any

from services.notifier import queries
from services.notifier.schemas import DeliveriesIn, DeliveriesOut, DeliveryOut
from services.notifier.store import Store
from shared.auth import allow
from shared.web import Blueprint

Document = dict[str, Any]


def deliveries_blueprint(store: Store) -> Blueprint:
    """The routes of the ledger, for administrators of the platform."""
    blueprint = Blueprint("deliveries", __name__, description="Mails and what became of them")

    @blueprint.route("/v1/deliveries")
    @blueprint.arguments(DeliveriesIn, location="query")
    @blueprint.response(200, DeliveriesOut)
    @allow("SPV_ADMIN")
    def list_deliveries(page: Document) -> Document:
        """Deliveries, newest first, by person and state."""
        found, following = queries.deliveries(
            store, page["user_id"], page["state"], page["cursor"], page["limit"]
        )
        return {"items": found, "next_cursor": following}

    @blueprint.route("/v1/deliveries/<delivery_id>")
    @blueprint.response(200, DeliveryOut)
    @allow("SPV_ADMIN")
    def get_delivery(delivery_id: str) -> Document:
        """One delivery."""
        return queries.delivery(store, delivery_id)

    return blueprint
