"""A reader of the mail catcher that waits with a deadline."""

from __future__ import annotations

import re
import time
from typing import Any

import httpx


class Mailbox:
    """The mails that arrived at the catcher."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=10, trust_env=False)

    def clear(self) -> None:
        """Forget all mails and scripted answers."""
        self._http.delete("/api/messages")

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def all(self, to: str = "") -> list[dict[str, Any]]:
        """The mails to one address, or all."""
        found: list[dict[str, Any]] = self._http.get("/api/messages", params={"to": to}).json()["messages"]
        return found

    def wait(self, to: str, count: int = 1, seconds: float = 15) -> list[dict[str, Any]]:
        """The mails to an address once there are `count`; AssertionError after the deadline."""
        deadline = time.monotonic() + seconds
        while len(found := self.all(to)) < count:
            assert time.monotonic() < deadline, f"{len(found)} of {count} mails arrived"
            time.sleep(0.05)
        return found

    def recipients(self) -> list[str]:
        """Each address that was ever named in RCPT."""
        found: list[str] = self._http.get("/api/recipients").json()["recipients"]
        return found

    def script(self, **answer: Any) -> None:
        """What the next matching mail is answered: at=rcpt|data|slow|drop, rcpt=pattern, code=, times=."""
        self._http.post("/api/script", json=answer)


def link(mail: dict[str, Any]) -> str:
    """The set-password link of a mail."""
    found = re.search(r"https?://\S+/set-password\?token=\S+", mail["text"])
    assert found, mail["text"]
    return found[0]


def token(mail: dict[str, Any]) -> str:
    """The token of the link of a mail."""
    return link(mail).partition("token=")[2]
