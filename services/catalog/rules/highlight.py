"""Why a hit matched: the words found, marked in the original text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from services.catalog.rules.language import Token, near, tokens, typos_allowed, words_of
from services.catalog.rules.markup import marked

Document = dict[str, Any]
AROUND, LONGEST = 90, 220
SHORT, MOST_READ = 200, 3000
FIELDS = ("title", "summary", "keywords", "topics", "competencies", "provider", "description")


class Terms(Protocol):
    """Which words count as hits."""

    @property
    def stems(self) -> frozenset[str]: ...
    @property
    def prefixes(self) -> tuple[str, ...]: ...
    @property
    def typos(self) -> tuple[str, ...]: ...


class Marker:
    """Marks the words of one search; what it found out about a word it keeps."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._kept: dict[str, bool] = {}
        self._any = bool(terms.stems or terms.prefixes or terms.typos)

    def hit(self, plain: str, stem: str) -> bool:
        """Whether this word is one of those searched for."""
        if stem in self._terms.stems:
            return True
        found = self._kept.get(plain)
        if found is None:
            found = plain.startswith(self._terms.prefixes) or any(
                near(plain, one, typos_allowed(one)) for one in self._terms.typos
            )
            self._kept[plain] = found
        return found

    def mark(self, text: str) -> str | None:
        """A passage of the text with its hits in <mark>, the rest escaped; None without a hit."""
        if not self._any:
            return None
        spans = [(one.start, one.end) for one in _words(text) if self.hit(one.plain, one.stem)]
        if not spans:
            return None
        start, end = _passage(text, spans[0][0])
        inside = [(a - start, b - start) for a, b in spans if a >= start and b <= end]
        passage = marked(text[start:end], inside)
        return ("… " if start else "") + passage + (" …" if end < len(text) else "")


def _words(text: str) -> Iterable[Token]:
    return words_of(text) if len(text) <= SHORT else tokens(text[:MOST_READ])


def _passage(text: str, first: int) -> tuple[int, int]:
    if len(text) <= LONGEST:
        return 0, len(text)
    start = max(0, first - AROUND)
    start = text.find(" ", start, first) + 1 or start if start else 0
    end = min(len(text), start + LONGEST)
    cut = text.rfind(" ", first + 1, end) if end < len(text) else end
    return start, cut if cut > first + 40 else end


def highlights(marker: Marker, texts: dict[str, list[str]]) -> list[Document]:
    """The first passage with a hit of each field, in the order of their weight.

    The description, by far the longest, is looked at when the others say little.
    """
    found: list[Document] = []
    for name in FIELDS:
        if name == "description" and len(found) > 1:
            break
        passage = next((made for text in texts.get(name, ()) if (made := marker.mark(text))), None)
        if passage:
            found.append({"field": name, "text": passage})
    return found
