"""Words of a text as they are searched: any script, in NFC, without case."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

WORD_MOST, WORDS_MOST, EXCERPT = 40, 400, 200
_JOINERS = str.maketrans("", "", "\u200c\u200d")  # Indic scripts are typed with and without them.
_BREAK = re.compile(r"[\s\x00-/:-@\[-`{-\xbf\u0964\u0965\u2000-\u206f\u3000-\u303f]+")


def words_of(*texts: str) -> list[str]:
    """The distinct words of these texts, at most 400, in their order."""
    found: dict[str, None] = {}
    for text in texts:
        plain = unicodedata.normalize("NFC", text).casefold().translate(_JOINERS)
        found |= dict.fromkeys(word[:WORD_MOST] for word in _BREAK.split(plain) if word)
    return list(found)[:WORDS_MOST]


def words_filter(query: str) -> dict[str, object]:
    """A filter for rows whose `words` hold all words of the query, the last one as the beginning of a word."""
    asked = words_of(query)
    if not asked:
        return {}
    *whole, last = asked
    begins: dict[str, object] = {"words": {"$elemMatch": {"$gte": last, "$lt": last + "\U0010ffff"}}}
    return {"$and": [*({"words": word} for word in whole), begins]} if whole else begins


def label_words(*labels: Mapping[str, str]) -> list[str]:
    """The words of names in all their languages."""
    return words_of(*(text for label in labels for text in label.values()))


def excerpt(text: str, most: int = EXCERPT) -> str:
    """The beginning of a text on one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
