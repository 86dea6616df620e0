"""The strict JSON loader: what a body may be, before any schema looks at it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from flask import Request, request
from marshmallow import RAISE, Schema
from webargs.flaskparser import FlaskParser

from shared.errors import Problem

View = TypeVar("View", bound=Callable[..., Any])
DEPTH_MOST, DIGITS_MOST = 32, 18


def takes(most: int) -> Callable[[View], View]:
    """This view takes bodies of up to `most` bytes instead of the service's own limit."""

    def mark(view: View) -> View:
        view.body_limit = most  # type: ignore[attr-defined]  # functions carry attributes
        return view

    return mark


def route_now() -> str:
    """The template of the route in hand: what logs, metrics and traces may name."""
    return request.url_rule.rule if request.url_rule else "unmatched"


class BadJSON(Problem):
    """The body is not the JSON that is taken here."""

    status = 400
    title = "The body is not valid JSON"


class WrongType(BadJSON):
    """The content type or encoding is not taken here."""

    status = 415
    title = "The content type is not supported"


def strict_json(body: bytes) -> dict[str, Any]:
    """Parse a JSON object: UTF-8, depth ≤ 32, no NaN, duplicate keys, lone surrogates, huge numbers."""
    try:
        text = body.decode("utf-8")
        found = json.loads(
            text, parse_constant=_refused, object_pairs_hook=_pairs, parse_int=_number, parse_float=_float
        )
        json.dumps(found, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise BadJSON("json_not_valid", "The body is not valid JSON.") from None
    if not isinstance(found, dict):
        raise BadJSON("json_not_an_object", "The body must be a JSON object.")
    if _depth(found) > DEPTH_MOST:
        raise BadJSON("json_too_deep", f"The body is nested more than {DEPTH_MOST} levels deep.")
    return found


def plain_time(value: object) -> str:
    """A time as JSON holds it, for `json.dumps(default=...)`; TypeError for anything else."""
    if not isinstance(value, datetime):
        raise TypeError(f"{type(value).__name__} is no JSON value")
    return value.isoformat()


def _refused(name: str) -> Any:
    raise ValueError(name)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("duplicate key")
    return made


def _number(text: str) -> int:
    if len(text) > DIGITS_MOST:
        raise ValueError("number too long")
    return int(text)


def _float(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError("number too large")
    return value


def _depth(value: Any) -> int:
    deepest, level = 0, [value]
    while level:
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        deepest += 1
    return deepest - 1


class StrictParser(FlaskParser):
    """webargs' parser with the strict loader; unknown fields are refused everywhere."""

    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012  (webargs declares it so)
        "json": RAISE,
        "query": RAISE,
        "path": RAISE,
    }

    def use_args(self, argmap: Any, *others: Any, **options: Any) -> Any:
        """The same with one schema for all requests: making one costs more than the rest of the parsing."""
        return super().use_args(argmap() if isinstance(argmap, type) else argmap, *others, **options)

    def load_json(self, req: Request, schema: Schema) -> Any:
        """Read the body as strict JSON of the right content type."""
        if req.mimetype != "application/json":
            raise WrongType("content_type_not_supported", "Send the body as application/json.")
        return strict_json(req.get_data(cache=False))
