"""Why a course fits a person: terms with weights and sentences, and the score they add up to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

Document = dict[str, Any]
WEIGHTS = {
    "gap": 4.0,
    "position": 3.0,
    "topic": 1.5,
    "similar": 1.5,
    "browsing": 0.8,
    "new": 0.5,
    "popular": 0.3,
}
STEEP = 0.7  # Two levels at once are a step, more are a wall.
SAME_AGAIN = 0.85
OVERSHOOT = 0.4  # A course above the level aimed at helps less than one that leads to it.
NEW_FOR = timedelta(days=45)
Name = Callable[[str, str], Document]


@dataclass(frozen=True)
class Taste:
    """What is known of a person."""

    held: Mapping[str, int] = field(default_factory=dict)
    desired: Mapping[str, int] = field(default_factory=dict)
    required: Mapping[str, int] = field(default_factory=dict)
    topics: frozenset[str] = frozenset()
    similar: Mapping[str, tuple[float, str]] = field(default_factory=dict)  # course: weight, because of
    browsed: frozenset[str] = frozenset()  # topics of courses looked at
    away: frozenset[str] = frozenset()  # courses taken, completed or not wanted
    mdo_path: tuple[str, ...] = ()


def terms(card: Document, taste: Taste, name: Name, now: datetime) -> list[Document]:
    """The reasons for one course, the weightiest first; none when nothing speaks for it."""
    found = [*_levels(card, taste, name), *_topics(card, taste, name)]
    if card["id"] in taste.similar:
        weight, because = taste.similar[card["id"]]
        course = name("course", because)
        found.append(
            _term(
                "similar",
                weight,
                f"Often taken with “{course['en']}”",
                f"अक्सर “{course['hi']}” के साथ लिया जाता है",
            )
        )
    if now - datetime.fromisoformat(card["published_at"]) < NEW_FOR:
        found.append(_term("new", 1.0, "New in the catalogue", "सूची में नया"))
    return _fading(sorted(found, key=lambda one: -one["weight"]))


def _fading(found: list[Document]) -> list[Document]:
    """The second reason of a kind counts half, the third a quarter: one clear reason beats many thin ones."""
    seen: Counter[str] = Counter()
    for one in found:
        one["weight"] = round(one["weight"] * 0.5 ** seen[one["slug"]], 3)
        seen[one["slug"]] += 1
    return sorted(found, key=lambda one: -one["weight"])


def _term(slug: str, share: float, english: str, hindi: str, **more: object) -> Document:
    return {
        "slug": slug,
        "weight": round(WEIGHTS[slug] * share, 3),
        "sentence": {"en": english, "hi": hindi},
        **more,
    }


def _levels(card: Document, taste: Taste, name: Name) -> list[Document]:
    found = []
    for one in card.get("competencies") or ():
        id_, level = one["competency_id"], one["level"]
        held = taste.held.get(id_, 0)
        called = name("competency", id_)
        for slug, aims in (("gap", taste.desired), ("position", taste.required)):
            aim = aims.get(id_, 0)
            if held < min(level, aim):
                reached = min(level, aim)
                share = fit(held, level, aim) * (0.5 + 0.5 * aim / max(aims.values()))
                english = f"Closes {called['en']} {held}→{reached}; {card['minutes']} min"
                hindi = f"{called['hi']} {held}→{reached} तक ले जाता है; {card['minutes']} मिनट"
                if slug == "position":
                    english = f"Your position needs {called['en']} at level {aim}; {card['minutes']} min"
                    hindi = f"आपके पद को {called['hi']} स्तर {aim} चाहिए; {card['minutes']} मिनट"
                levels = {"competency_id": id_, "from": held, "to": reached}
                found.append(_term(slug, share, english, hindi, **levels))
    return found


def fit(held: int, level: int, aim: int) -> float:
    """How well a course of this level leads from the level held to the one aimed at, up to 1.

    Two levels gained count full and one three quarters; less when it starts more than two levels above what
    is held, and less when it lies beyond the aim.
    """
    way = 0.5 + 0.25 * min(2, min(level, aim) - held)
    return way * (OVERSHOOT if level > aim else 1.0) * (STEEP if level - held > 2 else 1.0)


def _topics(card: Document, taste: Taste, name: Name) -> list[Document]:
    topics = card.get("topics") or ()
    chosen = [id_ for id_ in topics if id_ in taste.topics]
    seen = [id_ for id_ in topics if id_ in taste.browsed and id_ not in chosen]
    found = []
    if chosen:
        called = name("topic", chosen[0])
        share = min(1.0, 0.8 + 0.2 * (len(chosen) - 1))
        found.append(
            _term(
                "topic", share, f"You follow {called['en']}", f"आपकी रुचि: {called['hi']}", topic_id=chosen[0]
            )
        )
    if seen:
        called = name("topic", seen[0])
        found.append(
            _term(
                "browsing",
                1.0,
                f"You looked at courses on {called['en']}",
                f"आपने {called['hi']} के पाठ्यक्रम देखे",
            )
        )
    return found


def popular() -> Document:
    """The reason for a course shown when nothing else is known."""
    return _term("popular", 1.0, "Much taken and well rated", "बहुत लिया गया और सराहा गया")


def ranked(
    cards: list[Document], taste: Taste, name: Name, now: datetime, limit: int
) -> list[tuple[Document, list[Document], float]]:
    """The courses with something to be said for them, best first, with their terms and score."""
    found = []
    for card in cards:
        foreign = not card.get("open", True) and card.get("owner_mdo_id") not in taste.mdo_path
        if card["id"] in taste.away or foreign:
            continue
        reasons = terms(card, taste, name, now)
        if reasons:
            found.append((card, reasons, round(sum(one["weight"] for one in reasons), 3)))
    found.sort(key=lambda one: (-one[2], -one[0]["rating"]["average"], one[0]["id"]))
    return _varied(found, limit)


def _varied(
    found: list[tuple[Document, list[Document], float]], limit: int
) -> list[tuple[Document, list[Document], float]]:
    """The best courses, where one more of the same main reason must be clearly better than one of another."""
    chosen: list[tuple[Document, list[Document], float]] = []
    told: Counter[object] = Counter()
    waiting = found[: 4 * limit]
    while waiting and len(chosen) < limit:
        best = max(waiting, key=lambda one: one[2] * SAME_AGAIN ** told[_main(one)])
        waiting.remove(best)
        chosen.append(best)
        told[_main(best)] += 1
    return chosen


def _main(one: tuple[Document, list[Document], float]) -> object:
    first = one[1][0]
    return first.get("competency_id") or first.get("topic_id") or one[0]["id"]
