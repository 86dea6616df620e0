"""Who may rate, and what a rating's summary is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shared.errors import Forbidden

Document = dict[str, Any]
COUNTED = ("shown", "hidden")
LABELS = {
    True: {"en": "Completed this course", "hi": "यह पाठ्यक्रम पूरा किया"},
    False: {"en": "Taking this course", "hi": "यह पाठ्यक्रम कर रहे हैं"},
}


def check_begun(enrolments: Iterable[Document]) -> bool:
    """Whether the course was completed; Forbidden when there is no enrolment with some progress."""
    found = list(enrolments)
    if not any(one.get("progress") for one in found):
        raise Forbidden(
            "not_begun", "You can rate a course once you have enrolled and completed a part of it."
        )
    return any(one.get("completed_at") for one in found)


def summary(by_stars: Mapping[int, int]) -> Document:
    """Count, average to two places, and the number of each star."""
    counts = {str(star): int(by_stars.get(star, 0)) for star in range(1, 6)}
    count = sum(counts.values())
    total = sum(int(star) * number for star, number in counts.items())
    return {"count": count, "average": round(total / count, 2) if count else 0.0, "by_stars": counts}
