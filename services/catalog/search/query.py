"""Searching: from what a person typed to hits and facet counts; user text never meets a query parser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_
from typing import Any

import tantivy
from tantivy import Occur, Order, Query

from services.catalog.rules.language import Token, content_words, typos_allowed
from services.catalog.rules.synonyms import Phrase, segments
from services.catalog.search.index import SearchIndex

Document = dict[str, Any]
BOOSTS = {"title": 6.0, "keywords": 4.0, "names": 3.0, "summary": 2.0, "body": 1.0}
DIMENSIONS = (
    "content_type", "resource_type", "provider", "topic", "competency", "level", "duration", "locale", "mode",
    "rating",
)  # fmt: skip
SORTS = {"newest": "published", "rating": "stars", "popularity": "popularity", "trend": "trend"}
WORDS_MOST, PREFIXES = 16, 12
SYNONYM_WORTH, PREFIX_WORTH, TYPO_WORTH = 0.7, 2.0, 1.0


@dataclass(frozen=True)
class Asked:
    """A search: free text, values by dimension (any of them), the order and the place in it."""

    text: str = ""
    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "relevance"
    offset: int = 0
    limit: int = 20
    facets: bool = True


@dataclass(frozen=True)
class Matched:
    """Which words count as hits: stems, beginnings of words and, within some typing errors, whole words."""

    stems: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()
    typos: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """Cards in order, how many there are in all, counts by dimension and value, and what matched."""

    total: int
    cards: list[Document]
    counts: dict[str, dict[str, int]]
    matched: Matched


class Searching:
    """Searches over the index of this process."""

    def __init__(self, index: SearchIndex) -> None:
        self._index = index
        self._everything: tuple[int, dict[str, dict[str, int]]] = (0, {})

    def search(self, asked: Asked) -> Found:
        """The page that was asked for; when all words together match nothing, any of them may."""
        searcher = self._index.searcher()
        plan = self._plan(searcher, asked.text)
        occur = Occur.Must
        found = self._hits(searcher, self._with_filters(plan.query(occur), asked.filters), asked)
        if not found.count and asked.text:
            occur = Occur.Should
            found = self._hits(searcher, self._with_filters(plan.query(occur), asked.filters), asked)
        cards = [_card(searcher, address) for _, address in found.hits]
        counts = self._counts(plan, occur, asked) if asked.facets else {}
        return Found(found.count, cards, counts, plan.matched())

    def cards(self, query: Query, limit: int, order: str = "") -> list[Document]:
        """Cards of the courses that match a ready query, best first or by a sort column."""
        searcher = self._index.searcher()
        more = {"order_by_field": order, "order": Order.Desc} if order else {"weight_by_field": "quality"}
        found = searcher.search(query, limit, count=False, **more)
        return [_card(searcher, address) for _, address in found.hits]

    def by_ids(self, ids: list[str]) -> dict[str, Document]:
        """Cards of live courses by id."""
        if not ids:
            return {}
        query = Query.term_set_query(self._index.schema, "id", ids)
        return {card["id"]: card for card in self.cards(query, len(ids), "published")}

    def any_of(self, wanted: dict[str, float], dimension: str) -> Query:
        """A query for courses with any of these values of a dimension, each with its weight."""
        schema = self._index.schema
        return Query.boolean_query(
            [
                (Occur.Should, Query.const_score_query(Query.term_query(schema, dimension, value), weight))
                for value, weight in wanted.items()
            ]
        )

    def counts(self) -> dict[str, dict[str, int]]:
        """How many live courses there are by dimension and value; counted once for each state of the index."""
        self._index.searcher()
        generation, postings = self._index.generation, self._index.postings
        if self._everything[0] != generation:
            every = postings.everything()
            self._everything = (generation, {name: postings.counts(name, every) for name in DIMENSIONS})
        return self._everything[1]

    def suggestions(self, text: str, limit: int) -> list[Document]:
        """Cards of courses whose title, keywords or names begin like what was typed."""
        searcher = self._index.searcher()
        query = self._plan(searcher, text).query(Occur.Must)
        found = searcher.search(query, limit, count=False, weight_by_field="quality")
        return [_card(searcher, address) for _, address in found.hits]

    def _hits(self, searcher: tantivy.Searcher, query: Query, asked: Asked) -> Any:
        more: Document = {"weight_by_field": "quality"}
        if asked.sort in SORTS:
            more = {"order_by_field": SORTS[asked.sort], "order": Order.Desc}
        elif not asked.text:
            more = {"order_by_field": "quality", "order": Order.Desc}
        return searcher.search(query, asked.limit, offset=asked.offset, **more)

    def _with_filters(self, text: Query, filters: dict[str, tuple[str, ...]]) -> Query:
        parts = [(Occur.Must, text)]
        for name, values in self._narrowing(filters):
            within = Query.term_set_query(self._index.schema, name, list(values))
            parts.append((Occur.Must, Query.const_score_query(within, 0.0)))
        return Query.boolean_query(parts) if len(parts) > 1 else text

    def _narrowing(
        self, filters: dict[str, tuple[str, ...]], leave: str = ""
    ) -> Iterator[tuple[str, tuple[str, ...]]]:
        for name, values in self._terms(filters).items():
            if values and name != leave and not (leave == "competency" and name == "competency_level"):
                yield name, values

    @staticmethod
    def _terms(filters: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        """A level asked for together with a competency means the level of that competency."""
        competencies, levels = filters.get("competency", ()), filters.get("level", ())
        if not (competencies and levels):
            return filters
        pairs = tuple(f"{id_}:{level}" for id_ in competencies for level in levels)
        rest = {name: values for name, values in filters.items() if name not in ("competency", "level")}
        return rest | {"competency_level": pairs}

    def _counts(self, plan: _Plan, occur: Occur, asked: Asked) -> dict[str, dict[str, int]]:
        """Counts after filtering; a dimension that is filtered itself counts as if it were not."""
        chosen = {name for name, values in asked.filters.items() if values}
        if not chosen and not asked.text:
            return self.counts()
        postings, text = self._index.postings, plan.bits(occur)
        within = self._within(text, asked.filters)
        return {
            name: postings.counts(name, self._within(text, asked.filters, name) if name in chosen else within)
            for name in DIMENSIONS
        }

    def _within(self, text: int, filters: dict[str, tuple[str, ...]], leave: str = "") -> int:
        """The courses of `text` that pass the filters, but for the filter of the dimension to leave out."""
        for name, values in self._narrowing(filters, leave):
            text &= reduce(or_, (self._index.postings.bits(name, value) for value in values))
        return text

    def _plan(self, searcher: tantivy.Searcher, text: str) -> _Plan:
        words = {one.stem: one for one in content_words(text, WORDS_MOST)}
        return _Plan(searcher, self._index, list(words.values()), empty=bool(text.strip()))


def _card(searcher: tantivy.Searcher, address: Any) -> Document:
    made: Document = json.loads(searcher.doc(address).get_first("card"))  # type: ignore[arg-type]  # bytes, always there
    return made


class _Plan:
    """What one text means: each phrase in its own words, its synonyms, beginnings, typing errors.

    It is made once, then said twice: as a query, which ranks, and as bits, which count.
    """

    def __init__(
        self, searcher: tantivy.Searcher, index: SearchIndex, words: list[Token], *, empty: bool
    ) -> None:
        self._searcher, self._index, self._schema = searcher, index, index.schema
        self._words, self._empty = words, empty
        self._segments = []
        at = 0
        for phrase, synonyms in segments([one.stem for one in words]) if words else ():
            at += len(phrase)
            only = words[at - 1] if len(phrase) == 1 else None
            loose = self._loosely(only, at == len(words)) if only else _Loose()
            self._segments.append(_Segment(phrase, synonyms, loose))

    def query(self, occur: Occur) -> Query:
        """All segments of the text, each of which must (or should) match."""
        if not self._words:
            return Query.empty_query() if self._empty else Query.all_query()
        parts = [(occur, self._segment(one)) for one in self._segments]
        if len(self._words) > 1:
            stems: list[str | tuple[int, str]] = [one.stem for one in self._words]
            whole = Query.phrase_query(self._schema, "title", stems, 1)
            parts.append((Occur.Should, Query.boost_query(whole, BOOSTS["title"])))
        return Query.boolean_query(parts)

    def bits(self, occur: Occur) -> int:
        """The courses that `query` matches."""
        if not self._words:
            return 0 if self._empty else self._index.postings.everything()
        each = [self._segment_bits(one) for one in self._segments]
        return reduce(and_ if occur == Occur.Must else or_, each)

    def matched(self) -> Matched:
        """What counts as a hit in the shown text."""
        phrases = [phrase for one in self._segments for phrase in (one.phrase, *one.synonyms)]
        return Matched(
            frozenset(stem for phrase in phrases for stem in phrase),
            tuple(one.loose.prefix for one in self._segments if one.loose.prefix),
            tuple(one.loose.typo for one in self._segments if one.loose.typo),
        )

    def _segment(self, one: _Segment) -> Query:
        ways = [(Occur.Should, self._phrase(one.phrase))]
        ways += [
            (Occur.Should, Query.boost_query(self._phrase(other), SYNONYM_WORTH)) for other in one.synonyms
        ]
        for term, worth in one.loose.terms.items():
            begun = Query.term_query(self._schema, "plain", term)
            ways.append((Occur.Should, Query.boost_query(begun, worth)))
        if one.loose.typo:
            fuzzy = Query.fuzzy_term_query(self._schema, "plain", one.loose.typo, one.loose.errors)
            ways.append((Occur.Should, Query.boost_query(fuzzy, TYPO_WORTH)))
        return Query.boolean_query(ways)

    def _segment_bits(self, one: _Segment) -> int:
        postings, words = self._index.postings, list(one.loose.terms)
        if one.loose.typo:
            words += self._index.vocabulary.near(one.loose.typo, one.loose.errors)
        phrases = [
            reduce(and_, (postings.bits("word", stem) for stem in phrase))
            for phrase in (one.phrase, *one.synonyms)
        ]
        return reduce(or_, (*phrases, *(postings.bits("plain", word) for word in words)))

    def _phrase(self, phrase: Phrase) -> Query:
        each = [(Occur.Must, self._anywhere(stem)) for stem in phrase]
        return each[0][1] if len(each) == 1 else Query.boolean_query(each)

    def _anywhere(self, stem: str) -> Query:
        return Query.boolean_query(
            [
                (Occur.Should, Query.boost_query(Query.term_query(self._schema, name, stem), boost))
                for name, boost in BOOSTS.items()
            ]
        )

    def _loosely(self, word: Token, last: bool) -> _Loose:
        """Words that begin like this one (the last word may be half typed); typing errors when nothing else fits."""
        known = any(self._searcher.doc_freq(name, word.stem) for name in BOOSTS)
        terms = {}
        if len(word.plain) >= 2 and (last or not known):
            for term, _ in self._searcher.terms_with_prefix("plain", word.plain, limit=PREFIXES):
                if term != word.plain:
                    terms[term] = PREFIX_WORTH * len(word.plain) / len(term)
        errors = typos_allowed(word.plain)
        if terms:
            return _Loose(terms, prefix=word.plain)
        return _Loose(typo=word.plain, errors=errors) if errors and not known else _Loose()


@dataclass(frozen=True)
class _Loose:
    """How else a word may match: words that begin like it with their worth, or typing errors in it."""

    terms: dict[str, float] = field(default_factory=dict)
    prefix: str = ""
    typo: str = ""
    errors: int = 0


@dataclass(frozen=True)
class _Segment:
    """A phrase of the text, what means the same, and how else it may match."""

    phrase: Phrase
    synonyms: tuple[Phrase, ...]
    loose: _Loose
