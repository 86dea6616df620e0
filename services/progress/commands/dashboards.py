"""Keep the sums of reports: events mark them, the worker counts them anew from the facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from services.progress.rules.mandates import DONE, LIFTED
from services.progress.rules.reports import counts
from services.progress.store import Store

Document = dict[str, Any]
ROWS = 200


def mark_enrolment(store: Store, enrolment_id: str, now: datetime) -> None:
    """The sums of this enrolment's unit and course are to be counted anew."""
    found = store.enrolments.get(enrolment_id)
    if found is not None:
        store.tallies.mark([("course", found["mdo_id"], found["mdo_path"], found["course_id"])], now)


def mark_person(store: Store, before: Document | None, after: Document | None, now: datetime) -> None:
    """The people of the units that a person left and came to are to be counted anew."""
    units = {
        (one["mdo_id"], tuple(one["mdo_path"]))
        for one in (before, after)
        if one is not None and one.get("mdo_id")
    }
    store.tallies.mark([("people", mdo_id, path, "") for mdo_id, path in units], now)


def count_anew(store: Store, stopped: Callable[[], bool] = lambda: False) -> int:
    """Count all marked rows from their facts; how many there were."""
    done = 0
    while rows := store.tallies.marked(ROWS):
        for row in rows:
            if stopped():
                return done
            store.tallies.keep(row, _counted(row["kind"], store.tallies.facts(row)))
            done += 1
    return done


def _counted(kind: str, facts: Iterable[Document]) -> Document:
    if kind == "course":
        return counts(facts)
    if kind == "people":
        return {"people": sum(1 for _ in facts)}
    return duty_counts(facts)


def duty_counts(rows: Iterable[Document]) -> Document:
    """What the duties of one unit in one mandate add up to; completions also by day, for the forecast."""
    standing = [one for one in rows if one["status"] != LIFTED]
    done = [one for one in standing if one["status"] == DONE]
    days = Counter(f"{one['completed_at']:%Y-%m-%d}" for one in done if one.get("completed_at"))
    return {
        "assigned": len(standing),
        "completed": len(done),
        "in_progress": sum(1 for one in standing if one["status"] != DONE and one["started"]),
        "by_day": dict(sorted(days.items())[-60:]),
    }
