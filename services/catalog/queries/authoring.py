"""What authors see of their courses."""

from __future__ import annotations

from typing import Any

from services.catalog.queries.cards import Cards
from services.catalog.queries.courses import playable
from services.catalog.rules.authority import Actor
from services.catalog.rules.content import file_ids, page_of
from services.catalog.store import Store
from services.catalog.store.shapes import card_of
from shared.mongo import utcnow
from shared.paging import page

Document = dict[str, Any]
BY_ID = [("_id", -1)]
MISSES_MOST = 200


def authoring_list(store: Store, actor: Actor, asked: Document) -> Document:
    """The courses that this person may work on, newest first."""
    wanted: Document = {}
    if asked["mine"]:
        wanted["created_by"] = actor.user_id
    if asked["status"]:
        wanted["status"] = asked["status"]
    reached = [row["_id"] for row in store.providers.find({}) if actor.reaches(row)]
    wanted["provider_id"] = {"$in": reached}
    found = page(store.courses.find, wanted, BY_ID, (str,), asked)
    return {"items": [line_of(one) for one in found["items"]], "next_cursor": found["next_cursor"]}


def line_of(course: Document) -> Document:
    """A course in a list."""
    kept = (
        "version",
        "status",
        "live",
        "title",
        "provider_id",
        "created_by",
        "updated_at",
        "review",
        "retired_at",
    )
    return {"id": course["_id"]} | {name: course.get(name) for name in kept}


def content_of(store: Store, course: Document) -> Document:
    """The draft of a course, or its newest version when it has none."""
    if course.get("draft"):
        return dict(course["draft"])
    found = store.version(course["versions"][-1]["key"]) if course.get("versions") else None
    return dict(found["content"]) if found else {}


def authored_view(store: Store, course: Document) -> Document:
    """A course with all its content and the files uploaded for it."""
    files = store.files.find({"course_id": course["_id"]})
    kept = ("name", "mime", "size", "sha256", "state", "kind")
    return (
        content_of(store, course)
        | line_of(course)
        | {
            "versions": [one["number"] for one in course.get("versions", ())],
            "files": [{"id": one["_id"]} | {name: one.get(name) for name in kept} for one in files],
        }
    )


def preview(store: Store, cards: Cards, course: Document) -> Document:
    """The learner's view of a draft: the page, and each module as the player gets it."""
    content = content_of(store, course)
    number = (course.get("live") or 0) + (1 if course.get("draft") else 0)
    card = card_of(course["_id"], number, content, utcnow())
    card["published_at"] = card["published_at"].isoformat()
    files = store.by_ids(store.files, file_ids(content))
    shown = cards.shown(card, status=course["status"]) | page_of(content)
    shown["assessments_count"] = card["assessments"]
    modules = [
        {
            "id": module["id"],
            "title": module["title"],
            "resources": [playable(one, files, cards) for one in module["resources"]],
        }
        for module in content["modules"]
    ]
    return shown | {"module_pages": modules, "similar": [], "versions": [], "retired": False}


def missed_searches(store: Store, limit: int) -> list[Document]:
    """Searches that found nothing, latest first."""
    return store.misses.find({}, sort=[("last_at", -1)], limit=min(limit, MISSES_MOST))


def missed_rows(store: Store) -> list[list[str]]:
    """The latest searches that found nothing, as rows of a table."""
    return [
        [row["text"], row["locale"], str(row["count"]), row["last_at"].isoformat()]
        for row in missed_searches(store, MISSES_MOST)
    ]
