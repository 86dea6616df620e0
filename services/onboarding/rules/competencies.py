"""What a person can do and wants to: held levels, targets, and the gap between them with its reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shared.errors import Refused

Document = dict[str, Any]
Levels = dict[str, int]
LEVELS = (1, 2, 3, 4, 5)
ITEMS_MOST = 60
POSITION, DESIRED = 2, 1  # Weights: what the position asks for goes before what is only wished.


def held_of(profile: Document) -> Levels:
    """The level held in each competency: the higher of declared and acquired."""
    return highest(profile["current"], profile["acquired"])


def highest(*parts: Mapping[str, int]) -> Levels:
    """Each competency at its highest level."""
    made: Levels = {}
    for part in parts:
        for id_, level in part.items():
            made[id_] = max(level, made.get(id_, 0))
    return made


def gap_of(required: Mapping[str, int], desired: Mapping[str, int], held: Mapping[str, int]) -> Levels:
    """How many levels are missing to what is required or desired, where any is."""
    target = highest(required, desired)
    return {id_: level - held.get(id_, 0) for id_, level in target.items() if level > held.get(id_, 0)}


def ranked_gap(
    required: Mapping[str, int], desired: Mapping[str, int], held: Mapping[str, int]
) -> list[Document]:
    """The gap by weight, each with its reasons: first what the position asks for, then the widest."""
    rows: list[Document] = []
    for id_, missing in gap_of(required, desired, held).items():
        own = held.get(id_, 0)
        wanted = [
            (slug, level, weight)
            for slug, level, weight in (
                ("position", required.get(id_, 0), POSITION),
                ("desired", desired.get(id_, 0), DESIRED),
            )
            if level > own
        ]
        rows.append(
            {
                "competency_id": id_,
                "held": own,
                "target": own + missing,
                "gap": missing,
                "weight": sum((level - own) * weight for _, level, weight in wanted),
                "reasons": [reason(slug, level, own) for slug, level, _ in wanted],
            }
        )
    rows.sort(key=lambda row: (-row["weight"], -row["gap"], row["competency_id"]))
    return [row | {"rank": place} for place, row in enumerate(rows, 1)]


def reason(slug: str, level: int, held: int) -> Document:
    """Why a competency is in the gap, in English and Hindi."""
    english, hindi = {
        "position": (
            f"Your position asks for level {level}; you hold {held or 'none yet'}.",
            f"आपके पद के लिए स्तर {level} चाहिए; "
            + (f"आपका स्तर {held} है।" if held else "अभी आपका कोई स्तर दर्ज नहीं है।"),
        ),
        "desired": (
            f"You want to reach level {level}; you hold {held or 'none yet'}.",
            f"आप स्तर {level} तक पहुँचना चाहते हैं; "
            + (f"आपका स्तर {held} है।" if held else "अभी आपका कोई स्तर दर्ज नहीं है।"),
        ),
    }[slug]
    return {"slug": slug, "level": level, "sentence": english, "text": {"en": english, "hi": hindi}}


def declared(items: Sequence[Document], known: Mapping[str, Document], before: Mapping[str, int]) -> Levels:
    """The levels a person states, in their order; unknown, retired (unless kept) and repeated ones are Refused."""
    if len(items) > ITEMS_MOST:
        raise Refused("too_many", f"Choose at most {ITEMS_MOST} competencies.", field="items")
    made: Levels = {}
    for place, item in enumerate(items):
        id_, field = item["competency_id"], f"items.{place}.competency_id"
        if id_ in made:
            raise Refused("duplicate", "This competency is chosen already.", field=field)
        if known.get(id_, {}).get("status") != "verified" and id_ not in before:
            raise Refused("competency_unknown", "There is no such competency.", field=field)
        made[id_] = item["level"]
    return made


def below_current(desired: Mapping[str, int], held: Mapping[str, int]) -> list[Document]:
    """A warning for each desired level that is not above the level held."""
    english = "You already hold level {held}; the level you want is not higher."
    hindi = "आपका स्तर पहले से {held} है; चुना गया स्तर उससे ऊपर नहीं है।"
    return [
        {
            "competency_id": id_,
            "slug": "below_current",
            "sentence": english.format(held=held[id_]),
            "text": {"en": english.format(held=held[id_]), "hi": hindi.format(held=held[id_])},
        }
        for id_, level in desired.items()
        if level < held.get(id_, 0)
    ]
