"""A person's notices, and the lines of a digest."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.notifier.rules.community import community_values
from services.notifier.rules.learning import learning_values
from services.notifier.rules.notices import NOTICES, shown
from services.notifier.store import Store
from shared.paging import page

Document = dict[str, Any]
KEYS, KINDS = [("at", -1), ("_id", -1)], [datetime, str]


def notices_of(store: Store, user_id: str, asked: Document) -> Document:
    """A page of notices, newest first, and how many are unread (counted to 100)."""
    where: Document = {"user_id": user_id, "kind": {"$in": sorted(NOTICES)}}
    if asked["unread"]:
        where["read_at"] = None
    found = page(store.notices.find, where, KEYS, KINDS, asked)
    abouts = [one.get("about") or {} for one in found["items"]]
    titles = store.titles(one["course_id"] for one in abouts if one.get("course_id"))
    headings = store.headings(one["session_id"] for one in abouts if one.get("session_id"))
    titles |= {id_: heading["title"] for id_, heading in headings.items()}
    return {**found, "unread": store.unread(user_id), "items": [shown(one, titles) for one in found["items"]]}


def digest_lines(store: Store, delivery: Document, locale: str) -> list[str]:
    """The texts of a digest's notices in the reader's language; what was removed meanwhile is left out."""
    known = (NOTICES.get(one["kind"]) for one in store.notices_by_id(delivery.get("items", ())))
    return [one.text.get(locale, one.en) for one in known if one]


def texts_about(store: Store, delivery: Document, locale: str) -> Document | None:
    """What a mail about something is filled with; None while the course or session is not known here."""
    about = delivery["about"]
    if "course_id" in about:
        return learning_texts(store, delivery, locale)
    heading = (
        store.headings([about["session_id"]]).get(about["session_id"]) if "session_id" in about else None
    )
    return None if "session_id" in about and heading is None else community_values(about, heading, locale)


def learning_texts(store: Store, delivery: Document, locale: str) -> Document | None:
    """What a mail about learning is filled with; None while the course is not known here."""
    titles = store.titles([delivery["about"]["course_id"]])
    title = titles.get(delivery["about"]["course_id"])
    return learning_values(delivery["about"], title, locale) if title else None
