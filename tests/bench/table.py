"""The rows of the table, and how their figures are taken."""

from __future__ import annotations

import time
from collections.abc import Callable

ROWS: list[tuple[str, str, str]] = []


def row(what: str, figure: str, limit: str = "") -> None:
    """Keep and print one row."""
    ROWS.append((what, figure, limit))
    print(f"{what:58} {figure:>34}   {limit}", flush=True)


def ms(values: list[float], share: float = 0.5) -> float:
    """A percentile in milliseconds."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else float("nan")


def timed(work: Callable[[], object]) -> float:
    """Seconds of one run."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
