"""The facts behind a progress: what counted, what did not, and by which rule; the newest ones are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

Document = dict[str, Any]
KEPT_MOST = 120


def fact(
    at: datetime,
    what: str,
    *,
    on: str | None = None,
    counted: bool = True,
    rule: str | None = None,
    key: str | None = None,
    numbers: Mapping[str, int] | None = None,
) -> Document:
    """One fact: `on` names the resource or assessment, `rule` what decided, `key` what caused it."""
    made: Document = {"at": at, "what": what, "counted": counted, "numbers": dict(numbers or {})}
    return made | {k: v for k, v in (("on", on), ("rule", rule), ("key", key)) if v is not None}


def noted(timeline: Sequence[Document], new: Document) -> list[Document]:
    """The timeline with one more fact; the same refusal again is counted in its last entry, not repeated."""
    kept = list(timeline)
    if kept and not new["counted"] and _same(kept[-1], new):
        kept[-1] = {**new, "times": kept[-1].get("times", 1) + 1}
        return kept
    return [*kept, new][-KEPT_MOST:]


def _same(one: Document, other: Document) -> bool:
    return all(one.get(name) == other.get(name) for name in ("what", "on", "rule", "counted"))
