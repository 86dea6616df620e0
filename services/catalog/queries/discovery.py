"""Search answers, suggestions and the ways to browse."""

from __future__ import annotations

import base64
import json
from typing import Any

from services.catalog.queries.cards import Cards
from services.catalog.rules.highlight import Marker, highlights
from services.catalog.rules.language import near, plains, typos_allowed
from services.catalog.search import DIMENSIONS, Asked, Found, Searching
from services.catalog.store.shapes import label
from shared.errors import Refused

Document = dict[str, Any]
NAMED = {"provider": "provider", "topic": "topic", "competency": "competency"}
DEEPEST = 10_000
LABELS: dict[str, dict[str, Document]] = {
    "content_type": {
        "course": {"en": "Course", "hi": "पाठ्यक्रम"}, "program": {"en": "Programme", "hi": "कार्यक्रम"},
        "assessment": {"en": "Assessment", "hi": "मूल्यांकन"}, "resource": {"en": "Resource", "hi": "संसाधन"},
    },
    "resource_type": {
        "video": {"en": "Video", "hi": "वीडियो"}, "audio": {"en": "Audio", "hi": "ऑडियो"},
        "pdf": {"en": "PDF", "hi": "पीडीएफ"},
        "html": {"en": "Reading", "hi": "पठन सामग्री"}, "link": {"en": "Link", "hi": "लिंक"},
        "exercise": {"en": "Exercise", "hi": "अभ्यास"}, "session": {"en": "Live session", "hi": "प्रत्यक्ष सत्र"},
    },
    "duration": {
        "short": {"en": "Under 30 minutes", "hi": "30 मिनट से कम"},
        "medium": {"en": "30 minutes to 2 hours", "hi": "30 मिनट से 2 घंटे"},
        "long": {"en": "Over 2 hours", "hi": "2 घंटे से अधिक"},
    },
    "locale": {"en": {"en": "English", "hi": "अंग्रेज़ी"}, "hi": {"en": "Hindi", "hi": "हिंदी"}},
    "mode": {
        "self_paced": {"en": "Self-paced", "hi": "स्व-गति"},
        "instructor_led": {"en": "Instructor-led", "hi": "प्रशिक्षक के साथ"},
    },
    "level": {str(n): {"en": f"Level {n}", "hi": f"स्तर {n}"} for n in range(1, 6)},
    "rating": {str(n): {"en": f"{n} stars and up", "hi": f"{n} सितारे और अधिक"} for n in range(1, 6)},
}  # fmt: skip


def asked_of(query: Document) -> Asked:
    """A search from its loaded query string."""
    filters = {name: tuple(query[name]) for name in DIMENSIONS if query.get(name)}
    return Asked(query["q"], filters, query["sort"], _offset(query["cursor"]), query["limit"])


def _offset(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        place = None
    if type(place) is not int or not 0 < place <= DEEPEST:
        raise Refused("cursor_not_valid", "Start again from the first page.", field="cursor")
    return place


def _cursor(place: int) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def results(searching: Searching, cards: Cards, asked: Asked) -> Document:
    """What a search answers but for its id."""
    found = searching.search(asked)
    marker = Marker(found.matched)
    items = []
    for card in found.cards:
        shown = cards.shown(card)
        marks = highlights(marker, _texts(shown, card)) if asked.text else []
        items.append(shown | {"highlights": marks, "why": [one["field"] for one in marks]})
    upto = asked.offset + len(items)
    return {
        "total": found.total,
        "items": items,
        "facets": _facets(found, asked, cards),
        "next_cursor": _cursor(upto) if items and upto < min(found.total, DEEPEST) else None,
        "did_you_mean": _meant(found, asked.text),
    }


def _texts(shown: Document, card: Document) -> dict[str, list[str]]:
    return {
        "title": list(shown["title"].values()),
        "summary": list((shown["summary"] or {}).values()),
        "keywords": shown["keywords"],
        "topics": [text for one in shown["topics"] for text in one["name"].values()],
        "competencies": [text for one in shown["competencies"] for text in one["name"].values()],
        "provider": list(shown["provider"]["name"].values()),
        "description": list((card.get("about") or {}).values()),
    }


def _facets(found: Found, asked: Asked, cards: Cards) -> dict[str, list[Document]]:
    made = {}
    for dimension in DIMENSIONS:
        chosen = asked.filters.get(dimension, ())
        counts = {**dict.fromkeys(chosen, 0), **found.counts.get(dimension, {})}
        values: list[Document] = [
            {
                "value": value,
                "name": _name(dimension, value, cards),
                "count": count,
                "selected": value in chosen,
            }
            for value, count in counts.items()
        ]
        fixed = list(LABELS.get(dimension, ()))
        values.sort(
            key=lambda one: (
                fixed.index(one["value"]) if one["value"] in fixed else len(fixed),
                -one["count"],
                one["value"],
            )
        )
        made[dimension] = values
    return made


def _name(dimension: str, value: str, cards: Cards) -> Document:
    if dimension in NAMED:
        return cards.names.name(NAMED[dimension], value)
    return LABELS.get(dimension, {}).get(value, {"en": value, "hi": value})


def _meant(found: Found, text: str) -> str | None:
    """The text with its mistyped words as the best hits write them; None when nothing was mistyped."""
    better = {}
    for wrong in found.matched.typos:
        seen = [
            word
            for card in found.cards[:5]
            for part in (
                *card["title"].values(),
                *[w for words in (card["keywords"] or {}).values() for w in words],
            )
            for word in plains(part)
        ]
        close = [word for word in dict.fromkeys(seen) if near(word, wrong, typos_allowed(wrong))]
        if close:
            better[wrong] = min(close, key=lambda word: (not near(word, wrong, 1), seen.index(word)))
    if not better:
        return None
    return " ".join(better.get(word, word) for word in plains(text))


def suggestions(searching: Searching, cards: Cards, text: str, limit: int = 10) -> list[Document]:
    """What may be meant: names that hold a word beginning like the last one typed, then titles of courses."""
    typed = plains(text)
    if not typed:
        return []
    found = []
    for kind, counts in searching.counts().items():
        if kind in NAMED:
            named = [(id_, cards.names.name(kind, id_)) for id_ in counts]
            fits = [(id_, name) for id_, name in named if _begins(name, typed)]
            fits.sort(key=lambda pair: -counts[pair[0]])
            found += [
                {"text": _matching(name, typed), "kind": kind, "id": id_, "name": name}
                for id_, name in fits[:4]
            ]
    for card in searching.suggestions(text, limit):
        found.append(
            {
                "text": _matching(card["title"], typed),
                "kind": "course",
                "id": card["id"],
                "name": card["title"],
            }
        )
    return found[:limit]


def _begins(name: Document, typed: list[str]) -> bool:
    words = [word for text in name.values() for word in plains(text)]
    return all(any(word.startswith(part) for word in words) for part in typed)


def _matching(name: Document, typed: list[str]) -> str:
    fits = [text for text in name.values() if _begins({"": text}, typed)]
    return fits[0] if fits else label(name)


def browse(searching: Searching, cards: Cards, kind: str) -> list[Document]:
    """Topics, competencies or providers that have courses, with how many; most first."""
    rows = cards.names.rows(kind)
    found: list[Document] = [
        cards.named(kind, id_)
        | {"count": count}
        | {name: rows[id_][name] for name in ("group", "kind", "description") if name in rows.get(id_, {})}
        for id_, count in searching.counts()[kind].items()
    ]
    return sorted(found, key=lambda one: (-one["count"], label(one["name"])))
