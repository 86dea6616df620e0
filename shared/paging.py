"""Cursor paging: a cursor names the sort values of the last row shown, so a page costs an index look-up."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from marshmallow import Schema, fields, validate

from shared.errors import Refused

Document = dict[str, Any]
LIMIT_MOST = 100


class PageIn(Schema):
    """Which page: the cursor of the answer before, and how many items (1 to 100)."""

    cursor = fields.String(load_default="", validate=validate.Length(max=400))
    limit = fields.Integer(load_default=20, validate=validate.Range(1, LIMIT_MOST))


def cursor_of(*values: str | int | float | datetime) -> str:
    """An opaque cursor of the last row's sort values."""
    told = [{"at": value.timestamp()} if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")


def place_of(cursor: str, kinds: Sequence[type]) -> list[Any] | None:
    """The sort values in a cursor, None for the first page; Refused when it is none of these kinds."""
    if not cursor:
        return None
    try:
        told = json.loads(base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
        values = [datetime.fromtimestamp(one["at"], UTC) if isinstance(one, dict) else one for one in told]
    except (ValueError, KeyError, TypeError, binascii.Error, OverflowError, OSError):
        values = []
    if len(values) != len(kinds) or any(
        type(value) is not kind for value, kind in zip(values, kinds, strict=True)
    ):
        raise Refused("cursor_not_valid", "Start again from the first page.", field="cursor")
    return values


def after(keys: Sequence[tuple[str, int]], place: Sequence[Any] | None) -> Document:
    """The filter for rows behind `place` in the order of `keys` (1 ascending, -1 descending)."""
    if place is None:
        return {}
    ways = [
        {key: value for (key, _), value in zip(keys[:n], place[:n], strict=True)}
        | {keys[n][0]: {"$gt" if keys[n][1] > 0 else "$lt": place[n]}}
        for n in range(len(keys))
    ]
    return {"$or": ways} if len(ways) > 1 else ways[0]


def page(
    find: Callable[..., list[Document]],
    filter_: Mapping[str, Any],
    keys: Sequence[tuple[str, int]],
    kinds: Sequence[type],
    asked: Mapping[str, Any],
) -> Document:
    """One page `{items, next_cursor}` of what `find(filter, sort=, limit=)` gives; `asked` is a loaded PageIn."""
    limit, place = asked["limit"], place_of(asked["cursor"], kinds)
    both = [part for part in (dict(filter_), after(keys, place)) if part]
    found = find({"$and": both} if len(both) > 1 else (both or [{}])[0], sort=list(keys), limit=limit + 1)
    more = len(found) > limit
    items = found[:limit]
    return {
        "items": items,
        "next_cursor": cursor_of(*(items[-1][key] for key, _ in keys)) if more else None,
    }
