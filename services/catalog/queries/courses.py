"""A course page, a module with its signed files, and the bundle for grading."""

from __future__ import annotations

import re
from typing import Any

from services.catalog.queries.cards import Cards
from services.catalog.rules.content import bundle_of, file_ids, module_of, page_of, resource_of
from services.catalog.search import Searching
from services.catalog.store import Store
from services.catalog.store.shapes import card_of
from shared.errors import NotFound

Document = dict[str, Any]
UNKNOWN = ("course_unknown", "There is no such course.")


def snapshot(store: Store, course_id: str, number: int | None) -> tuple[Document, Document]:
    """A course with one of its published versions (the live one by default); NotFound without one."""
    course = store.courses.get(course_id)
    wanted = number or (course or {}).get("live")
    made = next((one for one in (course or {}).get("versions", ()) if one["number"] == wanted), None)
    found = store.version(made["key"]) if made else None
    if course is None or found is None:
        raise NotFound(*UNKNOWN)
    return course, found


def course_page(
    store: Store, cards: Cards, searching: Searching, course_id: str, number: int | None
) -> Document:
    """What a course page shows."""
    course, found = snapshot(store, course_id, number)
    score = store.scores.find_one({"_id": course_id}) or {}
    retired = course.get("retired_at") is not None
    card = card_of(course_id, found["number"], found["content"], found["at"])
    card["published_at"] = found["at"].isoformat()
    card["rating"] = {"average": score.get("average", 0.0), "count": score.get("count", 0)}
    return (
        cards.shown(card, status="retired" if retired else "published")
        | page_of(found["content"])
        | {
            "similar": [cards.shown(one) for one in similar(searching, card, score, 6)],
            "versions": [one["number"] for one in course["versions"]],
            "retired": retired,
            "assessments_count": card["assessments"],
            "enrolled": score.get("enrolled", 0),
        }
    )


def similar(searching: Searching, card: Document, score: Document, limit: int) -> list[Document]:
    """Courses taken by the same people, then those of the same competencies and topics."""
    together = searching.by_ids(list(score.get("similar", {}))[:limit])
    order = sorted(together.values(), key=lambda one: -score["similar"][one["id"]])
    wanted = {one["competency_id"]: 2.0 for one in card.get("competencies") or ()}
    topics = dict.fromkeys(card.get("topics") or (), 1.0)
    found = [
        one
        for query in (
            [searching.any_of(wanted, "competency")] if wanted else []
        ) + ([searching.any_of(topics, "topic")] if topics else [])
        for one in searching.cards(query, limit + 1)
    ]  # fmt: skip
    kept: dict[str, Document] = {one["id"]: one for one in [*order, *found] if one["id"] != card["id"]}
    return list(kept.values())[:limit]


def module_page(store: Store, cards: Cards, course_id: str, module_id: str, number: int | None) -> Document:
    """A module as its player needs it, files signed for a while."""
    _, found = snapshot(store, course_id, number)
    placed = module_of(found["content"], module_id)
    if placed is None:
        raise NotFound("module_unknown", "There is no such module.")
    module, before, after = placed
    files = store.by_ids(store.files, file_ids({"modules": [module]}))
    return {
        "id": module["id"],
        "title": module["title"],
        "course_id": course_id,
        "version": found["number"],
        "resources": [playable(one, files, cards) for one in module["resources"]],
        "previous": before,
        "next": after,
    }


def playable(one: Document, files: dict[str, Document], cards: Cards) -> Document:
    file = files.get(one.get("file") or "")
    captions = one.get("captions") or {}
    shown = resource_of(one)
    transcript = shown.pop("transcript")
    return shown | {
        "url": cards.links.url(file["_id"]) if file else None,
        "mime": file["mime"] if file else None,
        "size": file["size"] if file else None,
        "captions": [
            {"locale": locale, "url": cards.links.url(id_)}
            for locale, id_ in captions.items()
            if id_ in files
        ],
        "transcript": {"html": transcript} if transcript else None,
    }


def assessment_bundle(store: Store, course_id: str, version: str) -> Document:
    """The assessments of a published version with their keys; retired courses keep theirs."""
    if not re.fullmatch(r"[1-9]\d{0,5}", version, re.A):
        raise NotFound(*UNKNOWN)
    _, found = snapshot(store, course_id, int(version))
    return bundle_of(course_id, found["number"], found["content"])
