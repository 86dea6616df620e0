"""What a course's content shows to whom: the learner's views without answers, the bundle with them."""

from __future__ import annotations

from typing import Any

from services.catalog.rules.markup import clean
from services.catalog.store.shapes import minutes, resources

Document = dict[str, Any]
QUESTION_FIELDS = {
    "single": ("options", "correct"),
    "multiple": ("options", "correct"),
    "fill_in": ("accepted", "case_sensitive"),
    "match": ("left", "right", "pairs"),
}


def page_of(content: Document) -> Document:
    """What a course page shows beside the card; of questions their number only."""
    return {
        "description": content.get("description") or {},
        "objectives": content.get("objectives", []),
        "prerequisites": content.get("prerequisites", []),
        "authors": content.get("authors", []),
        "owner_mdo_id": content.get("owner_mdo_id"),
        "open": content.get("open", True),
        "modules": [_module_line(one) for one in content.get("modules", ())],
        "assessments": [assessment_line(one) for one in content.get("assessments", ())],
    }


def _module_line(module: Document) -> Document:
    return {
        "id": module["id"],
        "title": module["title"],
        "minutes": max(1, minutes(module["resources"])),
        "resources": [_resource_line(one) for one in module["resources"]],
    }


def _resource_line(one: Document) -> Document:
    seconds = one.get("seconds") or 0
    return {
        "id": one["id"],
        "kind": one["kind"],
        "title": one["title"],
        "seconds": seconds,
        "minutes": max(1, -(-seconds // 60)),
        "pages": one.get("pages"),
        "required": bool(one.get("required")),
        "optional_kind": one.get("purpose"),
    }


def assessment_line(one: Document) -> Document:
    """An assessment without its questions."""
    return {
        "id": one["id"],
        "kind": one["kind"],
        "module_id": one.get("module_id"),
        "title": one["title"],
        "questions": one.get("draw") or len(one.get("questions", ())),
        "pass_mark": one.get("pass_mark", 60),
        "attempts": one.get("attempts", 0),
        "limit_seconds": one.get("limit_seconds", 0),
    }


def module_of(content: Document, module_id: str) -> tuple[Document, str | None, str | None] | None:
    """A module with the ids of those before and after it; None when there is none."""
    modules = content.get("modules", [])
    for place, module in enumerate(modules):
        if module["id"] == module_id:
            before = modules[place - 1]["id"] if place else None
            after = modules[place + 1]["id"] if place + 1 < len(modules) else None
            return module, before, after
    return None


def resource_of(one: Document) -> Document:
    """A resource as its player needs it; HTML cleaned again; file ids are for the caller to sign."""
    session = one.get("session")
    return _resource_line(one) | {
        "html": {locale: clean(text) for locale, text in one["html"].items()} if one.get("html") else None,
        "transcript": _cleaned(one.get("transcript")),
        "link_url": one.get("link_url"),
        "task": one.get("task"),
        "session": dict(session) if session else None,
    }


def _cleaned(text: Document | None) -> Document | None:
    return {locale: clean(value) for locale, value in text.items()} if text else None


def file_ids(content: Document) -> set[str]:
    """The ids of all files that a course uses."""
    found = {content["poster"]} if content.get("poster") else set()
    for one in resources(content):
        found |= {one["file"]} if one.get("file") else set()
        found |= {id_ for id_ in (one.get("captions") or {}).values() if id_}
    return found


def bundle_of(course_id: str, number: int, content: Document) -> Document:
    """The assessments of a version with their answer keys, for grading."""
    return {
        "course_id": course_id,
        "version": number,
        "immutable": True,
        "assessments": [_bundled(one) for one in content.get("assessments", ())],
    }


def _bundled(one: Document) -> Document:
    return {
        "id": one["id"],
        "kind": one["kind"],
        "module_id": one.get("module_id"),
        "title": one["title"],
        "pass_mark": one.get("pass_mark", 60),
        "attempts": one.get("attempts", 0),
        "limit_seconds": one.get("limit_seconds", 0),
        "shuffle": one.get("shuffle", True),
        "draw": one.get("draw"),
        "questions": [_question(each) for each in one.get("questions", ())],
    }


def _question(one: Document) -> Document:
    made = {
        "id": one["id"],
        "kind": one["kind"],
        "text": one["text"],
        "explanation": one.get("explanation") or {},
        "competency_id": one.get("competency_id"),
        "level": one.get("level"),
        "points": one.get("points", 1),
    }
    for name in QUESTION_FIELDS[one["kind"]]:
        made[name] = bool(one.get(name)) if name == "case_sensitive" else one[name]
    return made
