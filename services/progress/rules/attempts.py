"""Attempts at an assessment: how many, which questions in which order, until when."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from services.progress.rules import ProgressSettings
from services.progress.rules.enrolments import WITHDRAWN
from services.progress.rules.evidence import COMPLETED
from services.progress.rules.ids import attempt_id
from shared.errors import NotFound, Refused

Document = dict[str, Any]
RUNNING, SUBMITTED, EXPIRED = "running", "submitted", "expired"


def assessment_of(bundle: Document, assessment_id: str) -> Document:
    """One assessment with its keys; NotFound."""
    for one in bundle["assessments"]:
        if one["id"] == assessment_id:
            return dict(one)
    raise NotFound("assessment_unknown", "The course has no such assessment.")


def check_start(
    enrolment: Document, course: Document, assessment: Document, earlier: Sequence[Document]
) -> None:
    """Refused with the reason why no attempt may begin now."""
    if enrolment["status"] == WITHDRAWN:
        raise Refused("withdrawn", "You left this course. Enrol again to go on.")
    open_parts = [
        id_ for id_ in course["required"] if enrolment["resources"].get(id_, {}).get("status") != COMPLETED
    ]
    if assessment["kind"] == "final" and open_parts:
        raise Refused("resources_first", "Complete the required parts of the course before the final test.")
    if assessment["attempts"] and len(earlier) >= assessment["attempts"]:
        raise Refused("no_attempts_left", "All attempts at this assessment are used.")


def new_attempt(
    enrolment: Document,
    assessment: Document,
    number: int,
    extra: bool,
    now: datetime,
    settings: ProgressSettings,
) -> Document:
    """An attempt with its questions drawn and shuffled once, by its own id."""
    id_ = attempt_id(enrolment["_id"], assessment["id"], number)
    limit = assessment["limit_seconds"] * (1 + settings.extra_time_share * extra)
    ends = now + timedelta(seconds=limit) if limit else None
    made: Document = {
        "_id": id_,
        "enrolment_id": enrolment["_id"],
        "user_id": enrolment["user_id"],
        "course_id": enrolment["course_id"],
        "course_version": enrolment["course_version"],
        "assessment_id": assessment["id"],
        "kind": assessment["kind"],
        "number": number,
        "state": RUNNING,
        "started_at": now,
        "ends_at": ends,
        "extra_time": extra,
        "submitted_at": None,
        "questions": drawn(assessment, id_),
        "answers": {},
        "result": None,
    }
    # Without a time limit there is nothing to close; the sparse index holds only what may come due.
    return made | ({"closes_at": ends + timedelta(seconds=settings.submit_grace)} if ends else {})


def drawn(assessment: Document, seed: str) -> list[Document]:
    """Which questions in which order, with their choices shuffled; the same for the same seed."""
    chance = random.Random(seed)
    questions = list(assessment["questions"])
    if assessment["shuffle"]:
        chance.shuffle(questions)
    if assessment.get("draw"):
        questions = questions[: assessment["draw"]]
    return [_order(one, chance if assessment["shuffle"] else None) for one in questions]


def _order(question: Document, chance: random.Random | None) -> Document:
    made: Document = {"id": question["id"]}
    for side in ("options", "left", "right"):
        if question.get(side):
            ids = [one["id"] for one in question[side]]
            if chance is not None and side != "left":
                chance.shuffle(ids)
            made[side] = ids
    return made


def questions_of(attempt: Document, assessment: Document) -> list[Document]:
    """The questions of an attempt with their keys, in its order."""
    by_id = {one["id"]: one for one in assessment["questions"]}
    return [by_id[one["id"]] for one in attempt["questions"]]


def is_over(attempt: Document, now: datetime) -> bool:
    """Whether the time of a running attempt is over, with the grace for a late submission."""
    return bool(attempt.get("closes_at") and now > attempt["closes_at"])


def asked(attempt: Document, assessment: Document) -> list[Document]:
    """The questions as the learner sees them: texts and choices in this attempt's order, and their answers."""
    by_id = {one["id"]: one for one in assessment["questions"]}
    return [_asked(by_id[one["id"]], one, attempt["answers"]) for one in attempt["questions"]]


def _asked(question: Document, order: Document, answers: Mapping[str, Any]) -> Document:
    made = {
        "id": question["id"],
        "kind": question["kind"],
        "text": question["text"],
        "points": question.get("points", 1),
        "answer": answers.get(question["id"]),
    }
    for side in ("options", "left", "right"):
        if side in order:
            texts = {one["id"]: one["text"] for one in question[side]}
            made[side] = [{"id": id_, "text": texts[id_]} for id_ in order[side]]
    return made
