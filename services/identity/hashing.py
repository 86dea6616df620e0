"""argon2id with a bounded number of hashes at a time: a flood of logins costs a 503, never the memory."""

from __future__ import annotations

import os
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from shared.errors import Unavailable

MEMORY_KIB = 19 * 1024  # OWASP's floor for argon2id with two passes and one lane.
PASSES = 2
LANES = 1


class Hasher:
    """Hashes and verifies passwords after NFC; at most `slots` at once and `waiting` in the queue."""

    def __init__(self, slots: int | None = None, waiting: int = 16) -> None:
        self._argon2 = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
        slots = slots or os.cpu_count() or 1
        self._running = threading.BoundedSemaphore(slots)
        self._admitted = threading.BoundedSemaphore(slots + waiting)
        self._dummy = self._argon2.hash(os.urandom(16).hex())

    def hash(self, text: str) -> str:
        """The encoded argon2id hash of a new password; raise Unavailable when the queue is full."""
        with self._turn():
            return self._argon2.hash(_normal(text))

    def verify(self, stored: str, text: str) -> bool:
        """Whether `text` is the password behind `stored`; raise Unavailable when the queue is full."""
        with self._turn():
            try:
                return self._argon2.verify(stored, _normal(text))
            except (VerificationError, InvalidHashError):
                return False

    def dummy_verify(self, text: str) -> bool:
        """Spend one verification with the live parameters for an account without a password; always False."""
        self.verify(self._dummy, text)
        return False

    def is_outdated(self, stored: str) -> bool:
        """Whether a hash was made with other parameters than today's, so that a login renews it."""
        return self._argon2.check_needs_rehash(stored)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._admitted.acquire(blocking=False):
            raise Unavailable(
                "busy",
                "Too many people are signing in at this moment. Try again in a few seconds.",
                retry_after=2,
            )
        try:
            with self._running:
                yield
        finally:
            self._admitted.release()


def _normal(text: str) -> bytes:
    return unicodedata.normalize("NFC", text).encode("utf-8", "surrogatepass")
