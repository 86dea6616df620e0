"""As much of a collection as the outbox uses, in memory: for thousands of histories, beside the real server's few."""

from __future__ import annotations

import copy
from types import SimpleNamespace
from typing import Any

Document = dict[str, Any]
ABSENT = object()


def values(document: Document, path: str) -> list[Any]:
    """What a dotted path finds: in lists by number, or in each item."""
    found: list[Any] = [document]
    for part in path.split("."):
        below: list[Any] = []
        for one in found:
            if isinstance(one, list):
                named = [item[part] for item in one if isinstance(item, dict) and part in item]
                below += [one[int(part)]] if part.isdigit() and int(part) < len(one) else named
            elif isinstance(one, dict) and part in one:
                below.append(one[part])
        found = below
    return found


def fits(found: list[Any], asked: Any) -> bool:
    """One field of a filter."""
    if not (isinstance(asked, dict) and asked and all(key.startswith("$") for key in asked)):
        return asked in found or any(isinstance(one, list) and asked in one for one in found)
    return all(TESTS[name](found, value) for name, value in asked.items())


TESTS: dict[str, Any] = {
    "$in": lambda found, value: any(one in value for one in found),
    "$nin": lambda found, value: not any(one in value for one in found),
    "$gt": lambda found, value: any(one > value for one in found),
    "$lte": lambda found, value: any(one <= value for one in found),
    "$exists": lambda found, value: bool(found) == value,
    "$size": lambda found, value: any(isinstance(one, list) and len(one) == value for one in found),
    "$not": lambda found, value: not fits(found, value),
    "$elemMatch": lambda found, value: any(
        matches(item, value) for one in found if isinstance(one, list) for item in one
    ),
}


def matches(document: Document, filter_: Document) -> bool:
    """A whole filter."""
    return all(fits(values(document, path), asked) for path, asked in filter_.items())


def changed(document: Document, update: Document) -> None:
    """Apply an update's operators."""
    for name, value in update.get("$set", {}).items():
        document[name] = copy.deepcopy(value)
    for name, value in update.get("$inc", {}).items():
        document[name] = document.get(name, 0) + value
    for name, value in update.get("$min", {}).items():
        document[name] = min(document.get(name, value), value)
    for name, value in update.get("$push", {}).items():
        added = value.get("$each", [value])
        at = value.get("$position", len(document.get(name, [])))
        document.setdefault(name, [])[at:at] = copy.deepcopy(added)
    for name, value in update.get("$pull", {}).items():
        document[name] = [one for one in document.get(name, []) if not matches(one, value)]
    for name in update.get("$unset", {}):
        document.pop(name, None)


class Cursor(list[Document]):
    """The found documents."""

    def sort(self, name: Any, _direction: int = 1) -> Cursor:  # type: ignore[override]
        """By one field, ascending."""
        return Cursor(sorted(self, key=lambda one: one[name]))

    def limit(self, count: int) -> Cursor:
        """The first ones."""
        return Cursor(self[:count])


class Collection:
    """Documents by id."""

    name = "things"

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}

    def find(self, filter_: Document, _fields: Any = None) -> Cursor:
        return Cursor(copy.deepcopy([d for d in self.documents.values() if matches(d, filter_)]))

    def find_one(self, filter_: Document, _fields: Any = None) -> Document | None:
        return next(iter(self.find(filter_)), None)

    def count_documents(self, filter_: Document) -> int:
        return len(self.find(filter_))

    def insert_one(self, document: Document) -> None:
        self.documents[document["_id"]] = copy.deepcopy(document)

    def _update(self, filter_: Document, update: Document, most: int) -> Any:
        found = [d for d in self.documents.values() if matches(d, filter_)][:most]
        modified = 0
        for one in found:
            before = copy.deepcopy(one)
            changed(one, update)
            modified += before != one
        return SimpleNamespace(matched_count=len(found), modified_count=modified)

    def update_one(self, filter_: Document, update: Document) -> Any:
        return self._update(filter_, update, 1)

    def update_many(self, filter_: Document, update: Document) -> Any:
        return self._update(filter_, update, len(self.documents))

    def bulk_write(self, operations: list[Any], ordered: bool = True) -> Any:
        done = [self.update_one(one._filter, one._doc) for one in operations]
        return SimpleNamespace(
            matched_count=sum(one.matched_count for one in done),
            modified_count=sum(one.modified_count for one in done),
        )
