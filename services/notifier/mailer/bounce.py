"""Reads what comes back from other mail servers: delivery status notifications, RFC 3464."""

from __future__ import annotations

import email
import re
from dataclasses import dataclass
from email.message import Message
from email.policy import default

STATUS = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})")
MESSAGE_ID = re.compile(r"<[0-9a-f]{40}@[A-Za-z0-9.-]{1,253}>", re.A)


@dataclass(frozen=True)
class Bounce:
    """Which of our mails failed for good, and what the other server said."""

    message_id: str
    code: int
    text: str


def read_bounce(raw: bytes) -> Bounce | None:
    """The failed mail a notification names; None for a delay, for anything else, or for a foreign mail."""
    parsed = email.message_from_bytes(raw, policy=default)
    action = status = diagnostic = message_id = ""
    for part in parsed.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            for block in _blocks(part):
                action = str(block.get("Action", action)).strip().lower()
                status = str(block.get("Status", status)).strip()
                diagnostic = str(block.get("Diagnostic-Code", diagnostic))
        elif kind in ("message/rfc822", "text/rfc822-headers"):
            found = MESSAGE_ID.search(part.as_string())
            message_id = found[0] if found else message_id
    known = STATUS.match(status)
    if action != "failed" or not message_id or not known or known[1] != "5":
        return None
    return Bounce(message_id, 550, f"{status} {diagnostic}")


def _blocks(part: Message) -> list[Message]:
    found = part.get_payload()
    return [one for one in found if isinstance(one, Message)] if isinstance(found, list) else []
