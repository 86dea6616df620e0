"""How fast another service may ask for personal data: a token bucket for each caller, in this process."""

from __future__ import annotations

import math
import threading

from shared.errors import TooMany


class Allowance:
    """`rate` rows a second for each caller, and `burst` at once; a runaway caller hears 429 and waits."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._left: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, caller: str, count: int, now: float) -> None:
        """Use up `count` rows at `now` (monotonic seconds); TooMany says when there is room again."""
        with self._lock:
            left, at = self._left.get(caller, (self._burst, now))
            left = min(self._burst, left + (now - at) * self._rate) - count
            if left < 0:
                wait = max(1, math.ceil(-left / self._rate))
                raise TooMany("caller_too_fast", "This service asks for too much at once.", retry_after=wait)
            self._left[caller] = (left, now)
