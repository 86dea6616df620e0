"""The life of a course in authoring: draft, in review, approved, published, retired."""

from __future__ import annotations

from typing import Any

from services.catalog.rules.markup import clean
from shared.errors import Conflict, Forbidden, Refused

Document = dict[str, Any]
EMPTY: Document = {
    "summary": {}, "description": {}, "owner_mdo_id": None, "open": True, "poster": None,
    "keywords": {"en": [], "hi": []}, "topics": [], "competencies": [], "locales": ["en"], "mode": "self_paced",
    "difficulty": "basic", "content_type": "course", "objectives": [], "prerequisites": [], "authors": [],
    "certificate": True, "modules": [], "assessments": [],
}  # fmt: skip
STATES = ("draft", "in_review", "approved", "published", "retired")


def cleaned(changes: Document) -> Document:
    """The changed fields with the HTML of resources cleaned."""
    made = dict(changes)
    if "modules" in made:
        made["modules"] = [
            {**module, "resources": [_cleaned(one) for one in module["resources"]]}
            for module in made["modules"]
        ]
    return made


def _cleaned(one: Document) -> Document:
    return one | {
        name: {locale: clean(text) for locale, text in one[name].items()}
        for name in ("html", "transcript")
        if one.get(name)
    }


def check_state(course: Document, *states: str) -> None:
    """Conflict when the course is in another state than those."""
    if course["status"] not in states:
        sentence = f"This course is {course['status'].replace('_', ' ')}; this is not possible now."
        raise Conflict("wrong_state", sentence)


def check_reviewer(course: Document, user_id: str) -> None:
    """Forbidden for everybody who wrote the course."""
    if user_id in {course["created_by"], course.get("submitted_by"), *course.get("edited_by", ())}:
        raise Forbidden("own_course", "Somebody who did not write this course reviews it.")


def check_complete(found: list[dict[str, str]]) -> None:
    """Refused, naming every field, when a course is not complete."""
    if found:
        refused = Refused("course_not_complete", found[0]["sentence"])
        for one in found:
            refused.fields.setdefault(one["field"], []).append(one["sentence"])
        raise refused
