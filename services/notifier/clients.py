"""What identity says about a mail that is due: the only place where address and link are known, and not kept."""

from __future__ import annotations

import threading
from collections import deque
from typing import Any

import httpx

from services.notifier.rules import NotifierSettings
from shared.auth import ServiceClient

MOST = 64  # As many as identity answers at once.


class NotDue(Exception):
    """Identity says that this mail is no longer wanted: overtaken, used, expired, disabled, erased."""


class NotNow(Exception):
    """Identity does not answer, or not now; the mail waits without having been tried."""


class NotAllowed(Exception):
    """Identity refuses us, or answers what we do not understand; all mails would fail."""


class _Asked:
    """One delivery that a thread asks for, and what became of the question."""

    def __init__(self, delivery: dict[str, Any]) -> None:
        self.delivery = delivery
        self.answer: dict[str, Any] | None = None
        self.error: Exception | None = None

    @property
    def done(self) -> bool:
        return self.answer is not None or self.error is not None


class MailContexts:
    """Asks identity for address, name, language and link of a delivery.

    Threads that ask at the same time share one call: whoever gets the turn asks for all that wait.
    """

    def __init__(self, client: ServiceClient) -> None:
        self._client = client
        self._waiting: deque[_Asked] = deque()
        self._turn = threading.Lock()

    def of(self, delivery: dict[str, Any]) -> dict[str, Any]:
        """The mail context; NotDue, NotNow or NotAllowed."""
        asked = _Asked(delivery)
        self._waiting.append(asked)
        with self._turn:
            while not asked.done:
                self._ask([self._waiting.popleft() for _ in range(min(len(self._waiting), MOST))])
        if asked.error is not None:
            raise asked.error
        return asked.answer or {}

    def _ask(self, batch: list[_Asked]) -> None:
        try:
            answers = self._answers([one.delivery for one in batch])
        except (NotNow, NotAllowed) as error:
            for one in batch:
                one.error = type(error)(str(error))
            return
        for one, answer in zip(batch, answers, strict=True):
            match answer:
                case {"status": "due", "context": dict(context)} if _whole(context):
                    one.answer = context
                case {"status": "not_due"}:
                    one.error = NotDue()
                case _:
                    one.error = NotAllowed("answer")

    def _answers(self, deliveries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        rows = [
            {"delivery_id": one["_id"]} | {key: one[key] for key in ("kind", "user_id", "event_id")}
            for one in deliveries
        ]
        try:
            answer = self._client.post("/internal/v1/mail-context", {"deliveries": rows})
            status = answer.status_code
        except httpx.HTTPStatusError as error:
            status = error.response.status_code
        except httpx.HTTPError as error:
            raise NotNow(type(error).__name__) from None
        if status >= 500 or status in (408, 425, 429):
            raise NotNow(str(status))
        if status != 200:
            raise NotAllowed(str(status))
        return _listed(answer, len(rows))


def _listed(answer: httpx.Response, count: int) -> list[dict[str, Any]]:
    try:
        found = answer.json()["answers"]
    except (ValueError, KeyError, TypeError):
        found = None
    if not isinstance(found, list) or len(found) != count:
        raise NotAllowed("answer")
    return found


def _whole(context: dict[str, Any]) -> bool:
    return all(isinstance(context.get(key), str) for key in ("address", "display_name", "locale"))


def identity_client(settings: NotifierSettings) -> ServiceClient:
    """A client of identity, with this service's own credential."""
    url = settings.identity_url
    return ServiceClient(
        base_url=url, identity_url=url, caller="notifier", secret=settings.identity_credential,
        audience="identity",
    )  # fmt: skip


def mail_contexts(settings: NotifierSettings) -> MailContexts:
    """What identity says about mails."""
    return MailContexts(identity_client(settings))
