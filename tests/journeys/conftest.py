"""What journeys share: waiting for something, and a person who has just signed in."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

import httpx
import pytest

from tests.mailbox import Mailbox, token

PASSWORD = "A long walk by the Ganga at dawn"
T = TypeVar("T")


def until(ask: Callable[[], T], seconds: float = 30) -> T:
    """The first answer that is something; AssertionError when none comes in time."""
    end = time.monotonic() + seconds
    while not (found := ask()):
        assert time.monotonic() < end, "It did not happen in time."
        time.sleep(0.1)
    return found


@pytest.fixture
def person(api: httpx.Client, mail: Mailbox, form: Callable[..., dict[str, Any]]) -> dict[str, str]:
    """A new official, registered by mail and signed in: the headers of their requests."""
    asked = form()
    api.post("/identity/v1/registrations", json=asked)
    body = {"token": token(mail.wait(asked["email"])[0]), "password": PASSWORD}
    assert api.post("/identity/v1/credentials/set-password", json=body).status_code == 204
    login = api.post("/identity/v1/auth/token", json={"email": asked["email"], "password": PASSWORD}).json()
    return {"Authorization": f"Bearer {login['access_token']}"}
