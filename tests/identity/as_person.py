"""Requests to identity as a stored person."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.service_kit import Person, ask


def signed(user: dict[str, Any]) -> Person:
    """The person with a token that says what is stored."""
    roles = tuple((one["role"], one["scope"]) for one in user["roles"])
    return Person(user["_id"], roles, user["sv"])


def call(
    client: FlaskClient, user: dict[str, Any] | None, method: str, path: str, body: Any = None, **more: Any
) -> TestResponse:
    """One request as this person."""
    return ask(client, method, path, signed(user) if user else None, body, **more)
