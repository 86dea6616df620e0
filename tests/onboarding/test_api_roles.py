"""Roles and activities over HTTP, from two devices too."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.service_kit import LEARNER, ask

ROLES = "/v1/profiles/me/roles"


def add(client: FlaskClient, title: str, *activities: str, **headers: str) -> TestResponse:
    return ask(
        client, "POST", ROLES, LEARNER, {"title": title, "activities": list(activities)}, headers=headers
    )


def titles(client: FlaskClient) -> list[str]:
    return [one["title"] for one in ask(client, "GET", ROLES, LEARNER).json["items"]]


def test_roles_are_added_changed_ordered_and_removed(client: FlaskClient) -> None:
    first, second = (add(client, title, "योजना बनाना").json for title in ("अभियंता", "Trainer <b>"))
    ask(client, "PUT", f"{ROLES}/order", LEARNER, {"ids": [second["id"], first["id"]]})
    activity = ask(client, "POST", f"{ROLES}/{first['id']}/activities", LEARNER, {"text": "मापना"}).json
    kept = activity["activities"][0]["id"]
    one = f"{ROLES}/{first['id']}/activities/{activity['activities'][1]['id']}"
    changed = ask(client, "PATCH", one, LEARNER, {"text": "नापना"}).json
    ask(client, "DELETE", one, LEARNER)

    assert titles(client) == ["Trainer <b>", "अभियंता"]
    assert [text["text"] for text in changed["activities"]] == ["योजना बनाना", "नापना"]
    after = ask(client, "GET", ROLES, LEARNER).json["items"][1]
    assert [each["id"] for each in after["activities"]] == [kept]
    assert ask(client, "DELETE", f"{ROLES}/{first['id']}", LEARNER).status_code == 204
    assert titles(client) == ["Trainer <b>"]


def test_a_repeated_request_with_its_key_adds_one_role(client: FlaskClient) -> None:
    made = [add(client, "Engineer", **{"Idempotency-Key": "k1"}) for _ in range(2)]

    assert [one.status_code for one in made] == [201, 201]
    assert made[0].json == made[1].json
    assert titles(client) == ["Engineer"]


def test_the_last_edit_from_an_older_version_is_a_conflict_with_the_present_role(client: FlaskClient) -> None:
    role = add(client, "Engineer").json
    path, read = f"{ROLES}/{role['id']}", {"If-Match": '"1"'}
    assert ask(client, "PATCH", path, LEARNER, {"title": "Planner"}, headers=read).status_code == 200

    late = ask(client, "PATCH", path, LEARNER, {"title": "Trainer"}, headers=read)

    assert (late.status_code, late.json["current"]["title"]) == (409, "Planner")
    assert ask(client, "DELETE", path, LEARNER, headers=read).status_code == 409
    assert ask(client, "PATCH", path, LEARNER, {"title": "T"}).json["slug"] == "if_match_missing"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "\u200d"}, "title"),
        ({"title": "अ" * 101}, "title"),
        ({"title": "a\u202eb"}, "title"),
        ({"title": "a\nb"}, "title"),
        ({"title": "ENGINEER"}, "title"),
        ({"title": "New", "activities": ["Plan", " "]}, "activities.1"),
        ({"title": "New", "activities": ["Plan", "PLAN "]}, "activities.1"),
        ({"title": "New", "activities": ["क" * 101]}, "activities.0"),
        ({"title": "New", "activities": [f"a{n}" for n in range(21)]}, "activities"),
        ({"title": "New", "roles": []}, "roles"),
    ],
)
def test_blank_double_and_over_long_texts_are_refused_with_the_field_named(
    client: FlaskClient, body: dict[str, Any], field: str
) -> None:
    add(client, "Engineer")

    answer = ask(client, "POST", ROLES, LEARNER, body)

    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert titles(client) == ["Engineer"]


def test_a_hundred_characters_are_counted_not_bytes(client: FlaskClient) -> None:
    title = "क" * 100

    assert add(client, title).json["title"] == title


def test_at_most_twenty_roles(client: FlaskClient) -> None:
    for number in range(20):
        assert add(client, f"Role {number}").status_code == 201

    assert list(add(client, "One more").json["errors"]) == ["title"]


def test_an_order_names_each_role_once(client: FlaskClient) -> None:
    role = add(client, "Engineer").json

    for ids in ([], [role["id"], role["id"]], ["nobody"]):
        answer = ask(client, "PUT", f"{ROLES}/order", LEARNER, {"ids": ids})
        assert list(answer.json["errors"]) == ["ids"]
