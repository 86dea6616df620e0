"""The operators' console of one service: its health, its part of a timeline, its parked and dead messages.

A web process never speaks to the broker, so what concerns messages is an order that the worker carries out
(`shared.ops.orders`, a loop of every worker); each order, who gave it and why stays in `ops_commands`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pymongo.database import Database

from shared.auth import allow, principal
from shared.editing import new_resource_id
from shared.ops.console import Console, Step, Tellers, audit_step
from shared.ops.schemas import (
    HealthOut,
    MessagesOut,
    OpsOrderIn,
    OpsOrderOut,
    OpsOrdersOut,
    ShelfIn,
    TimelineOut,
)
from shared.paging import PageIn, page
from shared.settings import Settings
from shared.web import Blueprint

__all__ = ["Console", "Step", "Tellers", "audit_step", "ops_blueprint"]
Document = dict[str, Any]


def ops_blueprint(
    settings: Settings,
    database: Database[Document],
    collections: Sequence[str] = (),
    tellers: Tellers | None = None,
) -> Blueprint:
    """The routes of operations.

    `collections` are those that publish; `tellers` say for each collection with a `correlation_id` what one of
    its documents tells in a timeline: time, what, subject, outcome.
    """
    blueprint = Blueprint("ops", __name__, description="Operations, for SPV admins")
    console = Console(settings, database, collections, tellers or {})

    @blueprint.route("/v1/ops/health")
    @blueprint.response(200, HealthOut)
    @allow("SPV_ADMIN")
    def health() -> Document:
        """Outbox lag, halted aggregates, queue depths and how fresh each event type is."""
        return console.health()

    @blueprint.route("/v1/ops/timeline/<correlation_id>")
    @blueprint.response(200, TimelineOut)
    @allow("SPV_ADMIN")
    def timeline(correlation_id: str) -> Document:
        """What happened in this service under one request's reference, oldest first."""
        return {"items": console.timeline(correlation_id)}

    @blueprint.route("/v1/ops/messages")
    @blueprint.arguments(ShelfIn, location="query")
    @blueprint.response(200, MessagesOut)
    @allow("SPV_ADMIN")
    def messages(asked: Document) -> Document:
        """Parked or dead messages as the worker saw them last; asking lets it look again."""
        return console.messages(principal().user_id, asked["shelf"])

    @blueprint.route("/v1/ops/commands")
    @blueprint.arguments(PageIn, location="query")
    @blueprint.response(200, OpsOrdersOut)
    @allow("SPV_ADMIN")
    def list_orders(asked: Document) -> Document:
        """All orders, newest first: who, what, why, and what came of it."""
        return page(console.find_orders, {}, [("asked_at", -1), ("_id", -1)], [datetime, str], asked)

    @blueprint.route("/v1/ops/commands", methods=["POST"])
    @blueprint.arguments(OpsOrderIn)
    @blueprint.response(202, OpsOrderOut)
    @allow("SPV_ADMIN")
    def order(body: Document) -> Document:
        """Let the worker list, replay, edit or drop messages, or free a halted aggregate."""
        return console.order(principal().user_id, new_resource_id(), body)

    @blueprint.route("/v1/ops/commands/<order_id>")
    @blueprint.response(200, OpsOrderOut)
    @allow("SPV_ADMIN")
    def get_order(order_id: str) -> Document:
        """One order."""
        return console.get_order(order_id)

    return blueprint
