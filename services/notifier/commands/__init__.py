"""What the notifier does: a mail becomes due once; what became of it is written under its lease."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from prometheus_client import Counter

from services.notifier.rules import (
    Answer,
    NotifierSettings,
    Stage,
    failure_reason,
    new_delivery,
    retry_delay,
    wait_for_others,
)
from services.notifier.store import Store
from shared import telemetry
from shared.events.notifier import MailFailed, MailFailure
from shared.log import Context, bound, context

DELIVERIES = Counter("deliveries", "Deliveries that came into a state.", ["kind", "state"])
Document = dict[str, Any]
Ending = Answer | Literal["too_late", "not_due", "not_now", "given_back"]


@dataclass(frozen=True)
class Outcome:
    """How one attempt ended; `smtp` is the scrubbed answer, `reason` one word."""

    delivery: Document
    answer: Ending
    smtp: Document | None = None
    stage: Stage = "connect"
    reason: str = ""


def mail_is_due(
    store: Store,
    settings: NotifierSettings,
    kind: str,
    user_id: str,
    event_id: str,
    happened: datetime,
    now: datetime,
    **more: Any,
) -> bool:
    """Store the delivery of one mail to one person; a second time changes nothing."""
    current = context()
    made = new_delivery(
        kind, user_id, event_id, current.correlation_id, happened, now, settings.mail_domain, **more
    )
    if telemetry.is_on():
        made["traceparent"] = current.traceparent
    added = store.add_once(made)
    if added:
        DELIVERIES.labels(kind, made["state"]).inc()
    return added


def settle(
    store: Store, settings: NotifierSettings, outcomes: Sequence[Outcome], owner: str, now: datetime
) -> None:
    """Write outcomes: all sent mails with one write, the others with one more, failures with their event."""
    sent = [one for one in outcomes if one.answer == "sent"]
    if sent:
        store.mark_sent([one.delivery["_id"] for one in sent], owner, sent[0].smtp or {}, now)
    changes: list[tuple[str, Document]] = []
    for one in outcomes:
        if one.answer == "sent":
            state = "sent"
        else:
            update = change_for(one, settings, now)
            state = update["$set"]["state"]
            if state == "failed":
                _fail(store, one, update, owner)
            else:
                changes.append((one.delivery["_id"], update))
        DELIVERIES.labels(one.delivery["kind"], state).inc()
    if changes:
        store.mark(changes, owner)


def change_for(one: Outcome, settings: NotifierSettings, now: datetime) -> Document:
    """What is written for any outcome but `sent`."""
    tried = {"smtp": one.smtp} if one.smtp else {}
    match one.answer:
        case "not_due":
            return {"$set": {"state": "skipped", "done_at": now, "reason": "not_due"}}
        case "too_late" if not one.delivery["attempts"]:
            return {"$set": {"state": "skipped", "done_at": now, "reason": "too_late"}}
        case "too_late":
            return {"$set": {"state": "failed", "done_at": now, "reason": "too_late"}}
        case "permanent":
            reason = failure_reason(one.stage, one.smtp or {"enhanced": ""})
            return {
                "$set": {"state": "failed", "done_at": now, "reason": reason, **tried},
                "$inc": {"attempts": 1},
            }
        case "not_now":
            created, bounds = one.delivery["created_at"], (settings.send_wait_least, settings.send_wait_most)
            return _again(now + wait_for_others(created, now, *bounds), {})
        case "given_back":
            return _again(now, {})
        case "ours":
            return _again(now + timedelta(seconds=settings.send_pause), tried)
    delay = retry_delay(one.delivery["attempts"] + 1, settings.send_ladder, random.Random())
    return {
        **_again(min(now + delay, max(one.delivery["useful_until"], now)), tried),
        "$inc": {"attempts": 1},
    }


def _again(at: datetime, tried: Document) -> Document:
    return {"$set": {"state": "queued", "next_at": at, **tried}}


def _fail(store: Store, one: Outcome, update: Document, owner: str) -> None:
    delivery = one.delivery
    reason: MailFailure = update["$set"]["reason"]
    failed = MailFailed(
        user_id=delivery["user_id"],
        kind=delivery["kind"],
        reason=reason,
        attempts=delivery["attempts"] + update.get("$inc", {}).get("attempts", 0),
    )
    with bound(Context(delivery["correlation_id"], delivery["event_id"])):
        store.mark_with(delivery["_id"], update, owner, failed)
