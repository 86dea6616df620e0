"""Searches that found nothing: the text stays here, the event carries none of it."""

from __future__ import annotations

import hashlib
from datetime import datetime

from pymongo.errors import DuplicateKeyError

from services.catalog.rules.language import plains
from services.catalog.store import Store
from shared.events.catalog import SearchMissed

WORDS_MOST = 12


def note_missed_search(store: Store, text: str, facets: int, search_id: str, now: datetime) -> None:
    """Count one more search without result; searches by facets alone are not kept."""
    words = plains(text)[:WORDS_MOST]
    if not words:
        return
    kept = " ".join(words)
    locale = "hi" if any("\u0900" <= letter <= "\u097f" for letter in kept) else "en"
    told = SearchMissed(search_id=search_id, locale=locale, facets=facets)
    id_ = hashlib.sha256(kept.encode()).hexdigest()[:32]
    row = {"_id": id_, "text": kept, "locale": locale, "count": 1, "last_at": now}
    try:
        store.misses.add(row, told)
    except DuplicateKeyError:
        # The first event says that something is missing; a repetition only counts.
        store.misses.change({"_id": id_}, {"$inc": {"count": 1}, "$set": {"last_at": now}})
