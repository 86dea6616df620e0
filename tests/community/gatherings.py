"""Steps that several tests of sessions share."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from tests.community.world import NOON
from tests.service_kit import CREATOR, REVIEWER, Person, ask

START = NOON + timedelta(days=3)
BODY = {
    "title": {"en": "Questions on tenders", "hi": "निविदा पर प्रश्न"}, "about": {"en": "An hour of answers."},
    "topics": ["finance"], "starts_at": START.isoformat(), "ends_at": (START + timedelta(hours=1)).isoformat(),
    "join_url": "https://meet.example.org/tenders", "capacity": 0,
}  # fmt: skip
ORGANISING = "/v1/organising/sessions"


def draft(client: FlaskClient, who: Person = CREATOR, **changed: Any) -> str:
    """The id of a new draft."""
    answer = ask(client, "POST", ORGANISING, who, {**BODY, **changed})
    assert answer.status_code == 201, answer.json
    return str(answer.json["id"])


def announced(client: FlaskClient, **changed: Any) -> str:
    """The id of a session that was made, reviewed and published."""
    id_ = draft(client, **changed)
    for step, who in (("submit", CREATOR), ("publish", REVIEWER)):
        answer = ask(client, "POST", f"{ORGANISING}/{id_}/{step}", who)
        assert answer.status_code == 200, answer.json
    return id_


def join(client: FlaskClient, session_id: str, *people: Person) -> list[Any]:
    """Register people one after the other; state and place of each."""
    answers = [ask(client, "PUT", f"/v1/sessions/{session_id}/registration", who).json for who in people]
    return [(one["state"], one["position"]) for one in answers]
