"""Providers of courses, and what people looked for in vain."""

from __future__ import annotations

from typing import Any

from flask import Response

from services.catalog.commands.providers import add_provider, set_suspended
from services.catalog.queries.authoring import missed_rows, missed_searches
from services.catalog.rules.authority import ROLES
from services.catalog.schemas.authoring import MissedIn, MissesOut, ProviderIn, ProviderOut, ProvidersOut
from services.catalog.schemas.recommendations import EmptyIn
from services.catalog.search import Searching
from services.catalog.store import Store
from shared.auth import allow, principal, public
from shared.mongo import utcnow
from shared.table import csv_answer
from shared.web import Blueprint

Document = dict[str, Any]
MISSED = ("text", "locale", "count", "last_at")


def providers_blueprint(store: Store, searching: Searching) -> Blueprint:
    """The routes of providers and of missed searches."""
    blueprint = Blueprint("providers", __name__, description="Providers of courses")

    def shown(row: Document) -> Document:
        count = searching.counts()["provider"].get(row["_id"], 0)
        return {**row, "id": row["_id"], "count": count}

    @blueprint.route("/v1/providers")
    @blueprint.response(200, ProvidersOut)
    @public
    def list_providers() -> Document:
        """All providers with the number of their courses."""
        return {"items": [shown(row) for row in store.providers.find({}, sort=[("_id", 1)])]}

    @blueprint.route("/v1/providers", methods=["POST"])
    @blueprint.arguments(ProviderIn)
    @blueprint.response(201, ProviderOut)
    @allow("SPV_ADMIN")
    def enter(body: Document) -> Document:
        """Enter a provider."""
        return shown(add_provider(store, principal().user_id, body, utcnow()))

    @blueprint.route("/v1/providers/<provider_id>/suspend", methods=["POST"])
    @blueprint.arguments(EmptyIn)
    @blueprint.response(200, ProviderOut)
    @allow("SPV_ADMIN")
    def suspend(body: Document, provider_id: str) -> Document:
        """Stop a provider from publishing; its courses stay."""
        return shown(set_suspended(store, principal().user_id, provider_id, True, utcnow()))

    @blueprint.route("/v1/providers/<provider_id>/resume", methods=["POST"])
    @blueprint.arguments(EmptyIn)
    @blueprint.response(200, ProviderOut)
    @allow("SPV_ADMIN")
    def resume(body: Document, provider_id: str) -> Document:
        """Let a provider publish again."""
        return shown(set_suspended(store, principal().user_id, provider_id, False, utcnow()))

    @blueprint.route("/v1/searches/missed")
    @blueprint.arguments(MissedIn, location="query")
    @blueprint.response(200, MissesOut)
    @allow(*ROLES, "SPV_ADMIN")
    def list_missed(query: Document) -> Document:
        """Searches that found nothing: what the catalogue lacks."""
        return {"items": missed_searches(store, query["limit"])}

    @blueprint.route("/v1/searches/missed.csv")
    @blueprint.response(200, content_type="text/csv")
    @allow(*ROLES, "SPV_ADMIN")
    def export_missed() -> Response:
        """The same as CSV, the latest 200; what a spreadsheet would run as a formula stands there as text."""
        return csv_answer("missed-searches.csv", MISSED, missed_rows(store))

    return blueprint
