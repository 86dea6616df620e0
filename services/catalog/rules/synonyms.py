"""Words that mean the same in a search: a small reviewed table (seed/synonyms.json)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from services.catalog.rules.language import content_words

TABLE = Path(__file__).parents[1] / "seed" / "synonyms.json"
LONGEST = 5
Phrase = tuple[str, ...]


@cache
def table() -> dict[Phrase, tuple[Phrase, ...]]:
    """The other phrases of a group, by stems of each of its phrases."""
    made: dict[Phrase, tuple[Phrase, ...]] = {}
    for group in json.loads(TABLE.read_text(encoding="utf-8")):
        phrases = list(dict.fromkeys(_phrase(text) for text in group))
        for phrase in phrases:
            made[phrase] = tuple(other for other in phrases if other != phrase)
    return made


def _phrase(text: str) -> Phrase:
    return tuple(one.stem for one in content_words(text, 2 * LONGEST))


def segments(words: list[str]) -> list[tuple[Phrase, tuple[Phrase, ...]]]:
    """The query cut into phrases, the longest known first, each with its synonyms."""
    known, found, at = table(), [], 0
    while at < len(words):
        length = next((n for n in range(LONGEST, 1, -1) if tuple(words[at : at + n]) in known), 1)
        phrase = tuple(words[at : at + length])
        found.append((phrase, known.get(phrase, ())))
        at += len(phrase)
    return found
