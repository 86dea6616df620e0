"""Reads of the audit log: for SPV admins with filters, and for each person what concerns the own data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from services.identity.rules.names import display_name
from services.identity.store import Store
from shared.paging import page

Document = dict[str, Any]
EXPORTED_MOST = 50_000
COLUMNS = ("at", "who", "what", "whom", "result", "detail", "correlation_id")
KEYS = [("at", -1), ("_id", -1)]


def audit_filter(asked: Document) -> Document:
    """The filter of a query for audit entries."""
    where: Document = {name: asked[name] for name in ("who", "whom", "what") if asked[name]}
    between = {"$gte": asked["from_"]} if asked["from_"] else {}
    between |= {"$lt": asked["to"]} if asked["to"] else {}
    return where | ({"at": between} if between else {})


def audit_page(store: Store, asked: Document) -> Document:
    """A page of entries, newest first."""
    return page(store.audit_entries, audit_filter(asked), KEYS, [datetime, str], asked)


def audit_rows(store: Store, asked: Document) -> Iterator[list[str]]:
    """The same entries as rows of text, at most 50,000."""
    for one in store.audit_entries(audit_filter(asked), sort=KEYS, limit=EXPORTED_MOST):
        detail = " ".join(f"{key}={value}" for key, value in sorted(one["detail"].items()) if value)
        texts = {**one, "at": one["at"].isoformat(), "detail": detail}
        yield [str(texts.get(name) or "") for name in COLUMNS]


def access_log(store: Store, user_id: str, asked: Document) -> Document:
    """Who looked at this person's data, newest first; administrators by name, services by theirs."""
    found = page(store.audit_entries, {"about": user_id}, KEYS, [datetime, str], asked)
    ids = sorted({one["who"] for one in found["items"] if one["who"]})
    names = {
        one["_id"]: display_name(one["first_name"], one["last_name"])
        for one in store.users.find({"_id": {"$in": ids}})
        if one["status"] != "ERASED"
    }
    return {
        **found,
        "items": [
            {
                "at": one["at"],
                "who": names.get(one["who"]) or _service(one["who"]),
                "what": one["what"],
                "reason": one["detail"].get("reason"),
            }
            for one in found["items"]
        ],
    }


def _service(who: str | None) -> str:
    return who if who and who.startswith("service:") else "administrator"
