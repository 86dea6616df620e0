"""Take a file of the dictionary: each row is a write of its own, and one that does not fit stops no other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.onboarding.commands.frac import Editor
from services.onboarding.rules.frac import check_verifiable, content, drafted
from services.onboarding.rules.texts import slug
from shared.errors import Problem

Document = dict[str, Any]


def import_entries(
    editor: Editor, kind: str, rows: Sequence[tuple[int, Mapping[str, Any]]], key: str, *, dry_run: bool
) -> Document:
    """Add what is new as drafts and change what differs; `dry_run` only counts. Errors name row and field."""
    editor = replace(editor, known=editor.store.dictionary(), audited=False)
    counts = {"created": 0, "changed": 0, "unchanged": 0}
    errors = []
    seen: set[str] = set()
    for number, row in rows:
        try:
            counts[_take(editor, kind, row, seen, f"{key}-{number}", dry_run)] += 1
        except Problem as error:
            field = next(iter(error.fields), "")
            errors.append({"row": number, "field": field, "sentence": error.sentence})
    if not dry_run:
        editor.store.audit_entry(editor.actor_id, "dictionary_imported", kind, editor.now, counts=counts)
    return {"rows": len(rows), **counts, "errors": errors}


def _take(editor: Editor, kind: str, row: Mapping[str, Any], seen: set[str], key: str, dry_run: bool) -> str:
    id_ = slug(row.get("id") or "", "id")
    if id_ in seen:
        raise Problem("duplicate", "This id stands in the file twice.", field="id")
    seen.add(id_)
    known = editor.dictionary()
    there = known.of(kind).get(id_)
    if there is None:
        if dry_run:
            drafted(kind, id_, content(kind, row), key)
        else:
            editor.draft(kind, row, key)
        return "created"
    body = {name: value for name, value in row.items() if name != "id"}
    changes = {name: value for name, value in content(kind, body).items() if there.get(name) != value}
    if not changes:
        return "unchanged"
    if there["status"] == "verified":
        check_verifiable(kind, there | changes, known)
    if not dry_run:
        editor.change(kind, id_, None, body)
    return "changed"
