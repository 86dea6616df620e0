"""What is derived from a course's content: its card, its searchable words, what progress is told."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from shared.events.catalog import CoursePublished

Document = dict[str, Any]
LOCALES = ("en", "hi")


def label(text: Mapping[str, str] | None, locale: str = "en") -> str:
    """A text in this language, or in the other one."""
    text = text or {}
    return text.get(locale) or next((value for value in text.values() if value), "")


def resources(content: Document) -> Iterator[Document]:
    """All resources, in the order of the course."""
    for module in content.get("modules", ()):
        yield from module["resources"]


def minutes(parts: Iterator[Document] | list[Document]) -> int:
    """How long these resources take, rounded up."""
    return math.ceil(sum(one.get("seconds") or 0 for one in parts) / 60)


def card_of(course_id: str, number: int, content: Document, published_at: datetime) -> Document:
    """What lists show of a published version; names of topics and the like are added when it is read."""
    kept = (
        "title", "summary", "provider_id", "owner_mdo_id", "locales", "mode", "difficulty", "content_type",
        "topics", "competencies", "keywords", "certificate",
    )  # fmt: skip
    return {name: content.get(name) for name in kept} | {
        "id": course_id,
        "version": number,
        "open": content.get("open", True),
        "poster": content.get("poster"),
        "minutes": max(1, minutes(resources(content))),
        "resource_types": dict(Counter(one["kind"] for one in resources(content))),
        "assessments": len(content.get("assessments", ())),
        "published_at": published_at,
    }


def words_of(content: Document) -> dict[str, str]:
    """The text of a course beyond its card that a search reads, by language; never questions or answers."""
    found: dict[str, list[str]] = {locale: [] for locale in LOCALES}
    places = [content.get("description"), *content.get("objectives", ())]
    places += [module.get("title") for module in content.get("modules", ())]
    places += [one.get("title") for one in resources(content)]
    for place in places:
        for locale in LOCALES:
            if place and place.get(locale):
                found[locale].append(place[locale])
    return {locale: "\n".join(parts)[:20_000] for locale, parts in found.items() if parts}


def version_key(course_id: str, number: int, aggregate: int) -> str:
    """The id of the snapshot that publishing from this state of the course makes."""
    return f"{course_id}:{number}:{aggregate}"


def course_published(course_id: str, number: int, content: Document) -> CoursePublished:
    """The event of a published version."""
    parts = list(resources(content))
    tests = content.get("assessments", ())
    return CoursePublished(
        course_id=course_id,
        version=number,
        title={locale: text for locale, text in content["title"].items() if text},
        provider_id=content["provider_id"],
        mdo_id=None if content.get("open", True) else content.get("owner_mdo_id"),
        mode=content["mode"],
        minutes=max(1, minutes(parts)),
        certificate=bool(content.get("certificate")),
        topics=tuple(content.get("topics", ())),
        competencies={one["competency_id"]: one["level"] for one in content.get("competencies", ())},
        resources={one["id"]: one["kind"] for one in parts},
        resource_titles={one["id"]: label(one["title"]) for one in parts},
        required=tuple(one["id"] for one in parts if one.get("required")),
        seconds={one["id"]: int(one.get("seconds") or 0) for one in parts},
        pages={one["id"]: one["pages"] for one in parts if one.get("pages")},
        assessments={one["id"]: one["kind"] for one in tests},
        pass_marks={one["id"]: one.get("pass_mark", 60) for one in tests},
        attempts={one["id"]: one.get("attempts", 0) for one in tests},
        limits={one["id"]: one.get("limit_seconds", 0) for one in tests},
    )


def published_state(
    course_id: str, number: int, key: str, content: Document, by: str, now: datetime
) -> Document:
    """The fields of a course that publishing sets."""
    return {
        "status": "published",
        "draft": None,
        "live": number,
        "title": content["title"],
        "provider_id": content["provider_id"],
        "card": card_of(course_id, number, content, now),
        "words": words_of(content),
        "retired_at": None,
        "updated_at": now,
        "changed_at": now,
        "published_by": by,
        "last_key": key,
    }
