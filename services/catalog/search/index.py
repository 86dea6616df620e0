"""The index of this process: built before readiness, then kept current by following the database."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import tantivy
from prometheus_client import Gauge
from pymongo.errors import PyMongoError

from services.catalog.rules import CatalogSettings
from services.catalog.search.documents import document_of, schema
from services.catalog.search.names import Names
from services.catalog.search.postings import Postings
from services.catalog.search.vocabulary import Vocabulary
from services.catalog.store import Store
from shared import log
from shared.errors import Unavailable

Document = dict[str, Any]
SHOWN = {"card": 1, "words": 1, "live": 1, "retired_at": 1, "changed_at": 1}
BATCH = 500
COURSES = Gauge("catalog_index_courses", "Courses in the search index of this process.")
BEHIND = Gauge("catalog_index_read_at", "When the index last read the database, seconds since 1970.")


class SearchIndex:
    """Courses as documents in memory; one writer, any number of readers."""

    def __init__(self, store: Store, settings: CatalogSettings) -> None:
        self._store, self._settings = store, settings
        self._overlap = timedelta(seconds=settings.search_overlap)
        self.names = Names(store, settings.search_overlap)
        self.schema = schema()
        self.postings, self.vocabulary = Postings(), Vocabulary()
        self.generation = 0
        self._index: tantivy.Index | None = None
        self._writer: Any = None
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._known: dict[str, datetime] = {}
        self._scored: dict[str, datetime] = {}
        self._newest: dict[str, datetime] = {}
        self._reconciled = 0.0
        self._thread: threading.Thread | None = None

    def ready(self) -> None:
        """Begin to build and to follow; Unavailable until the index is whole."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="search", daemon=True)
                self._thread.start()
        if self.generation == 0:
            raise Unavailable("search_not_ready", "The catalogue is being read. Try again in a few seconds.")

    def searcher(self) -> tantivy.Searcher:
        """The index as of its last commit; it is built first when nobody has done so."""
        if self.generation == 0:
            self.follow()
        if self._index is None:
            raise Unavailable("search_not_ready", "The catalogue is being read. Try again in a few seconds.")
        return self._index.searcher()

    def _run(self) -> None:
        wait = threading.Event()
        while True:
            try:
                self.follow()
            except PyMongoError as error:
                log.get(__name__).warning("catalogue not read", extra={"error": type(error).__name__})
            wait.wait(self._settings.search_poll)

    def follow(self) -> int:
        """Take over what changed since the last time; the number of courses read anew."""
        with self._writing:
            if self._writer is None:
                self._index = tantivy.Index(self.schema)
                self._writer = self._index.writer(self._settings.search_heap, 1)
            renamed = self.names.refresh()
            changed = self._changed("courses", self._known) | self._changed("scores", self._scored)
            changed |= self._using(renamed)
            if time.monotonic() - self._reconciled > self._settings.search_reconcile:
                changed |= self._missed()
                self._reconciled = time.monotonic()
            if changed or self.generation == 0:
                self._take(sorted(changed))
            BEHIND.set_to_current_time()
            return len(changed)

    def _changed(self, collection: str, known: dict[str, datetime]) -> set[str]:
        newest = self._newest.get(collection)
        since = {"$gte": newest - self._overlap} if newest else {"$exists": True}
        rows = self._store.database[collection].find({"changed_at": since}, {"changed_at": 1})
        found = set()
        for row in rows:
            if known.get(row["_id"]) != row["changed_at"]:
                known[row["_id"]] = row["changed_at"]
                found.add(row["_id"])
                self._newest[collection] = max(
                    self._newest.get(collection, row["changed_at"]), row["changed_at"]
                )
        return found

    def _using(self, renamed: dict[str, set[str]]) -> set[str]:
        """Courses whose text holds the name of something that was renamed."""
        if not renamed or self.generation == 0 or self._index is None:
            return set()
        searcher, found = self._index.searcher(), set()
        for kind, ids in renamed.items():
            query = tantivy.Query.term_set_query(self.schema, kind, sorted(ids))
            hits = searcher.search(query, max(1, searcher.num_docs), count=False).hits
            found |= {str(searcher.doc(address).get_first("id")) for _, address in hits}
        return found

    def _missed(self) -> set[str]:
        """Courses that following has missed, whatever the reason: compared one by one, now and then."""
        rows = self._store.database["courses"].find({"changed_at": {"$exists": True}}, {"changed_at": 1})
        stored = {row["_id"]: row["changed_at"] for row in rows}
        wrong = {id_ for id_, at in stored.items() if self._known.get(id_) != at}
        gone = set(self._known) - set(stored)
        for id_ in gone:
            del self._known[id_]
        self._known |= {id_: stored[id_] for id_ in wrong}
        return wrong | gone

    def _take(self, ids: Iterable[str]) -> None:
        waiting = iter(ids)
        while batch := list(islice(waiting, BATCH)):
            courses = {
                row["_id"]: row
                for row in self._store.database["courses"].find({"_id": {"$in": batch}}, SHOWN)
            }
            scores = self._store.by_ids(self._store.scores, batch)
            for id_ in batch:
                self._writer.delete_documents_by_term("id", id_)
                course = courses.get(id_)
                if course and course.get("live") and not course.get("retired_at"):
                    document, held = document_of(course, scores.get(id_, {}), self.names)
                    self._writer.add_document(document)
                    self.postings.put(id_, held)
                    self.vocabulary.add(held["plain"])
                else:
                    self.postings.drop(id_)
        self.vocabulary.commit()
        self._writer.commit()
        if self._index is not None:
            self._index.reload()
            COURSES.set(self._index.searcher().num_docs)
        self.generation += 1
