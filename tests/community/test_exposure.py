"""What the answers of community show, and to whom."""

from __future__ import annotations

import json

from flask.testing import FlaskClient

from tests.community import gatherings, posts
from tests.community.test_doors import T
from tests.service_kit import LEARNER, OTHER, SPV_ADMIN, Person, ask, filled, routes

PERSON = {"id", "name", "position", "mdo"}
CARD = {
    "id", "space", "title", "excerpt", "author", "created_at", "edited_at", "last_at", "votes", "replies", "answered",
    "voted", "followed", "mine", "state", "version",
}  # fmt: skip
SHOWN: dict[str, set[str]] = {
    "/v1/threads": CARD,
    T: CARD | {"body", "accepted_id", "followers", "may_moderate", "removed_reason"},
    f"{T}/replies": {
        *(
            "id",
            "thread_id",
            "body",
            "author",
            "at",
            "edited_at",
            "votes",
            "voted",
            "accepted",
            "mine",
            "state",
        ),
        *("version", "removed_reason"),
    },
    "/v1/spaces": {"id", "kind", "ref", "name", "threads", "last_at"},
    "/v1/home/discussions": {"id", "title", "space", "votes", "replies", "answered", "last_at"},
    "/v1/home/people": {"person", "score", "reasons"},
    "/v1/home/openings": {"id", "title", "mdo", "position", "last_date", "percent", "qualified", "missing"},
    "/v1/home/sessions": {"id", "title", "starts_at", "ends_at", "state", "mine", "kind"},
    "/v1/network/suggestions": {"person", "score", "reasons"},
    "/v1/network/requests": {"id", "person", "state", "direction", "note", "requested_at", "decided_at"},
    "/v1/openings": {
        *(
            "id",
            "title",
            "about",
            "mdo",
            "position",
            "competencies",
            "last_date",
            "places",
            "state",
            "published_at",
        ),
        *("match", "saved", "watching", "applied", "version"),
    },
    "/v1/applications": {"id", "opening", "note", "state", "at", "match"},
    "/v1/sessions": {
        *("id", "title", "kind", "mdo", "topics", "language", "starts_at", "ends_at", "state", "capacity"),
        *("registered", "waiting", "mine", "version"),
    },
}


def test_z05_answers_hold_the_listed_fields_and_no_others(client: FlaskClient, ids: dict[str, str]) -> None:
    gatherings.announced(client)
    for path, listed in SHOWN.items():
        answer = ask(client, "GET", filled(path, ids), OTHER if "network" in path else LEARNER).json
        for one in answer.get("items", [answer]):
            assert set(one) == listed, path
            for field in ("author", "person"):
                assert one.get(field) is None or set(one[field]) == PERSON, path
        assert answer.get("items", [answer]), f"{path} shows nothing: the test would hold for anything"


def test_z05_no_answer_tells_a_learner_who_reported_nor_what_is_private(
    client: FlaskClient, ids: dict[str, str]
) -> None:
    ask(
        client,
        "POST",
        filled(f"{T}/reports", ids),
        Person("learner-3"),
        {"reason": "abuse", "note": "zz-note"},
    )
    shown = gatherings.announced(client)
    everything = ""
    for method, path in routes(client.application):
        if method == "GET" and not path.startswith("/v1/ops"):
            for session in (shown, ids["session_id"]):
                answer = ask(client, method, filled(path, {**ids, "session_id": session}), LEARNER)
                text = answer.get_data(as_text=True)
                everything += "".join(line for line in text.splitlines() if not line.startswith("UID:"))

    assert posts.QUESTION["title"] in everything
    hidden = ("zz-note", "abuse", "meet.example.org", "_outbox", "_pending_at", "@", "reporters", '"_id"')
    assert [word for word in hidden if word in everything] == []
    reported = ask(client, "GET", "/v1/moderation/posts", SPV_ADMIN).json["items"]
    assert [(one["reporters"], set(one["reports"][0])) for one in reported] == [(1, {"reason", "note", "at"})]
    assert "learner-3" not in json.dumps(reported)
