"""The words of the catalogue, each once: what a mistyped word may have been."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import tantivy

HEAP = 15_000_000
MOST = 5_000


class Vocabulary:
    """Words in an index of their own; a word that no course holds any more stays and matches nothing."""

    def __init__(self) -> None:
        self._schema = (
            tantivy.SchemaBuilder().add_text_field("word", tokenizer_name="raw", stored=True).build()
        )
        self._index = tantivy.Index(self._schema)
        self._writer: Any = self._index.writer(HEAP, 1)
        self._known: set[str] = set()

    def add(self, words: Iterable[str]) -> None:
        """Take over the words that are new; they are found after `commit`."""
        for word in set(words) - self._known:
            self._writer.add_document(tantivy.Document(word=word))
            self._known.add(word)

    def commit(self) -> None:
        """Let the added words be found."""
        self._writer.commit()
        self._index.reload()

    def near(self, word: str, errors: int) -> list[str]:
        """The words that differ from this one by at most so many typing errors."""
        searcher = self._index.searcher()
        query = tantivy.Query.fuzzy_term_query(self._schema, "word", word, errors)
        hits = searcher.search(query, MOST, count=False).hits
        return [str(searcher.doc(address).get_first("word")) for _, address in hits]
