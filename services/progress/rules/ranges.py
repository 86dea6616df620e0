"""Pieces of a recording that were seen: sorted, merged ranges of whole seconds."""

from __future__ import annotations

from collections.abc import Sequence

JOIN = 1  # Players report whole seconds, so a gap of one second is rounding.
Ranges = list[list[int]]


def added(ranges: Sequence[Sequence[int]], start: int, end: int) -> Ranges:
    """The ranges with one more piece, still sorted, apart and without overlap."""
    if end <= start:
        return [list(one) for one in ranges]
    made: Ranges = []
    for low, high in sorted([*([a, b] for a, b in ranges), [start, end]]):
        if made and low <= made[-1][1] + JOIN:
            made[-1][1] = max(made[-1][1], high)
        else:
            made.append([low, high])
    return made


def length(ranges: Sequence[Sequence[int]]) -> int:
    """How many seconds the ranges hold."""
    return sum(high - low for low, high in ranges)
