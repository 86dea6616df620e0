"""Decisions of the Career hub: how well a person fits an opening, what is open, what may be decided."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from shared.errors import Conflict, Refused

Document = dict[str, Any]
IST = timezone(timedelta(hours=5, minutes=30))
RECRUITERS = ("MDO_ADMIN", "SPV_ADMIN")
COURSES_MOST = 3


def last_moment(day: date) -> datetime:
    """The end of a day in India, in UTC: until then people apply."""
    return datetime(day.year, day.month, day.day, tzinfo=IST).astimezone(UTC) + timedelta(days=1)


def check_last_date(last_at: datetime, now: datetime) -> None:
    """Refused when the last day is over."""
    if last_at <= now:
        raise Refused("last_date_past", "The last date is over.", field="last_date")


def check_state(opening: Mapping[str, Any], allowed: Collection[str]) -> None:
    """Conflict when an opening is in another state than these."""
    if opening["state"] not in allowed:
        raise Conflict(
            "state_not_fitting", f"This does not fit an opening that is {opening['state']}.",
            current={"state": opening["state"]},
        )  # fmt: skip


def is_open(opening: Mapping[str, Any], now: datetime) -> bool:
    """Whether people can apply."""
    return bool(opening["state"] == "published" and now < opening["last_at"])


def qualifies(levels: Mapping[str, int], needed: Mapping[str, int]) -> bool:
    """Whether every level that is needed is held."""
    return all(levels.get(id_, 0) >= level for id_, level in needed.items())


def percent(levels: Mapping[str, int], needed: Mapping[str, int]) -> int:
    """The share of the needed levels that is held, 0 to 100; 100 only when all are."""
    held = sum(min(levels.get(id_, 0), level) for id_, level in needed.items())
    return 100 * held // sum(needed.values())


def closing_courses(
    courses: Iterable[Mapping[str, Any]], id_: str, held: int, needed: int
) -> Sequence[Document]:
    """At most three courses that raise this competency: those that reach the level first, then shorter ones."""
    useful = [one for one in courses if one["competencies"].get(id_, 0) > held]
    ranked = sorted(
        useful,
        key=lambda one: (-min(one["competencies"][id_], needed), one["minutes"], one["_id"]),
    )
    return [
        {"id": one["_id"], "title": one["name"], "minutes": one["minutes"], "level": one["competencies"][id_]}
        for one in ranked[:COURSES_MOST]
    ]
