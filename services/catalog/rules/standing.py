"""How courses stand: trends that fade, and what is completed by the same people."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import combinations

WORTH = {"enrolled": 3.0, "completed": 5.0, "viewed": 1.0}
TOGETHER_MOST, SIMILAR_MOST, SIMILAR_LEAST = 40, 10, 2


def trend(counts: Iterable[tuple[str, str, int]], now: datetime, half_life: float) -> float:
    """The sum of what happened, by kind and day, each halved for every `half_life` seconds that have passed."""
    total = 0.0
    for what, day, number in counts:
        noon = datetime.strptime(day, "%Y-%m-%d").replace(hour=12, tzinfo=UTC)
        age = max(0.0, (now - noon).total_seconds())
        total += WORTH[what] * number * 0.5 ** (age / half_life)
    return round(total, 3)


def taken_together(completions: Iterable[tuple[str, str]]) -> dict[str, dict[str, float]]:
    """From pairs of person and course: for each course the others, weighted by the share of people who did both."""
    by_person: dict[str, set[str]] = defaultdict(set)
    for person, course in completions:
        by_person[person].add(course)
    alone = Counter(course for courses in by_person.values() for course in courses)
    both = Counter(
        pair
        for courses in by_person.values()
        if len(courses) <= TOGETHER_MOST
        for pair in combinations(sorted(courses), 2)
    )
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for (one, other), number in both.items():
        if number >= SIMILAR_LEAST:
            found[one][other] = round(number / (alone[one] * alone[other]) ** 0.5, 3)
            found[other][one] = found[one][other]
    return {
        course: dict(sorted(others.items(), key=lambda pair: (-pair[1], pair[0]))[:SIMILAR_MOST])
        for course, others in found.items()
    }
