"""The audit log for SPV admins, page by page and as a table."""

from __future__ import annotations

from typing import Any

from flask import Response

from services.identity.commands.audit import record
from services.identity.commands.reach import spv_admin_of
from services.identity.queries.audit import COLUMNS, audit_page, audit_rows
from services.identity.schemas.audit import AuditFilterIn, AuditIn, AuditOut
from services.identity.store import Store
from shared.auth import allow, principal
from shared.mongo import utcnow
from shared.table import csv_answer
from shared.web import Blueprint

Document = dict[str, Any]


def audit_blueprint(store: Store) -> Blueprint:
    """The routes of the audit log; nothing in it can be changed."""
    blueprint = Blueprint("audit", __name__, description="The audit log")

    @blueprint.route("/v1/audit")
    @blueprint.arguments(AuditIn, location="query")
    @blueprint.response(200, AuditOut)
    @allow("SPV_ADMIN")
    def list_entries(asked: Document) -> Document:
        """Who did what to whom, when, with what result; newest first."""
        spv_admin_of(store, principal().user_id)
        return audit_page(store, asked)

    @blueprint.route("/v1/audit.csv")
    @blueprint.arguments(AuditFilterIn, location="query")
    @blueprint.response(200, content_type="text/csv")
    @allow("SPV_ADMIN")
    def export(asked: Document) -> Response:
        """The same as CSV, at most 50,000 rows; the export is itself an entry."""
        actor = spv_admin_of(store, principal().user_id)["_id"]
        record(store, who=actor, what="audit_exported", whom=None, result="ok", now=utcnow())
        return csv_answer("audit.csv", COLUMNS, audit_rows(store, asked))

    return blueprint
