"""A mail server that answers as scripted, and the parts of the notifier built around it."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from deploy.local.servers import free_port
from services.notifier.clients import MailContexts
from services.notifier.commands import mail_is_due
from services.notifier.mailer import Mailer
from services.notifier.rules import NotifierSettings
from services.notifier.rules.community import community_values
from services.notifier.rules.learning import LEARNING, learning_values
from services.notifier.sender import Sender
from services.notifier.store import Store
from shared.log import Context, bound
from shared.mongo import utcnow


class Sink:
    """Keeps each message whose whole DATA it took; `script` holds (stage, answer) for the next ones."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.script: list[tuple[str, str]] = []
        self.connections: set[Any] = set()
        self.slow = 3.0

    def _scripted(self, stage: str) -> str | None:
        if self.script and self.script[0][0] == stage:
            return self.script.pop(0)[1]
        return None

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        self.connections.add(session.peer)
        answer = self._scripted("rcpt")
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = self._scripted("data")
        if answer is not None and answer not in ("drop", "slow"):
            return answer
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        self.recipients.append(list(envelope.rcpt_tos))
        if answer == "drop":
            server.transport.abort()
        if answer == "slow":
            await asyncio.sleep(self.slow)
        return "250 2.0.0 taken"


class Identity:
    """Stands for identity's mail context; answers what a test sets."""

    def __init__(self) -> None:
        self.answer: Callable[[dict[str, Any]], dict[str, Any]] = self.context
        self.name = "Asha Verma"
        self.asked: list[str] = []

    def context(self, delivery: dict[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = {
            "state": "active",
            "applicant": self.name,
            "reason": self.name,
            "mdo": "BSNL",
        }
        values |= {"wanted": self.name, "lines": ["One.", "Two."]}
        if delivery["kind"] in LEARNING:
            about = {"course_id": "c1", "certificate_id": "KY-1", "due": delivery["created_at"], "days": 7}
            about |= {"enrolment_id": "e1"}
            values |= learning_values(about, {"en": self.name}, "en")
        heading = {"title": {"en": self.name}, "at": datetime(2026, 12, 31, 6, tzinfo=UTC)}
        values |= community_values({"thread_id": "t1"}, heading, "en")
        return {
            "address": f"{delivery['user_id']}@bsnl.co.in",
            "display_name": self.name,
            "locale": "en",
            "link": f"https://karmayogi.example/set-password?token=k1.{delivery['event_id']}.tag",
            "expires_at": "2026-11-24T10:15:00+00:00",
            "values": values,
        }

    def of(self, delivery: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(delivery["_id"])
        return self.answer(delivery)


def settings(port: int = 25, **values: Any) -> NotifierSettings:
    """Settings of a notifier whose mail server is at `port`, with short waits."""
    values = {
        "mail_from": "Karmayogi <no-reply@karmayogi.example>",
        "identity_credential": "not used",
        "send_sweep": 0.02,
        "send_ladder": ("0.05", "0.1"),
        "send_pause": 0.2,
        "send_wait_least": 0.05,
        "send_wait_most": 0.05,
        "smtp_timeout": 2.0,
        "smtp_reply_timeout": 2.0,
        **values,
    }
    return NotifierSettings(service="notifier", smtp_url=f"smtp://127.0.0.1:{port}", **values)


@contextmanager
def mail_server(sink: Sink, port: int = 0) -> Iterator[int]:
    """A server for the sink; yields its port."""
    controller = Controller(sink, hostname="127.0.0.1", port=port or free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@contextmanager
def black_hole(port: int) -> Iterator[None]:
    """A server that takes connections and never says a word."""
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        listening.listen(16)
        yield


class Office:
    """A notifier without broker: deliveries become due by hand, the sender runs in a thread."""

    def __init__(self, database: Any, sink: Sink, configured: NotifierSettings) -> None:
        self.store, self.sink, self.settings = Store(database), sink, configured
        self.identity = Identity()
        self._stop, self._wake = threading.Event(), threading.Event()
        contexts: MailContexts = self.identity  # type: ignore[assignment]  # a fake of the same shape
        self.mailer = Mailer(configured)
        self.sender = Sender(self.store, configured, contexts, self.mailer)
        self._thread = threading.Thread(target=self.sender.run, args=(self._stop, self._wake))

    def due(self, *users: str, kind: str = "set_password") -> list[str]:
        now = utcnow()
        for user in users:
            with bound(Context("c1")):
                mail_is_due(self.store, self.settings, kind, user, f"e-{user}", now, now)
        self._wake.set()
        return [f"{kind}:{user}:e-{user}" for user in users]

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._wake.set()
        self._thread.join(15)
        self.mailer.close()

    def state(self, id_: str) -> str:
        return str((self.store.deliveries.get(id_) or {})["state"])

    def wait(self, *ids: str, state: str = "sent", seconds: float = 15) -> None:
        until(lambda: [self.state(id_) for id_ in ids] == [state] * len(ids), seconds)


def until(fact: Callable[[], bool], seconds: float = 15) -> None:
    """Wait for a fact; AssertionError after the deadline."""
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.01)


@contextmanager
def office(database: Any, sink: Sink, configured: NotifierSettings) -> Iterator[Office]:
    """A running office."""
    made = Office(database, sink, configured)
    made.start()
    try:
        yield made
    finally:
        made.stop()
