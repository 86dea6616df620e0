"""How many mails an address may cause: a few within a window, known or unknown alike."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from shared.errors import TooMany


def with_mail(times: Sequence[datetime], now: datetime, limit: int, window: float) -> list[datetime]:
    """The times of the mails within the window, with one more; TooMany when the window is full."""
    since = now - timedelta(seconds=window)
    recent = [one for one in times if one > since]
    if len(recent) >= limit:
        oldest = sorted(recent)[-limit]
        wait = (oldest - since).total_seconds()
        raise TooMany(
            "mails_too_many",
            "Several mails were asked for this address already. Look in the mailbox, or try again later.",
            retry_after=max(1, math.ceil(wait)),
        )
    return [*recent, now]


def throttle_key(address: str) -> str:
    """Where the mails of an address without an account are counted; the address itself is not stored."""
    return f"mail:{hashlib.sha256(address.encode()).hexdigest()}"
