"""What a certificate says, how it is numbered, and what becomes of it."""

from __future__ import annotations

import hashlib
import threading
from datetime import datetime
from typing import Any

from shared.errors import Conflict

Document = dict[str, Any]
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U, so that it can be read aloud.
VALID, REVOKED = "valid", "revoked"


def certificate_id(enrolment_id: str, issue: int) -> str:
    """The number of the n-th certificate of an enrolment: 80 bits of a hash, in groups of four signs."""
    number = int.from_bytes(hashlib.sha256(f"certificate {enrolment_id} {issue}".encode()).digest()[:10])
    signs = "".join(SIGNS[(number >> 5 * place) & 31] for place in reversed(range(16)))
    return "KY-" + "-".join(signs[at : at + 4] for at in range(0, 16, 4))


def slot(id_: str, attempt: int, lists: int, bits: int) -> tuple[str, int]:
    """List and index of a certificate's status bit; a taken one is followed by the next attempt."""
    digest = hashlib.sha256(f"status {id_} {attempt}".encode()).digest()
    return str(int.from_bytes(digest[:4]) % lists), int.from_bytes(digest[4:8]) % bits


def new_certificate(completion: Document, name: str, course: Document, issue: int, now: datetime) -> Document:
    """A certificate as it is issued: everything it says is kept here, whatever changes elsewhere.

    `completion` is an older certificate of the enrolment, or the facts of its completion.
    """
    return {
        "_id": certificate_id(completion["enrolment_id"], issue),
        "issue": issue,
        "status": VALID,
        "name": name,
        "title": course["title"],
        "provider_id": course.get("provider_id"),
        "issued_at": now,
        "replaced_by": None,
        **{
            key: completion[key]
            for key in (
                "user_id",
                "enrolment_id",
                "course_id",
                "course_version",
                "cycle",
                "competencies",
                "minutes",
                "completed_at",
            )
        },
    }


def require_valid(certificate: Document) -> None:
    """Conflict when a certificate does not hold any more."""
    if certificate["status"] != VALID:
        raise Conflict("already_revoked", "This certificate was revoked before.")


def shown_status(certificate: Document) -> str:
    """What verification says: valid, revoked, or replaced by a newer one."""
    if certificate["status"] == VALID:
        return VALID
    return "replaced" if certificate.get("replaced_by") else REVOKED


class Window:
    """How many look-ups an address may make in a window of seconds; kept in memory, for one process."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._counts: dict[str, int] = {}
        self._began = float("-inf")
        self._lock = threading.Lock()

    def wait(self, address: str, now: float) -> int:
        """Count one look-up; 0 when it may be made, else the seconds until it may."""
        with self._lock:
            if now - self._began >= self._seconds:
                self._began, self._counts = now, {}
            self._counts[address] = self._counts.get(address, 0) + 1
            return (
                0 if self._counts[address] <= self._most else max(1, round(self._began + self._seconds - now))
            )
