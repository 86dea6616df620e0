"""Steps that several tests of discussions share."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from tests.service_kit import LEARNER, Person, ask

TOPIC = "topic:finance"
QUESTION = {"space": TOPIC, "title": "Which limit holds?", "body": "The manual names two limits."}


def start(client: FlaskClient, who: Person = LEARNER, **changed: Any) -> dict[str, Any]:
    """A new thread, as it was answered."""
    answer = ask(client, "POST", "/v1/threads", who, {**QUESTION, **changed})
    assert answer.status_code == 201, answer.json
    found: dict[str, Any] = answer.json
    return found


def respond(client: FlaskClient, thread_id: str, who: Person, body: str = "The lower one.") -> dict[str, Any]:
    """A new reply, as it was answered."""
    answer = ask(client, "POST", f"/v1/threads/{thread_id}/replies", who, {"body": body})
    assert answer.status_code == 201, answer.json
    found: dict[str, Any] = answer.json
    return found


def titles(client: FlaskClient, query: str, who: Person = LEARNER) -> list[str]:
    """The titles of a list of threads."""
    return [one["title"] for one in ask(client, "GET", f"/v1/threads?{query}", who).json["items"]]
