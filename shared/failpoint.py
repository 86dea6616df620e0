"""Places where a test may kill this process as a power cut would: kill -9, no clean-up."""

from __future__ import annotations

import os
import signal
import threading

from shared.settings import Settings


class Failpoints:
    """The failpoint of one process; the nth pass through its name ends the process."""

    def __init__(self, settings: Settings) -> None:
        self._name = settings.failpoint if settings.environment == "test" else ""
        self._left = settings.failpoint_after
        self._lock = threading.Lock()

    def __call__(self, name: str) -> None:
        """Pass the place called `name`."""
        if name != self._name:
            return
        with self._lock:
            self._left -= 1
            if self._left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)
