"""The schema of the index and how a course becomes a document of it."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from typing import Any

import tantivy

from services.catalog.rules.language import plains, stems
from services.catalog.search.names import Names

Document = dict[str, Any]
TEXTS = ("title", "keywords", "names", "summary", "body")
FACETS = (
    "content_type", "resource_type", "provider", "topic", "competency", "competency_level", "level", "duration",
    "locale", "mode", "rating",
)  # fmt: skip
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
USUAL_RATING, USUAL_VOTES = 3.5, 5


def schema() -> tantivy.Schema:
    """Stemmed texts, plain words for prefixes and typos, facets, sort values as columns, the card as bytes."""
    made = tantivy.SchemaBuilder()
    made.add_text_field("id", tokenizer_name="raw", stored=True)
    for name in TEXTS:
        made.add_text_field(name, tokenizer_name="whitespace")
    made.add_text_field("plain", tokenizer_name="whitespace", index_option="freq")
    for name in FACETS:
        made.add_text_field(name, tokenizer_name="raw", index_option="basic")
    made.add_float_field("quality", fast=True)
    made.add_float_field("stars", fast=True)
    made.add_float_field("trend", fast=True)
    made.add_unsigned_field("published", fast=True)
    made.add_unsigned_field("popularity", fast=True)
    made.add_bytes_field("card", stored=True, indexed=False)
    return made.build()


def band(minutes: int) -> str:
    """The duration band of so many minutes."""
    return "short" if minutes < 30 else "medium" if minutes <= 120 else "long"


def _flat(text: Document | None) -> str:
    return " ".join(value for value in (text or {}).values() if value)


def _keywords(card: Document) -> str:
    return " ".join(word for words in (card.get("keywords") or {}).values() for word in words)


def _facets(card: Document, score: Document) -> Document:
    levels = [(one["competency_id"], str(one["level"])) for one in card["competencies"] or ()]
    kind = "assessment" if card["assessments"] and not card["resource_types"] else card["content_type"]
    return {
        "content_type": [kind],
        "resource_type": sorted(card["resource_types"]),
        "provider": [card["provider_id"]],
        "topic": list(card["topics"] or ()),
        "competency": [id_ for id_, _ in levels],
        "competency_level": [f"{id_}:{level}" for id_, level in levels],
        "level": sorted({level for _, level in levels}),
        "duration": [band(card["minutes"])],
        "locale": list(card["locales"] or ()),
        "mode": [card["mode"]],
        "rating": [str(star) for star in range(1, 6) if score.get("count") and score["average"] >= star],
    }


def _sorts(card: Document, score: Document) -> Document:
    count, average = score.get("count", 0), score.get("average", 0.0)
    steady = (USUAL_RATING * USUAL_VOTES + average * count) / (USUAL_VOTES + count)
    age = (card["published_at"] - EPOCH).total_seconds() / (10 * 365 * 86400)
    popularity = score.get("enrolled", 0)
    return {
        "quality": 0.4 * steady / 5 + 0.3 * min(1.0, math.log10(1 + popularity) / 5) + 0.3 * max(0.0, age),
        "stars": steady if count else 0.0,
        "trend": float(score.get("trend", 0.0)),
        "published": int(card["published_at"].timestamp()),
        "popularity": popularity,
    }


def document_of(
    course: Document, score: Document, names: Names
) -> tuple[tantivy.Document, dict[str, set[str]]]:
    """The document of a live course, and the words and facet values it is counted by."""
    card, words = course["card"], course.get("words") or {}
    called = [names.name("topic", id_) for id_ in card["topics"] or ()]
    called += [names.name("competency", one["competency_id"]) for one in card["competencies"] or ()]
    called.append(names.name("provider", card["provider_id"]))
    texts = {
        "title": _flat(card["title"]),
        "keywords": _keywords(card),
        "names": " ".join(_flat(one) for one in called),
        "summary": _flat(card["summary"]),
        "body": _flat(words),
    }
    shown = {**card, "published_at": card["published_at"].isoformat(), "about": words}
    shown["rating"] = {"average": score.get("average", 0.0), "count": score.get("count", 0)}
    stemmed = {name: stems(text) for name, text in texts.items()}
    plain = plains(" ".join(texts[name] for name in ("title", "keywords", "names")))
    made = tantivy.Document(id=card["id"], **{name: " ".join(words) for name, words in stemmed.items()})
    made.add_text("plain", " ".join(plain))
    facets = _facets(card, score)
    for name, values in facets.items():
        for value in values:
            made.add_text(name, value)
    for name, number in _sorts(card, score).items():
        if isinstance(number, float):
            made.add_float(name, number)
        else:
            made.add_unsigned(name, number)
    made.add_bytes("card", json.dumps(shown, ensure_ascii=False).encode())
    held = {name: set(values) for name, values in facets.items()}
    return made, held | {"word": {word for words in stemmed.values() for word in words}, "plain": set(plain)}
