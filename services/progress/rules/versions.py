"""What a new version of a course changes in an enrolment, and how progress is carried over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.progress.rules.enrolments import ACTIVE, COMPLETED, pinned
from services.progress.rules.progress import finishing, is_complete, totals
from services.progress.rules.timeline import fact, noted
from shared.errors import Refused

Document = dict[str, Any]
RULE = {
    "en": "A part with the same id and kind keeps its progress; a new required part is still to do. An assessment"
    " with the same id keeps its best score and is passed if that reaches the new pass mark.",
    "hi": "समान पहचान और प्रकार वाला भाग अपनी प्रगति बनाए रखता है; नया अनिवार्य भाग अभी करना है। समान पहचान वाला"
    " मूल्यांकन अपना सर्वोत्तम अंक बनाए रखता है और नया उत्तीर्णांक पूरा होने पर उत्तीर्ण माना जाता है।",
}


def version_change(enrolment: Document, old: Document, new: Document | None) -> Document:
    """What moving to this version would change; without a newer one nothing does."""
    base = {"from": enrolment["course_version"], "rule": RULE, "percent_before": enrolment["percent"]}
    if new is None:
        nothing: Document = {name: [] for name in ("added", "removed", "kept", "lost", "assessments_open")}
        return base | nothing | {"to": None, "percent_after": enrolment["percent"], "completes": False}
    resources, assessments = _carried(enrolment, old, new)
    return base | {
        "to": new["version"],
        "added": [id_ for id_ in new["resources"] if id_ not in old["resources"]],
        "removed": [id_ for id_ in old["resources"] if id_ not in new["resources"]],
        "kept": _done(resources),
        "lost": [id_ for id_ in _done(enrolment["resources"]) if id_ not in resources],
        "assessments_open": [id_ for id_ in new["assessments"] if not assessments.get(id_, {}).get("passed")],
        "percent_after": totals(new, resources)["percent"],
        "completes": is_complete(new, resources, assessments),
    }


def upgraded(enrolment: Document, old: Document, new: Document, now: datetime) -> Document:
    """What moving to the new version sets; Refused when the enrolment is not active."""
    if enrolment["status"] != ACTIVE:
        raise Refused("not_active", "Only an enrolment in progress can move to a new version.")
    resources, assessments = _carried(enrolment, old, new)
    numbers = {"from": enrolment["course_version"], "to": new["version"], "kept": len(_done(resources))}
    setting: Document = {
        "resources": resources,
        "assessments": assessments,
        "last_at": now,
        "timeline": noted(enrolment["timeline"], fact(now, "upgraded", numbers=numbers)),
        **pinned(new, resources),
        **totals(new, resources),
    }
    if is_complete(new, resources, assessments):
        setting |= finishing(new, resources, assessments, setting["timeline"], now)
    return setting


def _done(resources: Document) -> list[str]:
    return [id_ for id_, one in resources.items() if one.get("status") == COMPLETED]


def _carried(enrolment: Document, old: Document, new: Document) -> tuple[Document, Document]:
    resources = {
        id_: one
        for id_, one in enrolment["resources"].items()
        if id_ in new["resources"] and new["resources"][id_] == old["resources"].get(id_)
    }
    assessments = {
        id_: {**one, "passed": one["best"] >= new["pass_marks"].get(id_, 0)}
        for id_, one in enrolment["assessments"].items()
        if id_ in new["assessments"]
    }
    return resources, assessments
