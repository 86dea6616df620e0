"""How text becomes search terms: English and Hindi, own tokens, light stems."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from services.catalog.rules.stems import english, hindi

NUKTA, ZERO_WIDTH = "\u093c", "\u200c\u200d"
CHANDRABINDU, ANUSVARA = "\u0901", "\u0902"
TOKEN_MOST = 40
ENGLISH_STOPWORDS = (
    "a an and are as at be by for from how in into is it of on or that the this to what when where which "
    "with your"
)
HINDI_STOPWORDS = "का की के को में से पर और है हैं एक यह इस लिए ने या तथा एवं करें कैसे क्या"
STOPWORDS = frozenset(f"{ENGLISH_STOPWORDS} {HINDI_STOPWORDS}".split())


class Token(NamedTuple):
    """A word: where it stands in the original text, its plain form and its stem."""

    start: int
    end: int
    plain: str
    stem: str


def is_word(character: str) -> bool:
    """Whether a character belongs to a word: letters, marks (so that the virama joins) and digits."""
    return unicodedata.category(character)[0] in "LMN" or character in ZERO_WIDTH


def plain(word: str) -> str:
    """One form of a word whatever way it was typed: NFC, lower case, no nukta, one sign of nasality."""
    text = unicodedata.normalize("NFC", word).lower()
    for sign in (NUKTA, *ZERO_WIDTH):
        text = text.replace(sign, "")
    return text.replace(CHANDRABINDU, ANUSVARA)[:TOKEN_MOST]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of a plain word."""
    return hindi(word) if "\u0900" <= word[:1] <= "\u097f" else english(word)


def tokens(text: str) -> Iterator[Token]:
    """The words of a text in order."""
    start = -1
    for place, character in enumerate(text + " "):
        if is_word(character):
            start = place if start < 0 else start
        elif start >= 0:
            form = plain(text[start:place])
            if form:
                yield Token(start, place, form, stem(form))
            start = -1


def plains(text: str) -> list[str]:
    """The plain words of a text."""
    return [one.plain for one in tokens(text)]


def stems(text: str) -> list[str]:
    """The stems of a text."""
    return [one.stem for one in tokens(text)]


def content_words(text: str, most: int) -> list[Token]:
    """The first words of a text that say something; all of them when none does."""
    words = list(tokens(text))[:most]
    return [one for one in words if one.plain not in STOPWORDS] or words


def near(one: str, other: str, most: int) -> bool:
    """Whether at most so many letters are typed wrong, left out, added or swapped between two words."""
    if abs(len(one) - len(other)) > most:
        return False
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, twin in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != twin))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == twin:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return False
    return row[-1] <= most


def typos_allowed(word: str) -> int:
    """How many wrong letters a word of this length may hold."""
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2
