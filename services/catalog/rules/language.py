"""How text becomes search terms: English and Hindi, own tokens, light stems."""

from __future__ import annotations

import re
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


def _marks() -> str:
    """All marks (a virama is one, so it joins what a plain \\w would cut) as ranges of a character class."""
    places = [n for n in range(0x300, 0x20000) if unicodedata.category(chr(n)).startswith("M")]
    known = frozenset(places)
    starts = [n for n in places if n - 1 not in known]
    ends = [n for n in places if n + 1 not in known]
    return "".join(f"{chr(one)}-{chr(other)}" for one, other in zip(starts, ends, strict=True))


WORD = re.compile(rf"[\w{_marks()}{ZERO_WIDTH}]+")


@lru_cache(maxsize=50_000)
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
    """The words of a text in order: runs of letters, marks and digits."""
    for found in WORD.finditer(text.replace("_", " ")):
        form = plain(found[0])
        if form:
            yield Token(found.start(), found.end(), form, stem(form))


@lru_cache(maxsize=20_000)
def words_of(text: str) -> tuple[Token, ...]:
    """The words of a short text that is read again and again: a title, a keyword, a name."""
    return tuple(tokens(text))


def plains(text: str) -> list[str]:
    """The plain words of a text."""
    return [form for word in WORD.findall(text.replace("_", " ")) if (form := plain(word))]


def stems(text: str) -> list[str]:
    """The stems of a text."""
    return [stem(form) for form in plains(text)]


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
