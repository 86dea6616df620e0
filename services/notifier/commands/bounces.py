"""A mail came back: what was sent has failed after all, and the others hear of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.notifier.rules import scrubbed
from services.notifier.store import Store
from shared.errors import Conflict, NotFound
from shared.events.notifier import MailFailed
from shared.log import Context, bound

Document = dict[str, Any]


def record_bounce(store: Store, found: Document | None, code: int, text: str, now: datetime) -> Document:
    """Turn a sent mail into a failed one, with its event; a second bounce changes nothing."""
    if found is None:
        raise NotFound("delivery_not_found", "There is no such delivery.")
    if found["state"] == "failed":
        return found
    if found["state"] != "sent":
        raise Conflict("not_sent", "Only a mail that was sent can come back.")
    told = MailFailed(
        user_id=found["user_id"], kind=found["kind"], reason="refused_recipient", attempts=found["attempts"]
    )
    setting = {"state": "failed", "reason": "bounced", "smtp": scrubbed(code, text), "done_at": now}
    where = {"_id": found["_id"], "state": "sent"}
    with bound(Context(found["correlation_id"], found["event_id"])):
        return (
            store.deliveries.change(where, {"$set": setting}, told)
            or store.deliveries.get(found["_id"])
            or found
        )
