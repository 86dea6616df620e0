"""Carry out a mandate: the duties of people come, change and go; each of them tells it once."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from services.progress.rules.mandates import (
    DONE,
    LIFTED,
    OPEN,
    assignment_id,
    belongs,
    keys_of,
    learners_of,
    new_assignment,
    next_notice,
    notice_at,
    standing,
)
from services.progress.store import Store
from shared.events.progress import MandateAssigned, MandateDue, MandateLifted

Document = dict[str, Any]
Pause = Callable[[], bool]


def carry_out(
    store: Store, mandate: Document, batch: int, clock: Callable[[], datetime], pause: Pause
) -> bool:
    """Go on with a publication from where it stands; False when it was stopped or overtaken."""
    if mandate["job"]["phase"] == "assign" and mandate["status"] == "published":
        for people in _batches(_audience(store, mandate), batch):
            assign(store, mandate, people, clock())
            lift_strays(store, mandate, people, clock())
            if not store.mandates.keep_place(mandate, clock(), position=people[-1]["_id"]) or pause():
                return False
        if not store.mandates.keep_place(mandate, clock(), phase="lift"):
            return False
    while rows := store.mandates.outdated(mandate["_id"], mandate["job"]["rule"], batch):
        for row in rows:
            lift(store, row, clock())
        if not store.mandates.keep_place(mandate, clock()) or pause():
            return False
    store.mandates.end_job(mandate)
    return True


def _audience(store: Store, mandate: Document) -> Iterator[Document]:
    after, audience = mandate["job"]["position"], mandate["rule"]["audience"]
    parts = [store.mandates.learners(filter_, after) for filter_ in learners_of(audience)]
    merged = _merged(parts)
    return (one for one in merged if one.get("mdo_id") and belongs(one, audience))


def _merged(parts: Sequence[Iterator[Document]]) -> Iterator[Document]:
    """People of several ordered sources in the order of their ids, nobody twice."""
    waiting: list[Document | None] = [next(part, None) for part in parts]
    while any(one is not None for one in waiting):
        first = min(str(one["_id"]) for one in waiting if one is not None)
        found = None
        for at, one in enumerate(waiting):
            if one is not None and one["_id"] == first:
                found, waiting[at] = one, next(parts[at], None)
        yield found or {}


def _batches(found: Iterator[Document], size: int) -> Iterator[list[Document]]:
    while batch := list(itertools.islice(found, size)):
        yield batch


def assign(store: Store, mandate: Document, people: Sequence[Document], now: datetime) -> None:
    """Make the duties of these people by the present rule; a repetition changes nothing.

    Enrolments are read before and after the write: a completion in between is seen by one of the two, or by
    the handler of the completion, which finds the row.
    """
    rule = mandate["rule"]
    for course_id in rule["course_ids"]:
        made = {one["_id"]: new_assignment(mandate, one, course_id, now) for one in people}
        found = _standings(store, course_id, rule.get("cycle"), list(made))
        rows = []
        for user_id, row in made.items():
            row.update(found.get(user_id, {}))
            if row["status"] == DONE:
                row.pop("remind_at", None)
            rows.append((row, None if row["status"] == DONE else told_assigned(mandate, row)))
        ids = [row["_id"] for row in made.values()]
        store.mandates.add(rows)
        _bring_up(store, mandate, ids, now)
        _note(
            store, course_id, rule.get("cycle"), {one["user_id"]: one["_id"] for one in made.values()}, found
        )
    marks = {(one["mdo_id"], tuple(one["mdo_path"])) for one in people}
    store.tallies.mark([("mandate", mdo, path, mandate["_id"]) for mdo, path in marks], now)


def lift_strays(store: Store, mandate: Document, people: Sequence[Document], now: datetime) -> None:
    """Take duties back from people who moved away between the reading of the audience and the write."""
    for learner in store.mandates.present([one["_id"] for one in people]):
        if not belongs(learner, mandate["rule"]["audience"]):
            for row in store.mandates.of_person(learner["_id"], course_ids=mandate["rule"]["course_ids"]):
                if row["mandate_id"] == mandate["_id"] and row["status"] == OPEN:
                    lift(store, row, now)


def _standings(store: Store, course_id: str, cycle: str | None, users: list[str]) -> dict[str, Document]:
    wanted = {"user_id": 1, "status": 1, "cycle": 1, "completed_at": 1}
    where = {"course_id": course_id, "user_id": {"$in": users}}
    by_person: dict[str, list[Document]] = {}
    for one in store.enrolments.collection.find(where, wanted):
        by_person.setdefault(str(one["user_id"]), []).append(one)
    return {user: standing(found, cycle) for user, found in by_person.items()}


def _bring_up(store: Store, mandate: Document, ids: list[str], now: datetime) -> None:
    rule = mandate["rule"]
    if rule["n"] == 1:
        return
    at, _ = next_notice(rule["due"], now)
    values = {"rule": rule["n"], "due": rule["due"], "cycle": rule.get("cycle")}
    store.mandates.bring_up(ids, values | ({"remind_at": at} if at else {}))
    for row in store.mandates.assignments.find({"_id": {"$in": ids}, "status": LIFTED}):
        reopen(store, mandate, row, now)


def _note(
    store: Store, course_id: str, cycle: str | None, ids: dict[str, str], before: dict[str, Document]
) -> None:
    """What became of enrolments while the duties were written."""
    now_ = _standings(store, course_id, cycle, list(ids))
    for user, state in now_.items():
        if state != before.get(user):
            set_standing(store, [ids[user]], state)


def set_standing(store: Store, ids: Sequence[str], state: Document) -> None:
    """Write what enrolments say to open duties; a done one stays done."""
    store.mandates.set_states(ids, state)
    if state["status"] == DONE:
        done = {"_id": {"$in": list(ids)}, "status": DONE}
        store.mandates.assignments.collection.update_many(done, {"$unset": {"remind_at": ""}})


def refresh(store: Store, user_id: str, course_id: str, now: datetime) -> None:
    """Let the duties of a person in a course say what the enrolments say now."""
    rows = store.mandates.of_person(user_id, course_ids=[course_id])
    for row in rows:
        if row["status"] == OPEN:
            found = _standings(store, course_id, row.get("cycle"), [user_id]).get(user_id)
            set_standing(store, [row["_id"]], found or {"status": OPEN, "started": False})
    store.tallies.mark([("mandate", row["mdo_id"], row["mdo_path"], row["mandate_id"]) for row in rows], now)


def reopen(store: Store, mandate: Document, row: Document, now: datetime) -> None:
    """A lifted duty binds again."""
    at, _ = next_notice(mandate["rule"]["due"], now)
    setting = {"status": OPEN, "rule": mandate["rule"]["n"], "due": mandate["rule"]["due"]}
    setting |= {"assigned_at": now} | ({"remind_at": at} if at else {})
    told = told_assigned(mandate, {**row, **setting})
    store.mandates.assignments.change({"_id": row["_id"], "status": LIFTED}, {"$set": setting}, told)


def lift(store: Store, row: Document, now: datetime) -> None:
    """A duty that binds no more."""
    told = MandateLifted(
        user_id=row["user_id"],
        mandate_id=row["mandate_id"],
        mandate_version=row["rule"],
        course_id=row["course_id"],
    )
    update = {"$set": {"status": LIFTED, "lifted_at": now}, "$unset": {"remind_at": ""}}
    store.mandates.assignments.change({"_id": row["_id"], "status": OPEN}, update, told)
    store.tallies.mark([("mandate", row["mdo_id"], row["mdo_path"], row["mandate_id"])], now)


def adjust(store: Store, user_id: str, now: datetime) -> None:
    """Give a person whose unit, position or group changed the duties that are theirs now, and lift the others."""
    learner = store.learners.get(user_id)
    if learner is None or not learner.get("mdo_id"):
        return
    before = store.mandates.of_person(user_id)
    binding = [
        one for one in store.mandates.binding(keys_of(learner)) if belongs(learner, one["rule"]["audience"])
    ]
    wanted = {
        assignment_id(one["_id"], user_id, course): one
        for one in binding
        for course in one["rule"]["course_ids"]
    }
    store.mandates.move(user_id, learner["mdo_id"], learner["mdo_path"])
    held = {row["_id"]: row for row in before}
    for mandate in binding:
        if any(
            id_ not in held or held[id_]["status"] == LIFTED for id_, one in wanted.items() if one is mandate
        ):
            _give(store, mandate, learner, held, now)
    for row in before:
        if row["status"] == OPEN and row["_id"] not in wanted:
            lift(store, row, now)
    old_units = {(row["mdo_id"], tuple(row["mdo_path"]), row["mandate_id"]) for row in before}
    new_units = {(learner["mdo_id"], tuple(learner["mdo_path"]), row["mandate_id"]) for row in before}
    store.tallies.mark([("mandate", mdo, path, of) for mdo, path, of in old_units | new_units], now)


def _give(
    store: Store, mandate: Document, learner: Document, held: dict[str, Document], now: datetime
) -> None:
    assign(store, mandate, [learner], now)
    for course_id in mandate["rule"]["course_ids"]:
        row = held.get(assignment_id(mandate["_id"], learner["_id"], course_id))
        if row is not None and row["status"] == LIFTED:
            reopen(store, mandate, row, now)


def told_assigned(mandate: Document, row: Document) -> MandateAssigned:
    """The event of a duty."""
    return MandateAssigned(
        user_id=row["user_id"],
        mandate_id=mandate["_id"],
        mandate_version=mandate["rule"]["n"],
        course_id=row["course_id"],
        due=row["due"],
    )


def remind(store: Store, now: datetime, limit: int) -> int:
    """Tell duties whose reminder has come, each once; how many there were."""
    rows = store.mandates.due_notices(now, limit)
    for row in rows:
        days, (at, _) = notice_at(row["due"], now), next_notice(row["due"], now)
        update: Document = {"$set": {"remind_at": at}} if at else {"$unset": {"remind_at": ""}}
        told = MandateDue(
            user_id=row["user_id"],
            mandate_id=row["mandate_id"],
            course_id=row["course_id"],
            due=row["due"],
            days=days,
        )
        store.mandates.assignments.change(
            {"_id": row["_id"], "version": row["version"], "status": OPEN}, update, *([told] if days else [])
        )
    return len(rows)


def unit_marks(rows: Iterable[Document]) -> list[tuple[str, str | None, Iterable[str], str]]:
    """Which sums the enrolments in hand belong to."""
    return [("course", row["mdo_id"], row["mdo_path"], row["course_id"]) for row in rows]
