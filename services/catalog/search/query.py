"""Searching: from what a person typed to hits and facet counts; user text never meets a query parser."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
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
WORDS_MOST, PREFIXES, VALUES_MOST = 16, 12, 1000
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
        text, matched = self._text(searcher, asked.text, Occur.Must)
        query = self._with_filters(text, asked.filters)
        found = self._hits(searcher, query, asked)
        if not found.count and asked.text:
            text, matched = self._text(searcher, asked.text, Occur.Should)
            query = self._with_filters(text, asked.filters)
            found = self._hits(searcher, query, asked)
        cards = [_card(searcher, address) for _, address in found.hits]
        counts = self._counts(searcher, text, asked) if asked.facets else {}
        return Found(found.count, cards, counts, matched)

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
        searcher, generation = self._index.searcher(), self._index.generation
        if self._everything[0] != generation:
            self._everything = (generation, self._aggregate(searcher, Query.all_query(), DIMENSIONS))
        return self._everything[1]

    def suggestions(self, text: str, limit: int) -> list[Document]:
        """Cards of courses whose title, keywords or names begin like what was typed."""
        searcher = self._index.searcher()
        query, _ = self._text(searcher, text, Occur.Must)
        found = searcher.search(query, limit, count=False, weight_by_field="quality")
        return [_card(searcher, address) for _, address in found.hits]

    def _hits(self, searcher: tantivy.Searcher, query: Query, asked: Asked) -> Any:
        more: Document = {"weight_by_field": "quality"}
        if asked.sort in SORTS:
            more = {"order_by_field": SORTS[asked.sort], "order": Order.Desc}
        elif not asked.text:
            more = {"order_by_field": "quality", "order": Order.Desc}
        return searcher.search(query, asked.limit, offset=asked.offset, **more)

    def _with_filters(self, text: Query, filters: dict[str, tuple[str, ...]], leave: str = "") -> Query:
        parts = [(Occur.Must, text)]
        for name, values in self._terms(filters).items():
            if values and name != leave and not (leave == "competency" and name == "competency_level"):
                within = Query.term_set_query(self._index.schema, name, list(values))
                parts.append((Occur.Must, Query.const_score_query(within, 0.0)))
        return Query.boolean_query(parts) if len(parts) > 1 else text

    @staticmethod
    def _terms(filters: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        """A level asked for together with a competency means the level of that competency."""
        competencies, levels = filters.get("competency", ()), filters.get("level", ())
        if not (competencies and levels):
            return filters
        pairs = tuple(f"{id_}:{level}" for id_ in competencies for level in levels)
        rest = {name: values for name, values in filters.items() if name not in ("competency", "level")}
        return rest | {"competency_level": pairs}

    def _counts(self, searcher: tantivy.Searcher, text: Query, asked: Asked) -> dict[str, dict[str, int]]:
        """Counts after filtering; a dimension that is filtered itself counts as if it were not."""
        chosen = {name for name, values in asked.filters.items() if values}
        if not chosen and not asked.text:
            return self.counts()
        others = tuple(name for name in DIMENSIONS if name not in chosen)
        counts = self._aggregate(searcher, self._with_filters(text, asked.filters), others)
        for name in chosen:
            query = self._with_filters(text, asked.filters, leave=name)
            counts |= self._aggregate(searcher, query, (name,))
        return counts

    @staticmethod
    def _aggregate(
        searcher: tantivy.Searcher, query: Query, dimensions: tuple[str, ...]
    ) -> dict[str, dict[str, int]]:
        if not dimensions:
            return {}
        wanted = {name: {"terms": {"field": name, "size": VALUES_MOST}} for name in dimensions}
        answer = searcher.aggregate(query, wanted)
        return {
            name: {one["key"]: one["doc_count"] for one in answer[name]["buckets"]} for name in dimensions
        }

    def _text(self, searcher: tantivy.Searcher, text: str, occur: Occur) -> tuple[Query, Matched]:
        wanted = content_words(text, WORDS_MOST)
        if not wanted:
            return (Query.empty_query() if text.strip() else Query.all_query()), Matched()
        plan = _Plan(searcher, self._index.schema, wanted)
        return plan.query(occur), plan.matched()


def _card(searcher: tantivy.Searcher, address: Any) -> Document:
    made: Document = json.loads(searcher.doc(address).get_first("card"))  # type: ignore[arg-type]  # bytes, always there
    return made


class _Plan:
    """The query of one text: each phrase in its own words, its synonyms, beginnings, typing errors."""

    def __init__(self, searcher: tantivy.Searcher, schema: tantivy.Schema, words: list[Token]) -> None:
        self._searcher, self._schema, self._words = searcher, schema, words
        self._stems: set[str] = set()
        self._prefixes: list[str] = []
        self._typos: list[str] = []

    def query(self, occur: Occur) -> Query:
        """All segments of the text, each of which must (or should) match."""
        parts, at = [], 0
        cut = segments([one.stem for one in self._words])
        for phrase, synonyms in cut:
            words = self._words[at : at + len(phrase)]
            at += len(phrase)
            parts.append((occur, self._segment(words, phrase, synonyms, at == len(self._words))))
        if len(self._words) > 1:
            stems: list[str | tuple[int, str]] = [one.stem for one in self._words]
            whole = Query.phrase_query(self._schema, "title", stems, 1)
            parts.append((Occur.Should, Query.boost_query(whole, BOOSTS["title"])))
        return Query.boolean_query(parts)

    def matched(self) -> Matched:
        """What counts as a hit in the shown text."""
        return Matched(frozenset(self._stems), tuple(self._prefixes), tuple(self._typos))

    def _segment(self, words: list[Token], phrase: Phrase, synonyms: tuple[Phrase, ...], last: bool) -> Query:
        ways = [(Occur.Should, self._phrase(phrase))]
        ways += [(Occur.Should, Query.boost_query(self._phrase(other), SYNONYM_WORTH)) for other in synonyms]
        if len(words) == 1:
            ways += [(Occur.Should, query) for query in self._loosely(words[0], last)]
        return Query.boolean_query(ways)

    def _phrase(self, phrase: Phrase) -> Query:
        each = [(Occur.Must, self._anywhere(stem)) for stem in phrase]
        return each[0][1] if len(each) == 1 else Query.boolean_query(each)

    def _anywhere(self, stem: str) -> Query:
        self._stems.add(stem)
        return Query.boolean_query(
            [
                (Occur.Should, Query.boost_query(Query.term_query(self._schema, name, stem), boost))
                for name, boost in BOOSTS.items()
            ]
        )

    def _loosely(self, word: Token, last: bool) -> list[Query]:
        """Words that begin like this one (the last word may be half typed); typing errors when nothing else fits."""
        known = any(self._searcher.doc_freq(name, word.stem) for name in BOOSTS)
        made = []
        if len(word.plain) >= 2 and (last or not known):
            for term, _ in self._searcher.terms_with_prefix("plain", word.plain, limit=PREFIXES):
                if term != word.plain:
                    worth = PREFIX_WORTH * len(word.plain) / len(term)
                    made.append(Query.boost_query(Query.term_query(self._schema, "plain", term), worth))
            if made:
                self._prefixes.append(word.plain)
        errors = typos_allowed(word.plain)
        if not made and not known and errors:
            self._typos.append(word.plain)
            fuzzy = Query.fuzzy_term_query(self._schema, "plain", word.plain, errors)
            made.append(Query.boost_query(fuzzy, TYPO_WORTH))
        return made
