"""The fold: one enrolment and one update give the enrolment's next state, the receipt and what to tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.progress.rules import ProgressSettings
from services.progress.rules.enrolments import ACTIVE, COMPLETED, WITHDRAWN, percent
from services.progress.rules.evidence import IN_PROGRESS, RECORDINGS, Clock, NotCounted, Part, judge
from services.progress.rules.ranges import length
from services.progress.rules.timeline import fact, noted

Document = dict[str, Any]
RECENT_MOST, COUNTED_MOST = 32, 100
UNRECORDED = ("resource_unknown", "withdrawn", "wrong_kind")


@dataclass(frozen=True)
class Folded:
    """What an update does: `setting` is written (empty: nothing is), `completed` names a resource just done."""

    receipt: str
    reason: str | None = None
    numbers: Document = field(default_factory=dict)
    setting: Document = field(default_factory=dict)
    completed: str | None = None
    rule: str | None = None
    finished: bool = False


def fold(
    enrolment: Document, course: Document, update: Document, now: datetime, settings: ProgressSettings
) -> Folded:
    """Judge one update of one resource; the enrolment itself is left as it is."""
    if update["event_id"] in enrolment["recent"]:
        return Folded("duplicate")
    part = part_of(course, update["resource_id"])
    try:
        if part is None:
            raise NotCounted("resource_unknown")
        if enrolment["status"] == WITHDRAWN:
            raise NotCounted("withdrawn")
        clock = Clock.load(enrolment["clock"]).moved(now, settings)
        judged = judge(part, enrolment["resources"].get(part.id, {}), update, clock, now, settings)
    except NotCounted as no:
        return _refused(enrolment, part, update, no, now)
    setting: Document = {
        "resources": {**enrolment["resources"], part.id: judged.state},
        "clock": judged.clock.dump(),
        "recent": [*enrolment["recent"], update["event_id"]][-RECENT_MOST:],
        "last_at": max(now, enrolment["last_at"]),
        "last_resource_id": part.id,
    }
    if part.id not in enrolment["resources"]:
        setting["timeline"] = noted(enrolment["timeline"], fact(now, "begun", on=part.id))
    if judged.rule is None:
        return Folded(
            "accepted", setting=setting | totals(course, enrolment["resources"] | {part.id: judged.state})
        )
    return _with_completion(enrolment, course, part, judged.state, judged.rule, setting, now)


def _refused(
    enrolment: Document, part: Part | None, update: Document, no: NotCounted, now: datetime
) -> Folded:
    if no.reason in UNRECORDED:
        return Folded("refused", no.reason)
    told = fact(now, "refused", on=update["resource_id"], counted=False, rule=no.reason, numbers=no.numbers)
    setting: Document = {"timeline": noted(enrolment["timeline"], told)}
    if no.reason == "too_soon" and part and part.id not in enrolment["resources"]:
        # Who marks a reading first thing has opened it: from now on the minimum time runs.
        begun = {"status": IN_PROGRESS, "begun_at": now, "last_at": now}
        setting["resources"] = {**enrolment["resources"], part.id: begun}
    return Folded("refused", no.reason, no.numbers, setting)


def _with_completion(
    enrolment: Document,
    course: Document,
    part: Part,
    state: Document,
    rule: str,
    setting: Document,
    now: datetime,
) -> Folded:
    resources = {**enrolment["resources"], part.id: state}
    told = fact(now, "completed", on=part.id, rule=rule, numbers=numbers_of(part, state))
    setting["timeline"] = noted(setting.get("timeline") or enrolment["timeline"], told)
    setting |= totals(course, resources)
    finished = enrolment["status"] == ACTIVE and is_complete(course, resources, enrolment["assessments"])
    if finished:
        setting |= finishing(course, resources, enrolment["assessments"], setting["timeline"], now)
    return Folded("accepted", None, {}, setting, part.id, rule, finished)


def part_of(course: Document, resource_id: str) -> Part | None:
    """A resource of the course; None when it has none of this id."""
    kind = course["resources"].get(resource_id)
    if kind is None:
        return None
    return Part(
        resource_id, kind, course["seconds"].get(resource_id) or 0, course["pages"].get(resource_id) or 0
    )


def numbers_of(part: Part, state: Document) -> Document:
    """The figures of a resource's evidence."""
    if part.kind in RECORDINGS:
        return {"seen": length(state.get("covered", [])), "seconds": part.seconds}
    if part.pages:
        return {"seen": len(state.get("pages", ())), "pages": part.pages, "seconds": part.seconds}
    return {"seconds": part.seconds}


def seconds_of(part: Part, state: Document) -> int:
    """Learning time of a resource: what was seen of a recording, the stated time of what else was completed."""
    if part.kind in RECORDINGS and state.get("rule") != "dwell":
        return length(state.get("covered", []))
    return part.seconds if state.get("status") == COMPLETED else 0


def parts_with_state(course: Document, resources: Document) -> Iterable[tuple[Part, Document]]:
    """Each resource of the course with what is stored about it."""
    for id_ in course["resources"]:
        part = part_of(course, id_)
        if part is not None:
            yield part, resources.get(id_, {})


def totals(course: Document, resources: Document) -> Document:
    """The sums of an enrolment, computed from its resources."""
    done = sum(resources.get(id_, {}).get("status") == COMPLETED for id_ in course["required"])
    return {
        "required_done": done,
        "percent": percent(done, len(course["required"])),
        "seconds": sum(seconds_of(part, state) for part, state in parts_with_state(course, resources)),
    }


def is_complete(course: Document, resources: Document, assessments: Document) -> bool:
    """Whether all required resources are completed and all final assessments passed."""
    return all(resources.get(id_, {}).get("status") == COMPLETED for id_ in course["required"]) and all(
        assessments.get(id_, {}).get("passed") for id_ in finals(course)
    )


def finals(course: Document) -> list[str]:
    """The assessments that gate the completion."""
    return [id_ for id_, kind in course["assessments"].items() if kind == "final"]


def final_score(course: Document, assessments: Document) -> int | None:
    """The lowest best score of the final assessments; None without one."""
    scores = [assessments[id_]["best"] for id_ in finals(course) if id_ in assessments]
    return min(scores, default=None)


def finishing(
    course: Document, resources: Document, assessments: Document, timeline: list[Document], now: datetime
) -> Document:
    """What the completion of the course sets, with the evidence it rests on."""
    done = {id_: one for id_, one in resources.items() if one.get("status") == COMPLETED}
    evidence = {
        "resources": len(done),
        "seconds": totals(course, resources)["seconds"],
        "score": final_score(course, assessments),
        "rules": {id_: one.get("rule", "") for id_, one in done.items()},
    }
    return {
        "status": COMPLETED,
        "completed_at": now,
        "evidence": evidence,
        "timeline": noted(timeline, fact(now, "course_completed", numbers={"resources": len(done)})),
    }


def state_of(enrolment: Document, resource_id: str) -> Document:
    """What is shown of one resource."""
    found = enrolment["resources"].get(resource_id)
    if not found:
        return {"status": "not_started", "position": 0, "covered": 0, "completed_at": None}
    return {
        "status": found.get("status", IN_PROGRESS),
        "position": found.get("position", 0),
        "covered": length(found.get("covered", [])),
        "completed_at": found.get("completed_at"),
    }


def scored(
    enrolment: Document,
    course: Document,
    assessment_id: str,
    number: int,
    score: int,
    passed: bool,
    at: datetime,
) -> Document:
    """What a graded attempt sets in the enrolment; nothing when it was counted before."""
    key = f"{assessment_id}:{number}"
    kept = enrolment["assessments"].get(assessment_id, {})
    if number in kept.get("counted", ()):
        return {}
    passed = passed and score >= course["pass_marks"].get(assessment_id, 0)  # of the version pinned by now
    best = max(score, kept.get("best", 0))
    after = {
        "best": best,
        "passed": bool(kept.get("passed")) or passed,
        "attempts_used": max(number, kept.get("attempts_used", 0)),
        "passed_at": kept.get("passed_at") or (at if passed else None),
        "last_at": at,
        "counted": sorted([*kept.get("counted", ()), number])[-COUNTED_MOST:],
    }
    what = "passed" if passed else "failed"
    told = fact(
        at, what, on=assessment_id, counted=passed, key=key, numbers={"score": score, "attempt": number}
    )
    setting: Document = {
        "assessments": {**enrolment["assessments"], assessment_id: after},
        "timeline": noted(enrolment["timeline"], told),
        "last_at": max(at, enrolment["last_at"]),
    }
    assessments = {**enrolment["assessments"], assessment_id: after}
    if enrolment["status"] == ACTIVE and is_complete(course, enrolment["resources"], assessments):
        setting |= finishing(course, enrolment["resources"], assessments, setting["timeline"], at)
    return setting


def returned(enrolment: Document, course: Document, learner: Document, now: datetime) -> Document:
    """What coming back after a withdrawal sets: the progress as it was, the place of today."""
    setting: Document = {
        "status": ACTIVE,
        "mdo_id": learner["mdo_id"],
        "mdo_path": list(learner["mdo_path"]),
        "last_at": now,
        "clock": {"at": now, "from": now, "credit": 0.0},
        "timeline": noted(enrolment["timeline"], fact(now, "enrolled_again")),
    }
    if is_complete(course, enrolment["resources"], enrolment["assessments"]):
        setting |= finishing(
            course, enrolment["resources"], enrolment["assessments"], setting["timeline"], now
        )
    return setting
