"""A breaker: a service that does not answer is left alone for a while."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from portal.settings import PortalSettings


class Unreachable(Exception):
    """The gateway or the service behind it does not answer."""

    def __init__(self, retry_after: int = 5) -> None:
        super().__init__("unreachable")
        self.retry_after = retry_after


class Breaker:
    """Opens after some failures in a window; after a pause lets one probe through."""

    def __init__(self, settings: PortalSettings, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._clock = clock
        self._failures: deque[float] = deque(maxlen=settings.breaker_failures)
        self._closed_until_probe = 0.0
        self._lock = threading.Lock()

    def check(self) -> None:
        """Raise Unreachable while open; the first caller after the pause becomes the probe."""
        with self._lock:
            now = self._clock()
            if not self._closed_until_probe:
                return
            if now < self._closed_until_probe:
                raise Unreachable(max(1, round(self._closed_until_probe - now)))
            self._closed_until_probe = now + self._settings.breaker_pause

    def note(self, failed: bool) -> None:
        """Record how a call ended."""
        with self._lock:
            now = self._clock()
            if not failed:
                self._failures.clear()
                self._closed_until_probe = 0.0
                return
            self._failures.append(now)
            full = len(self._failures) == self._settings.breaker_failures
            if full and now - self._failures[0] <= self._settings.breaker_window:
                self._closed_until_probe = now + self._settings.breaker_pause
