"""The dictionary as a file: CSV for spreadsheets, JSON for programs; what is exported can be imported.

A cell that a spreadsheet would take for a formula begins with an apostrophe in the file, which an import drops.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from shared.errors import Refused

Document = dict[str, Any]
Row = dict[str, str]
ROWS_MOST = 2000
LOCALES = ("en", "hi")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
NEED = re.compile(r"\s*([a-z0-9-]{1,64}):([1-5])\s*", re.A)
_NAME = ("name_en", "name_hi")
_DESCRIPTION = ("description_en", "description_hi")
_LEVELS = tuple(
    f"level_{level}_{part}_{locale}"
    for level in range(1, 6)
    for part in ("name", "description")
    for locale in LOCALES
)
COLUMNS = {
    "topics": ("id", "group", *_NAME),
    "competencies": ("id", "kind", "group", *_NAME, *_DESCRIPTION, *_LEVELS),
    "positions": (
        *("id", "group", *_NAME, *_DESCRIPTION),
        *("role_en", "role_hi", "activity_en", "activity_hi", "competencies"),
    ),
}


def written(kind: str, format_: str, entries: Iterable[Document]) -> str:
    """The text of a file with these entries, as `rows_of` reads it."""
    plain = [_plain(kind, one) for one in entries]
    if format_ == "json":
        return json.dumps({"kind": kind, "items": plain}, ensure_ascii=False, indent=1) + "\n"
    out = io.StringIO()
    table = csv.DictWriter(out, COLUMNS[kind], lineterminator="\r\n")
    table.writeheader()
    for one in plain:
        table.writerows({key: quoted(value) for key, value in row.items()} for row in _rows(kind, one))
    return out.getvalue()


def rows_of(kind: str, format_: str, text: str, load: Any) -> list[tuple[int, Document]]:
    """The entries in a file with the number of the row each begins at; Refused when it is no such file."""
    if format_ == "json":
        items = load(text.encode()).get("items")
        if not isinstance(items, list) or len(items) > ROWS_MOST:
            raise Refused("file_not_valid", 'The file holds no list "items".', field="text")
        return [(place, item if isinstance(item, dict) else {}) for place, item in enumerate(items, 1)]
    return list(_joined(kind, _cells(kind, text)))


def quoted(cell: str) -> str:
    """The cell as a spreadsheet shows it and never runs it."""
    return f"'{cell}" if cell.startswith(FORMULA) or cell.startswith("'") else cell


def unquoted(cell: str) -> str:
    """The cell as it was before `quoted`."""
    return cell[1:] if cell.startswith("'") and (cell[1:].startswith(FORMULA) or cell[1:2] == "'") else cell


def _plain(kind: str, one: Document) -> Document:
    parts = {"positions": ("name", "description", "group", "roles"), "topics": ("group", "name")}
    wanted = parts.get(kind, ("kind", "group", "name", "description", "levels"))
    return {"id": one["_id"]} | {key: one[key] for key in wanted}


def _rows(kind: str, one: Document) -> Iterator[Row]:
    row: Row = {"id": one["id"], "group": one["group"] or ""} | _two("name", one["name"])
    if kind == "topics":
        yield row
        return
    row |= _two("description", one["description"])
    if kind == "competencies":
        row["kind"] = one["kind"]
        for level in one["levels"]:
            for part in ("name", "description"):
                row |= _two(f"level_{level['level']}_{part}", level[part])
        yield row
        return
    activities = [(role, activity) for role in one["roles"] for activity in role["activities"]]
    for role, activity in activities:
        needs = "; ".join(f"{need['competency_id']}:{need['level']}" for need in activity["competencies"])
        yield row | _two("role", role["name"]) | _two("activity", activity["name"]) | {"competencies": needs}
    if not activities:
        yield row


def _two(name: str, text: Mapping[str, str]) -> Row:
    return {f"{name}_{locale}": text[locale] for locale in LOCALES}


def _cells(kind: str, text: str) -> list[Row]:
    table = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        rows = list(table)
    except csv.Error:
        raise Refused("file_not_valid", "The file is not valid CSV.", field="text") from None
    if tuple(table.fieldnames or ()) != COLUMNS[kind] or len(rows) > ROWS_MOST:
        names = ", ".join(COLUMNS[kind])
        raise Refused("columns_not_valid", f"The first row names these columns: {names}.", field="text")
    return [
        {key: unquoted(value) if isinstance(value, str) else "" for key, value in row.items() if key}
        for row in rows
    ]


def _joined(kind: str, rows: list[Row]) -> Iterator[tuple[int, Document]]:
    """One entry for each row; rows of one position that follow each other are one entry."""
    last: tuple[int, Document] | None = None
    for number, row in enumerate(rows, 2):  # The first row of the file holds the names of the columns.
        if kind != "positions":
            yield number, _entry(kind, row)
            continue
        if last is None or last[1]["id"] != row["id"]:
            if last is not None:
                yield last
            last = (number, _entry(kind, row))
        _add_activity(last[1], row)
    if last is not None:
        yield last


def _entry(kind: str, row: Row) -> Document:
    made: Document = {"id": row["id"], "group": row["group"], "name": _text(row, "name")}
    if kind == "topics":
        return made
    made["description"] = _text(row, "description")
    if kind == "positions":
        return made | {"group": row["group"] or None, "roles": []}
    made["levels"] = [
        {
            "level": level,
            "name": _text(row, f"level_{level}_name"),
            "description": _text(row, f"level_{level}_description"),
        }
        for level in range(1, 6)
        if row[f"level_{level}_name_en"]
    ]
    return made | {"kind": row["kind"]}


def _add_activity(position: Document, row: Row) -> None:
    if not row["role_en"]:
        return
    role = _text(row, "role")
    if not position["roles"] or position["roles"][-1]["name"] != role:
        position["roles"].append({"name": role, "activities": []})
    needs = [NEED.fullmatch(part) for part in row["competencies"].split(";") if part.strip()]
    activity = {
        "name": _text(row, "activity"),
        "competencies": [
            {"competency_id": need[1], "level": int(need[2])} if need else {"competency_id": "?", "level": 0}
            for need in needs
        ],
    }
    position["roles"][-1]["activities"].append(activity)


def _text(row: Row, name: str) -> Row:
    return {locale: row[f"{name}_{locale}"] for locale in LOCALES}
