"""Tables as CSV that a spreadsheet may open: what would be a formula there becomes text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from flask import Response

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def quoted(cell: str) -> str:
    """The cell with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{cell}" if cell.lstrip(" \ufeff").startswith(FORMULA) or cell.startswith(FORMULA) else cell


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The table line by line (RFC 4180), headed by a byte order mark so that scripts other than Latin show."""
    yield "\ufeff" + _line(header)
    for row in rows:
        yield _line([quoted(cell) for cell in row])


def csv_answer(name: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """The table as a download."""
    answer = Response(csv_lines(header, rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _line(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()
