"""A file of people to register: its columns, and each row as a form."""

from __future__ import annotations

import csv
import io
import uuid
from typing import Any

from shared.errors import Refused

Document = dict[str, Any]
COLUMNS = ("email", "first_name", "last_name", "mdo_id", "position_id", "position_text", "locale")
NEEDED = ("email", "first_name", "last_name", "mdo_id")
ROWS_MOST, CELL_MOST, PART = 20_000, 512, 50
NAMESPACE = uuid.UUID("2b0a5c36-7d0f-4a43-9a52-5a1b0a2f6d11")


def bulk_id(actor_id: str, text: str) -> str:
    """The same file of the same administrator is the same batch."""
    return str(uuid.uuid5(NAMESPACE, f"{actor_id} {text}"))


def person_id(bulk: str, row: int) -> str:
    """The id of the account that a row makes, so that a repeated row makes none."""
    return str(uuid.uuid5(NAMESPACE, f"{bulk} {row}"))


def read_rows(text: str) -> list[Document]:
    """The rows as forms; Refused for a file that is no table with the columns needed."""
    if "\x00" in text:
        raise _refused("file_not_valid", "The file holds characters that are no text.")
    table = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        header = [name.strip().lower() for name in table.fieldnames or ()]
        table.fieldnames = header
        rows = list(table)
    except csv.Error:
        raise _refused("file_not_valid", "The file is no valid CSV table.") from None
    missing, unknown = set(NEEDED) - set(header), set(header) - set(COLUMNS)
    if missing or unknown or len(set(header)) != len(header):
        raise _refused("columns_not_valid", f"The first line names the columns: {', '.join(COLUMNS)}.")
    if not 1 <= len(rows) <= ROWS_MOST:
        raise _refused("rows_too_many", f"A file holds 1 to {ROWS_MOST} rows.")
    return [form_of(row) for row in rows]


def form_of(row: dict[Any, Any]) -> Document:
    """One row as an invitation form; what is absent is None, what is surplus or too long stays to be refused."""
    form: Document = dict.fromkeys(COLUMNS)
    for name, cell in row.items():
        if name is None or cell is None or len(str(cell)) > CELL_MOST:
            form["broken"] = True
        elif cell.strip():
            form[name] = cell.strip()
    return form | {"locale": form["locale"] or "en"}


def check_form(form: Document) -> None:
    """Refuse a row with missing, surplus or too long cells."""
    if form.get("broken"):
        raise Refused("row_not_valid", "This row has too many, too few or too long cells.", field="row")
    for name in NEEDED:
        if not form[name]:
            raise Refused("cell_missing", f"{name} is missing.", field=name)
    if form["locale"] not in ("en", "hi"):
        raise Refused("locale_not_valid", "locale is en or hi.", field="locale")


def _refused(slug: str, sentence: str) -> Refused:
    return Refused(slug, sentence, field="text")
