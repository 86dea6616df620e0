"""What dashboards show: a person's sums from the own enrolments, units' sums from the kept tallies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from services.progress.queries.mandates import scopes, standing_of, untitled
from services.progress.rules.mandates import DONE, LIFTED, OPEN
from services.progress.rules.reports import PACE_DAYS, added, counts, forecast, month_rows
from services.progress.store import Store
from shared.auth import Principal
from shared.errors import NotFound
from shared.paging import page

Document = dict[str, Any]
WANTED = (
    "status",
    "course_id",
    "seconds",
    "minutes",
    "completed_at",
    "competencies",
    "user_id",
    "enrolled_at",
)


def summary(store: Store, user_id: str, now: datetime) -> Document:
    """All numbers of one person, from their enrolments, duties and certificates."""
    rows = store.digests.of_person(user_id, now)
    sums = counts(rows)
    duties = [one for one in store.mandates.states_of(user_id) if one["status"] != LIFTED]
    return {
        **{key: sums[key] for key in ("enrolled", "in_progress", "completed", "withdrawn")},
        "hours": hours(sums["seconds"]),
        "mandated": {
            "total": len(duties),
            "done": sum(1 for one in duties if one["status"] == DONE),
            "overdue": sum(1 for one in duties if _overdue(one, now)),
        },
        "certificates": store.certificates.count_valid(user_id),
        "competencies": _competencies(rows),
        "by_month": month_rows(sums["by_month"]),
    }


def hours(seconds: int) -> float:
    """Seconds of counted learning as hours."""
    return round(seconds / 3600, 1)


def _overdue(duty: Document, now: datetime) -> bool:
    return bool(duty["status"] == OPEN and duty["due"] <= now)


def _competencies(rows: Iterable[Document]) -> list[Document]:
    """The highest level of each competency that completed courses gave, and by which course."""
    best: dict[str, Document] = {}
    done = [one for one in rows if one["status"] == "completed" and one.get("completed_at")]
    for row in sorted(done, key=lambda one: str(one["completed_at"])):
        for id_, level in row.get("competencies", {}).items():
            if id_ not in best or best[id_]["level"] < level:
                best[id_] = {
                    "competency_id": id_,
                    "level": level,
                    "course_id": row["course_id"],
                    "at": row["completed_at"],
                }
    return sorted(best.values(), key=lambda one: (-one["level"], one["competency_id"]))


def summary_rows(store: Store, user_id: str) -> list[list[object]]:
    """A person's enrolments as rows of a file."""
    rows = store.enrolments.find({"user_id": user_id}, sort=[("last_at", -1)])
    titles = store.courses.titles(one["course_id"] for one in rows)
    return [
        [
            one["course_id"],
            (titles.get(one["course_id"]) or untitled(one["course_id"])).get("en"),
            one["cycle"],
            one["status"],
            one["percent"],
            one["enrolled_at"],
            one["completed_at"],
            hours(one.get("seconds") or 0),
            one.get("certificate_id"),
        ]
        for one in rows
    ]


def require_unit(store: Store, mdo_id: str, who: Principal) -> None:
    """NotFound for a unit that is not the person's own or below it; a foreign one is as unknown as none."""
    units, path = scopes(who), store.learners.path_of(mdo_id)
    if not path or (units is not None and not set(units) & set(path)):
        raise NotFound("unit_unknown", "There is no such unit.")


def unit_report(store: Store, mdo_id: str, now: datetime) -> Document:
    """The numbers of a unit and all below it."""
    return report_of(store, store.tallies.below(mdo_id), now)


def report_of(store: Store, rows: list[Document], now: datetime) -> Document:
    """The report that these sums make."""
    courses = [one for one in rows if one["kind"] == "course" and one["counts"].get("enrolled")]
    total = added(one["counts"] for one in courses)
    people, titles = _people(rows), store.courses.titles(one["of"] for one in courses)
    return {
        "people": sum(people.values()),
        **{key: total[key] for key in ("enrolled", "in_progress", "completed", "withdrawn")},
        "hours": hours(total["seconds"]),
        "by_unit": [
            {"mdo_id": mdo, "people": people.get(mdo, 0), **_shown(part)}
            for mdo, part in _grouped(courses, "mdo_id", people)
        ],
        "by_course": [
            {"course_id": course, "title": titles.get(course) or untitled(course), **_shown(part)}
            for course, part in _grouped(courses, "of", ())
        ],
        **_mandates(store, rows, now),
        "by_month": month_rows(total["by_month"]),
        "counting": any("dirty" in one for one in rows),
    }


def _people(rows: Iterable[Document]) -> dict[str, int]:
    return {one["mdo_id"]: one["counts"].get("people", 0) for one in rows if one["kind"] == "people"}


def _grouped(rows: Iterable[Document], key: str, more: Iterable[str]) -> list[tuple[str, Document]]:
    parts: dict[str, list[Document]] = {name: [] for name in more}
    for one in rows:
        parts.setdefault(one[key], []).append(one["counts"])
    return [(name, added(part)) for name, part in sorted(parts.items())]


def _shown(part: Document) -> Document:
    return {key: part[key] for key in ("enrolled", "in_progress", "completed")} | {
        "hours": hours(part["seconds"])
    }


def _mandates(store: Store, rows: Iterable[Document], now: datetime) -> Document:
    parts: dict[str, list[Document]] = {}
    for one in rows:
        if one["kind"] == "mandate" and one["counts"].get("assigned"):
            parts.setdefault(one["of"], []).append(one["counts"])
    known = {one["_id"]: one for one in store.mandates.records.find({"_id": {"$in": sorted(parts)}})}
    since = f"{now - timedelta(days=PACE_DAYS):%Y-%m-%d}"
    by_mandate, forecasts = [], []
    for id_, counted in sorted(parts.items()):
        rule = (known.get(id_) or {}).get("rule")
        if rule is None:
            continue
        sums = {key: sum(one[key] for one in counted) for key in ("assigned", "completed", "in_progress")}
        recent = sum(n for one in counted for day, n in one["by_day"].items() if day > since)
        head = {"mandate_id": id_, "title": rule["title"], "due": rule["due"]}
        by_mandate.append(head | standing_of(sums, rule["due"], now))
        if rule["due"] > now:
            forecasts.append(head | forecast(sums["assigned"], sums["completed"], recent, rule["due"], now))
    return {"by_mandate": by_mandate, "forecast": forecasts}


def people_rows(store: Store, mdo_id: str, now: datetime, asked: Mapping[str, Any]) -> Document:
    """A page of people of a unit and below, each with what they did; read for the page alone."""

    def find(filter_: Document, *, sort: list[tuple[str, int]], limit: int) -> list[Document]:
        wanted = {"mdo_id": 1, "mdo_path": 1}
        return list(store.learners.rows.find(filter_, wanted, sort=sort, limit=limit))

    found = page(find, {"mdo_path": mdo_id}, [("_id", 1)], [str], asked)
    ids = [one["_id"] for one in found["items"]]
    enrolments = _by_person(
        store.enrolments.collection.find({"user_id": {"$in": ids}}, dict.fromkeys(WANTED, 1)) if ids else ()
    )
    duties = _by_person(store.mandates.of_people(ids) if ids else ())
    items = [
        _person(one, enrolments.get(one["_id"], []), duties.get(one["_id"], []), now)
        for one in found["items"]
    ]
    return {"items": items, "next_cursor": found["next_cursor"]}


def _by_person(rows: Iterable[Document]) -> dict[str, list[Document]]:
    found: dict[str, list[Document]] = {}
    for one in rows:
        found.setdefault(str(one["user_id"]), []).append(one)
    return found


def _person(learner: Document, enrolments: list[Document], duties: list[Document], now: datetime) -> Document:
    sums = counts(enrolments)
    return {
        "user_id": learner["_id"],
        "mdo_id": learner["mdo_id"],
        "enrolled": sums["enrolled"],
        "completed": sums["completed"],
        "overdue": sum(1 for one in duties if _overdue(one, now)),
        "mandated": sum(1 for one in duties if one["status"] != LIFTED),
        "hours": hours(sums["seconds"]),
    }


def export_rows(store: Store, mdo_id: str, now: datetime) -> list[list[object]]:
    """The sums of a unit and below as rows of a file: by unit and course, then by unit and mandate."""
    made: list[list[object]] = []
    rows = store.tallies.below(mdo_id)
    ids = sorted({one["of"] for one in rows if one["kind"] == "mandate"})
    known = {one["_id"]: one for one in store.mandates.records.find({"_id": {"$in": ids}})}
    titles = store.courses.titles(one["of"] for one in rows if one["kind"] == "course")
    for one in sorted(rows, key=lambda row: (row["kind"], row["mdo_id"], row["of"])):
        part = one["counts"]
        if one["kind"] == "course" and part.get("enrolled"):
            title = (titles.get(one["of"]) or untitled(one["of"])).get("en")
            made.append(
                [one["mdo_id"], "course", one["of"], title, part["enrolled"], part["in_progress"],
                 part["completed"], "", hours(part["seconds"])]
            )  # fmt: skip
        if one["kind"] == "mandate" and part.get("assigned") and (known.get(one["of"]) or {}).get("rule"):
            rule = known[one["of"]]["rule"]
            told = standing_of(part, rule["due"], now)
            made.append(
                [one["mdo_id"], "mandate", one["of"], rule["title"]["en"], told["assigned"], told["in_progress"],
                 told["completed"], told["overdue"], ""]
            )  # fmt: skip
    return made
