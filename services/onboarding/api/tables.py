"""The dictionary as a file: export and import, in CSV and JSON."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import ValidationError

from services.onboarding.api.frac import BODIES, editor
from services.onboarding.commands.imports import import_entries
from services.onboarding.rules.tables import rows_of, written
from services.onboarding.schemas.frac import ImportIn, ImportOut, TableIn, TextIn
from services.onboarding.store import Store
from shared.auth import allow
from shared.body import strict_json, takes
from shared.editing import new_resource_id
from shared.web import Blueprint

Document = dict[str, Any]
TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8"}
SHOWN_MOST = 200


def tables_blueprint(store: Store, most: int) -> Blueprint:
    """The routes of export and import; `most` bytes a body."""
    blueprint = Blueprint("tables", __name__, description="The dictionary as a file")

    @blueprint.route("/v1/frac/export")
    @blueprint.arguments(TableIn, location="query")
    @blueprint.response(200, {"type": "string"}, content_type="text/csv", description="The file.")
    @allow()
    def export(query: Document) -> Response:
        """Everything of one kind that is not a draft, as a file that can be imported."""
        kind, format_ = query["kind"], query["format"]
        entries = sorted(store.dictionary().of(kind).values(), key=lambda one: str(one["_id"]))
        text = written(kind, format_, (one for one in entries if one["status"] != "draft"))
        answer = Response(text, content_type=TYPES[format_])
        answer.headers["Content-Disposition"] = f'attachment; filename="{kind}.{format_}"'
        return answer

    @blueprint.route("/v1/frac/import", methods=["POST"])
    @blueprint.arguments(ImportIn, location="query")
    @blueprint.arguments(TextIn)
    @blueprint.response(200, ImportOut)
    @allow("FRAC_ADMIN")
    @takes(most)
    def take(query: Document, body: Document) -> Document:
        """Add and change the entries of a file; rows that do not fit are named and left out."""
        kind = query["kind"]
        fitting, errors = _checked(kind, rows_of(kind, query["format"], body["text"], strict_json))
        report = import_entries(editor(store), kind, fitting, new_resource_id(), dry_run=query["dry_run"])
        store.forget_dictionary()
        found = sorted([*errors, *report["errors"]], key=lambda one: int(one["row"]))
        return report | {"rows": len(fitting) + len(errors), "errors": found[:SHOWN_MOST]}

    return blueprint


def _checked(
    kind: str, rows: list[tuple[int, Document]]
) -> tuple[list[tuple[int, Document]], list[Document]]:
    schema, fitting, errors = BODIES[kind][0](), [], []
    for number, row in rows:
        try:
            fitting.append((number, schema.load(row)))
        except ValidationError as error:
            field, sentence = _first(error.messages)
            errors.append({"row": number, "field": field, "sentence": sentence})
    return fitting, errors


def _first(messages: Any, path: str = "") -> tuple[str, str]:
    """The first field that does not fit, by its path, with the sentence."""
    if isinstance(messages, dict) and messages:
        key = next(iter(messages))
        return _first(messages[key], f"{path}.{key}" if path else str(key))
    return path[:100], str(messages[0] if isinstance(messages, list) and messages else messages)[:300]
