"""Numbers of dashboards: sums of facts, the forecast at the present pace, cells that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

Document = dict[str, Any]
PACE_DAYS = 28
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def counts(enrolments: Iterable[Document]) -> Document:
    """What a set of enrolments adds up to; seconds are those of counted learning."""
    made: Document = {"enrolled": 0, "in_progress": 0, "completed": 0, "withdrawn": 0, "seconds": 0}
    months: dict[str, Document] = {}
    for one in enrolments:
        made["enrolled"] += 1
        made[_STATES[one["status"]]] += 1
        made["seconds"] += int(one.get("seconds") or 0)
        if one["status"] == "completed" and one.get("completed_at"):
            month = months.setdefault(f"{one['completed_at']:%Y-%m}", {"completions": 0, "minutes": 0})
            month["completions"] += 1
            month["minutes"] += int(one.get("minutes") or 0)
    return made | {"by_month": months}


_STATES = {"active": "in_progress", "completed": "completed", "withdrawn": "withdrawn"}


def added(parts: Iterable[Document]) -> Document:
    """The sum of counts."""
    made: Document = {"enrolled": 0, "in_progress": 0, "completed": 0, "withdrawn": 0, "seconds": 0}
    months: dict[str, Document] = {}
    for part in parts:
        for key in made:
            made[key] += part.get(key, 0)
        for month, values in part.get("by_month", {}).items():
            sums = months.setdefault(month, {"completions": 0, "minutes": 0})
            for key in sums:
                sums[key] += values[key]
    return made | {"by_month": months}


def month_rows(months: dict[str, Document]) -> list[Document]:
    """The sums by month, oldest first."""
    return [{"month": month, **values} for month, values in sorted(months.items())]


def forecast(assigned: int, completed: int, recent: int, due: datetime, now: datetime) -> Document:
    """Where a mandate will stand at its due date if people go on as in the last weeks.

    `recent` counts the completions of the last PACE_DAYS days. `done_on` is the day on which all will have
    completed at this pace, none when it never comes.
    """
    left, pace = assigned - completed, recent / PACE_DAYS
    days = max((due - now).total_seconds() / 86400, 0.0)
    expected = min(assigned, completed + math.floor(pace * days))
    done = now + timedelta(days=left / pace) if left and pace and left / pace < 36500 else None
    return {
        "assigned": assigned,
        "completed": completed,
        "per_week": round(pace * 7, 1),
        "expected_by_due": expected,
        "percent_by_due": round(100 * expected / assigned) if assigned else 100,
        "done_on": now if not left else done,
        "on_time": not left or (done is not None and done <= due),
        "needed_per_week": round(left / max(days, 1.0) * 7, 1) if left else 0.0,
    }


def cell(value: object) -> str:
    """A value for a CSV file; one that a spreadsheet would run as a formula gets a quote in front."""
    text = "" if value is None else value.isoformat() if isinstance(value, datetime) else str(value)
    return f"'{text}" if text.startswith(FORMULA) and not isinstance(value, int | float) else text


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A CSV file with a byte order mark, so that spreadsheets read Devanagari."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([cell(value) for value in row] for row in rows)
    return "\ufeff" + out.getvalue()
