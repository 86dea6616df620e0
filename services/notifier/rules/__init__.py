"""Decisions of the notifier, pure; and its settings (durations in seconds)."""

from __future__ import annotations

import hashlib
import random
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from shared.errors import Refused
from shared.settings import Settings


@dataclass(frozen=True, kw_only=True)
class NotifierSettings(Settings):
    """What the notifier needs beyond the shared settings."""

    smtp_url: str = field(repr=False)
    mail_from: str  # "Name <address>", or an address alone
    identity_credential: str = field(repr=False)

    smtp_connections: int = 4
    smtp_timeout: float = 30.0
    smtp_reply_timeout: float = 600.0  # RFC 5321 4.5.3.2.6: a shorter wait after the final dot makes copies.
    smtp_idle: float = 20.0
    smtp_mails_per_connection: int = 100

    send_threads: int = 16
    send_claim: int = 64
    send_sweep: float = 1.0
    send_gather: float = 0.1  # What ended within this time is written with one statement.
    send_lease: float = 60.0
    send_pause: float = 60.0
    send_wait_least: float = (
        2.0  # So long, at least and at most, a mail waits for what another service must say.
    )
    send_wait_most: float = 60.0
    send_ladder: tuple[str, ...] = ("60", "300", "900", "1800")
    send_rate_most: float = 1000.0
    send_rate_least: float = 1.0
    send_rate_recovery: float = 600.0
    send_drain: float = 6.0

    @property
    def mail_sender(self) -> str:
        """The address that mails come from."""
        return self.mail_from.rpartition("<")[2].rstrip("> ")

    @property
    def mail_name(self) -> str:
        """The name that mails come from."""
        return self.mail_from.rpartition("<")[0].strip(' "') or "Karmayogi"

    @property
    def mail_domain(self) -> str:
        """The domain that mails come from."""
        return self.mail_sender.rpartition("@")[2]


DAY = timedelta(days=1)
USEFUL = {
    "set_password": 7 * DAY,
    "already_registered": DAY,
    "reset_password": timedelta(hours=6),
    "password_changed": 7 * DAY,
    "approval_needed": 14 * DAY,
    "registration_denied": 14 * DAY,
    "welcome": 7 * DAY,
    "profile_reminder": 7 * DAY,
    "profile_change_approved": 7 * DAY,
    "profile_change_declined": 7 * DAY,
    "topic_accepted": 14 * DAY,
    "topic_declined": 14 * DAY,
    "confirm_email": DAY,
    "email_changed": 7 * DAY,
    "name_change_needed": 14 * DAY,
    "name_change_approved": 7 * DAY,
    "name_change_declined": 7 * DAY,
    "domain_requested": 14 * DAY,
    "export_ready": 7 * DAY,
    "erasure_requested": 2 * DAY,
    "daily_digest": DAY,
    "enrolled": 3 * DAY,
    "course_completed": 7 * DAY,
    "certificate_issued": 14 * DAY,
    "mandate_assigned": 7 * DAY,
    "mandate_due": DAY,
    "mandate_overdue": 7 * DAY,
    "progress_disputed": 14 * DAY,
    "dispute_answered": 7 * DAY,
    "answer_accepted": 7 * DAY,
    "session_tomorrow": timedelta(hours=20),
    "session_soon": timedelta(hours=1),
    "session_seat": 2 * DAY,
    "session_cancelled": 7 * DAY,
    "connection_made": 7 * DAY,
    "qualified_for_opening": 7 * DAY,
}
LOCALES = ("en", "hi")

Answer = Literal["sent", "slow_down", "transient", "unknown", "permanent", "ours"]
Stage = Literal["connect", "mail", "rcpt", "data", "reply"]
SLOW_DOWN = {421, 450, 451, 452}
NOT_LET_IN = {530, 534, 535, 538}

LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
ADDRESS = re.compile(rf"[A-Za-z0-9]+(?:(?:\.|[_-]+)[A-Za-z0-9]+)*@{LABEL}(?:\.{LABEL})+", re.A)


def mail_for_repeat(state: str) -> str | None:
    """Which mail a repeated registration causes; none for an account that is denied or disabled."""
    return {
        "invited": "set_password",
        "active": "already_registered",
        "awaiting_approval": "already_registered",
    }.get(state)


def new_delivery(
    kind: str,
    user_id: str,
    event_id: str,
    correlation_id: str,
    happened: datetime,
    now: datetime,
    domain: str,
    *,
    not_before: datetime | None = None,
    mdo_path: Sequence[str] = (),
    items: Sequence[str] = (),
    about: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A delivery that is due at once or at `not_before`, or skipped when it is older than its mail is useful."""
    id_ = f"{kind}:{user_id}:{event_id}"
    useful_until = happened + USEFUL[kind]
    made: dict[str, Any] = {
        "_id": id_,
        "kind": kind,
        "user_id": user_id,
        "event_id": event_id,
        "correlation_id": correlation_id,
        "message_id": message_id(id_, domain),
        "state": "queued",
        "attempts": 0,
        "useful_until": useful_until,
        "created_at": now,
        "next_at": max(now, not_before or now),
    }
    if mdo_path:
        made["mdo_path"] = list(mdo_path)
    if items:
        made["items"] = list(items)
    if about:
        made["about"] = dict(about)
    if useful_until <= now:
        del made["next_at"]
        made |= {"state": "skipped", "done_at": now, "reason": "too_late"}
    return made


def message_id(delivery_id: str, domain: str) -> str:
    """The same Message-ID for every attempt of one delivery."""
    return f"<{hashlib.sha256(delivery_id.encode()).hexdigest()[:40]}@{domain}>"


def checked_address(address: str) -> str:
    """An address of the platform's ASCII grammar, looked at once more before it goes into an envelope."""
    if len(address) > 254 or len(address.partition("@")[0]) > 64 or not ADDRESS.fullmatch(address):
        raise Refused("address_not_valid", "This is no address that mail is sent to.")
    return address


def header_value(text: str) -> str:
    """A header value on one line; Refused when it holds a line break or another control character."""
    if any(unicodedata.category(sign) in ("Cc", "Zl", "Zp") for sign in text):
        raise Refused("header_not_valid", "A header of a mail may not hold line breaks.")
    return text


def one_line(text: str) -> str:
    """A value for a mail's text: control signs and line breaks become blanks, signs that turn text are left out."""
    kept = "".join(" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign for sign in text)
    return " ".join("".join(sign for sign in kept if sign not in TURNING).split(" ")).strip()


TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def answer_class(code: int, stage: Stage) -> Answer:
    """What an SMTP reply code means for the mail in hand and for all others."""
    if code in NOT_LET_IN:
        return "ours"
    if code in SLOW_DOWN:
        return "slow_down"
    if code >= 500 and stage in ("rcpt", "data", "reply"):
        return "permanent"
    return "ours" if code >= 500 else "transient"


def scrubbed(code: int, text: str) -> dict[str, Any]:
    """A server's answer as it is kept: code, enhanced code, text without addresses and links."""
    clean = one_line(text)
    clean = re.sub(r"\S*@\S*", "(address)", clean)
    clean = re.sub(r"(?i)\b(?:https?|ftp|mailto):\S*", "(link)", clean)
    found = re.match(r"([245]\.\d{1,3}\.\d{1,3})\b", clean)
    return {"code": code, "enhanced": found[1] if found else "", "text": clean[:200]}


def failure_reason(stage: Stage, smtp: dict[str, Any]) -> Literal["refused_recipient", "refused_message"]:
    """How MailFailed names a permanent refusal."""
    recipient = stage == "rcpt" or smtp["enhanced"].startswith(("5.1.", "5.2."))
    return "refused_recipient" if recipient else "refused_message"


def wait_for_others(created_at: datetime, now: datetime, least: float, most: float) -> timedelta:
    """How long a mail waits when a service is away: half as long as it has waited, so a restart costs seconds."""
    waited = (now - created_at).total_seconds() / 2
    return timedelta(seconds=min(max(waited, least), most))


def retry_delay(attempts: int, ladder: tuple[str, ...], jitter: random.Random) -> timedelta:
    """How long to wait after that many attempts: the ladder, then its last step, each ± 20 %."""
    step = float(ladder[min(max(attempts, 1), len(ladder)) - 1])
    return timedelta(seconds=step * jitter.uniform(0.8, 1.2))


class Bucket:
    """How many mails may start now: a token bucket that halves on "slow down" and recovers slowly."""

    def __init__(self, most: float, least: float, recovery: float, now: float) -> None:
        self._most, self._least, self._recovery = most, least, recovery
        self.rate = self._tokens = most
        self._at = now

    def room(self, now: float) -> int:
        """Mails that may start at `now` (monotonic seconds)."""
        passed, self._at = max(0.0, now - self._at), max(now, self._at)
        self.rate = min(self._most, self.rate + self._most * passed / self._recovery)
        self._tokens = min(max(1.0, self.rate), self._tokens + self.rate * passed)
        return int(self._tokens)

    def take(self, count: int) -> None:
        """Use up tokens."""
        self._tokens -= count

    def slow_down(self) -> None:
        """Halve the rate and empty the bucket."""
        self.rate = max(self._least, self.rate / 2)
        self._tokens = min(self._tokens, 0.0)
