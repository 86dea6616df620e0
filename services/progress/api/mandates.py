"""Mandates: administrators write and publish them; everybody sees the own duties."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from services.progress.commands.mandates import (
    create_mandate,
    edit_mandate,
    publish_mandate,
    retire_mandate,
)
from services.progress.queries.mandates import dry_run, mandates, my_duties, report, visible_mandate
from services.progress.schemas.mandates import (
    DryRunOut,
    DutiesOut,
    MandateCommandIn,
    MandateIn,
    MandateOut,
    MandatePatchIn,
    MandateReportOut,
    MandatesOut,
)
from services.progress.store import Store
from shared.auth import allow, principal
from shared.editing import etag, if_match, new_resource_id
from shared.mongo import utcnow
from shared.paging import PageIn
from shared.web import Blueprint

Document = dict[str, Any]
ADMINS = ("MDO_ADMIN", "SPV_ADMIN")


def mandates_blueprint(store: Store, clock: Callable[[], datetime] = utcnow) -> Blueprint:
    """The routes of mandates."""
    blueprint = Blueprint("mandates", __name__, description="Mandated courses")

    @blueprint.route("/v1/mandates")
    @blueprint.arguments(PageIn, location="query")
    @blueprint.response(200, MandatesOut)
    @allow(*ADMINS)
    def list_mandates(query: Document) -> Document:
        """Mandates of the own units, newest first."""
        found = mandates(store, principal(), query)
        return found | {"items": [_shown(one) for one in found["items"]]}

    @blueprint.route("/v1/mandates", methods=["POST"])
    @blueprint.arguments(MandateIn)
    @blueprint.response(201, MandateOut)
    @allow(*ADMINS)
    def create(body: Document) -> Any:
        """A draft; nobody is bound before it is published. `Idempotency-Key` is accepted."""
        return _answer(create_mandate(store, new_resource_id(), body, principal(), clock()))

    @blueprint.route("/v1/mandates/me")
    @blueprint.response(200, DutiesOut)
    @allow()
    def list_duties() -> Document:
        """The person's mandated courses, the next due first, each with the reason why."""
        return {"items": my_duties(store, principal().user_id, clock()), "next_cursor": None}

    @blueprint.route("/v1/mandates/<mandate_id>")
    @blueprint.response(200, MandateOut)
    @allow(*ADMINS)
    def get_mandate(mandate_id: str) -> Any:
        """One mandate with its draft and all that was published."""
        return _answer(visible_mandate(store, mandate_id, principal()))

    @blueprint.route("/v1/mandates/<mandate_id>", methods=["PATCH"])
    @blueprint.arguments(MandatePatchIn)
    @blueprint.response(200, MandateOut)
    @allow(*ADMINS)
    def edit(body: Document, mandate_id: str) -> Any:
        """Change the draft; the published rule holds until the next publication."""
        return _answer(edit_mandate(store, mandate_id, body, if_match(), principal(), clock()))

    @blueprint.route("/v1/mandates/<mandate_id>/dry-run", methods=["POST"])
    @blueprint.arguments(MandateCommandIn)
    @blueprint.response(200, DryRunOut)
    @allow(*ADMINS)
    def try_out(body: Document, mandate_id: str) -> Document:
        """Who would gain and lose duties, and how many hours that is; nothing is written."""
        return dry_run(store, visible_mandate(store, mandate_id, principal()), clock())

    @blueprint.route("/v1/mandates/<mandate_id>/publish", methods=["POST"])
    @blueprint.arguments(MandateCommandIn)
    @blueprint.response(200, MandateOut)
    @allow(*ADMINS)
    def publish(body: Document, mandate_id: str) -> Any:
        """The draft becomes the rule; people are assigned in the background (`assigning`)."""
        return _answer(publish_mandate(store, mandate_id, principal(), clock()))

    @blueprint.route("/v1/mandates/<mandate_id>/retire", methods=["POST"])
    @blueprint.arguments(MandateCommandIn)
    @blueprint.response(200, MandateOut)
    @allow(*ADMINS)
    def retire(body: Document, mandate_id: str) -> Any:
        """End a mandate; open duties are lifted, done ones stay in the reports."""
        return _answer(retire_mandate(store, mandate_id, principal(), clock()))

    @blueprint.route("/v1/mandates/<mandate_id>/report")
    @blueprint.arguments(PageIn, location="query")
    @blueprint.response(200, MandateReportOut)
    @allow(*ADMINS)
    def get_report(query: Document, mandate_id: str) -> Document:
        """How the mandate stands in each unit."""
        found = report(store, visible_mandate(store, mandate_id, principal()), clock())
        return {"items": found, "next_cursor": None}

    return blueprint


def _shown(mandate: Document) -> Document:
    return {
        **mandate["draft"],
        **{key: mandate[key] for key in ("version", "status", "owner_mdo_id", "rule", "rules", "created_at")},
        "id": mandate["_id"],
        "assigning": "job" in mandate,
    }


def _answer(mandate: Document) -> Any:
    return _shown(mandate), etag(mandate["version"])
