"""Who looked at a learner's records or acted on them, for the learner."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import httpx

from services.progress.store import Store
from shared import log
from shared.errors import Unavailable
from shared.paging import page

Document = dict[str, Any]
Names = Callable[[Iterable[str]], Mapping[str, str]]
ORDER = (("at", -1), ("_id", -1))
NOBODY_NAMED = "administrator"


def access_log(store: Store, names: Names, user_id: str, asked: Mapping[str, Any]) -> Document:
    """A page of the entries about this person, newest first; whom identity does not name is an administrator."""

    def find(where: Document, **more: Any) -> list[Document]:
        return list(store.audit.find(where, **more))

    found = page(find, {"whom": user_id, "who": {"$ne": user_id}}, ORDER, (datetime, str), asked)
    named = _named(names, {str(one["who"]) for one in found["items"]})
    return {**found, "items": [_entry(one, named) for one in found["items"]]}


def _entry(one: Document, named: Mapping[str, str]) -> Document:
    who = named.get(one["who"], NOBODY_NAMED)
    return {"at": one["at"], "who": who, "what": one["what"], "reason": one.get("reason")}


def _named(names: Names, ids: set[str]) -> Mapping[str, str]:
    try:
        return names(sorted(ids)) if ids else {}
    except (httpx.HTTPError, Unavailable) as error:
        log.get(__name__).warning("names not read", extra={"error": type(error).__name__})
        return {}
