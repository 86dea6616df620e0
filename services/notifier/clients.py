"""What identity says about a mail that is due: the only place where address and link are known, and not kept."""

from __future__ import annotations

from typing import Any

import httpx

from services.notifier.rules import NotifierSettings
from shared.auth import ServiceClient


class NotDue(Exception):
    """Identity says that this mail is no longer wanted: overtaken, used, expired, disabled, erased."""


class NotNow(Exception):
    """Identity does not answer, or not now; the mail waits without having been tried."""


class NotAllowed(Exception):
    """Identity refuses us, or answers what we do not understand; all mails would fail."""


class MailContexts:
    """Asks identity for the address, name, language and link of one delivery."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def of(self, delivery: dict[str, Any]) -> dict[str, Any]:
        """The mail context; NotDue, NotNow or NotAllowed."""
        body = {"delivery_id": delivery["_id"]} | {
            key: delivery[key] for key in ("kind", "user_id", "event_id")
        }
        try:
            answer = self._client.post("/internal/v1/mail-context", body)
            status = answer.status_code
        except httpx.HTTPStatusError as error:
            status = error.response.status_code
        except httpx.HTTPError as error:
            raise NotNow(type(error).__name__) from None
        if status in (409, 410):
            raise NotDue
        if status >= 500 or status in (408, 425, 429):
            raise NotNow(str(status))
        if status != 200:
            raise NotAllowed(str(status))
        return _checked(answer)


def _checked(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
        good = all(isinstance(found[key], str) for key in ("address", "display_name", "locale"))
    except (ValueError, KeyError, TypeError):
        good = False
    if not good:
        raise NotAllowed("answer")
    return dict(found)


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
