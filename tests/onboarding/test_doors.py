"""What holds for all routes: the access matrix, hostile bodies, foreign ids, what is shown."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services.onboarding.handlers import Onboarding, handlers
from services.onboarding.store import Store, ensure_indexes
from tests.onboarding.test_api_profile import registered
from tests.service_kit import (
    FRAC_ADMIN,
    LEARNER,
    OTHER,
    OWN_ADMIN,
    SPV_ADMIN,
    Person,
    ask,
    deliver,
    hostile,
    matrix,
    routes,
)

GOLDEN = Path(__file__).with_name("matrix.txt")
BOTH = {"en": "Drones", "hi": "ड्रोन"}
NEED = {"competency_id": "budgeting", "level": 2}
LEVEL = {"level": 1, "name": BOTH, "description": BOTH}
BODIES: dict[tuple[str, str], tuple[Person, dict[str, Any]]] = {
    ("POST", "/v1/onboarding/me/steps/roles"): (LEARNER, {"skipped": True}),
    ("PATCH", "/v1/profiles/me"): (
        LEARNER,
        {
            "group": "a",
            "locale": "hi",
            "mobile": "9876543210",
            "position_id": "section-officer",
            "reason": "x",
        },
    ),
    ("POST", "/v1/profiles/me/roles"): (LEARNER, {"title": "Role", "activities": ["One"]}),
    ("PUT", "/v1/profiles/me/roles/order"): (LEARNER, {"ids": ["r1"]}),
    ("PATCH", "/v1/profiles/me/roles/r1"): (LEARNER, {"title": "Role", "activities": ["One"]}),
    ("POST", "/v1/profiles/me/roles/r1/activities"): (LEARNER, {"text": "One"}),
    ("PATCH", "/v1/profiles/me/roles/r1/activities/a1"): (LEARNER, {"text": "One"}),
    ("PUT", "/v1/profiles/me/topics"): (LEARNER, {"ids": ["budgeting"]}),
    ("PUT", "/v1/profiles/me/competencies/current"): (LEARNER, {"items": [NEED]}),
    ("PUT", "/v1/profiles/me/competencies/desired"): (LEARNER, {"items": [NEED]}),
    ("POST", "/v1/topic-proposals"): (LEARNER, {"name": "Drones", "reason": "x"}),
    ("POST", "/v1/topic-proposals/p1/accept"): (
        SPV_ADMIN,
        {"id": "drones", "name": BOTH, "group": "technology"},
    ),
    ("POST", "/v1/topic-proposals/p1/merge"): (SPV_ADMIN, {"topic_id": "budgeting"}),
    ("POST", "/v1/topic-proposals/p1/decline"): (SPV_ADMIN, {"reason": "no"}),
    ("POST", "/v1/approvals/c1/decline"): (OWN_ADMIN, {"reason": "no"}),
    ("POST", "/v1/frac/topics"): (FRAC_ADMIN, {"name": BOTH, "group": "technology"}),
    ("POST", "/v1/frac/competencies"): (
        FRAC_ADMIN,
        {"name": BOTH, "description": BOTH, "kind": "domain", "group": "core", "levels": [LEVEL]},
    ),
    ("POST", "/v1/frac/positions"): (
        FRAC_ADMIN,
        {
            "name": BOTH,
            "description": BOTH,
            "roles": [{"name": BOTH, "activities": [{"name": BOTH, "competencies": [NEED]}]}],
        },
    ),
    ("PATCH", "/v1/frac/topics/budgeting"): (FRAC_ADMIN, {"name": BOTH, "group": "technology"}),
    ("POST", "/v1/frac/import?kind=topics"): (FRAC_ADMIN, {"text": "id\n"}),
}
MAY_BE_NONE = {"mobile", "position_id", "id"}


@pytest.fixture
def filled(store: Store, client: FlaskClient, onboarding: Onboarding) -> Store:
    """The learner has a role, a proposal and a change that waits."""
    deliver(handlers, onboarding, registered())
    ask(client, "PATCH", "/v1/profiles/me", LEARNER, {"group": "b"})
    ask(client, "PATCH", "/v1/profiles/me", LEARNER, {"group": "a", "reason": "Order"})
    ask(client, "POST", "/v1/profiles/me/roles", LEARNER, {"title": "Engineer", "activities": ["Plan"]})
    ask(client, "POST", "/v1/topic-proposals", LEARNER, {"name": "Yoga", "reason": "Health"})
    return store


def ids(store: Store) -> dict[str, str]:
    role = (store.profiles.get(LEARNER.user_id) or {})["roles"][0]
    return {
        "role_id": role["id"],
        "activity_id": role["activities"][0]["id"],
        "change_id": store.changes.find({})[0]["_id"],
        "proposal_id": store.proposals.find({})[0]["_id"],
        "entry_id": "budgeting",
        "kind": "topics",
        "competency_id": "budgeting",
        "position_id": "section-officer",
        "step": "roles",
    }


def rows(app: Flask, store: Store) -> list[str]:
    return matrix(app, ids(store))


def test_z03_the_matrix_of_all_routes_is_the_golden_list(app: Flask, filled: Store) -> None:
    """Delete matrix.txt and run this test to write it anew after an intended change."""
    found = rows(app, filled)
    if not GOLDEN.exists():
        GOLDEN.write_text("\n".join(found) + "\n", encoding="utf-8")
        pytest.fail("matrix.txt was written anew: read it, then run this test again.")

    assert found == GOLDEN.read_text(encoding="utf-8").splitlines()


def test_z05_every_answer_is_of_a_schema(app: Flask) -> None:
    silent = []
    for path, item in app.extensions["openapi"]()["paths"].items():
        for method, operation in item.items():
            if method == "parameters":
                continue
            good = next(value for key, value in operation["responses"].items() if key.startswith("2"))
            if "content" not in good and "204" not in operation["responses"]:
                silent.append(f"{method} {path}")

    assert silent == []


def test_z05_nothing_of_the_store_shows(client: FlaskClient, filled: Store) -> None:
    for path in ("/v1/profiles/me", "/v1/profiles/me/topics", "/v1/approvals?mine=1", "/v1/onboarding/me"):
        text = ask(client, "GET", path, LEARNER).get_data(as_text=True)
        assert not [
            word for word in ("_id", "_outbox", "seen", "made_by_request", "setting") if f'"{word}"' in text
        ]
    assert set(ask(client, "GET", "/v1/profiles/me", LEARNER).json) == {
        *("version", "user_id", "complete", "completed_at", "missing", "percent", "fields", "position_name"),
        *("mdo_confirmed", "verified", "pending"),
    }  # fmt: skip


def test_n01_operators_lists_and_nulls_are_refused_everywhere_and_change_nothing(
    client: FlaskClient, filled: Store
) -> None:
    known, names = ids(filled), ("profiles", "changes", "proposals", "topics", "competencies", "positions")
    before = {name: list(filled.database[name].find({})) for name in names}

    for (method, path), (who, body) in BODIES.items():
        for short, name in (
            ("r1", "role_id"),
            ("a1", "activity_id"),
            ("p1", "proposal_id"),
            ("c1", "change_id"),
        ):
            path = path.replace(f"/{short}", f"/{known[name]}")
        for place, made in hostile(body):
            if _value(made, place) is None and place in MAY_BE_NONE:
                continue
            answer = ask(client, method, path, who, made, headers={"If-Match": '"1"'})
            assert answer.status_code == 422, f"{method} {path} {place}: {answer.get_data(as_text=True)}"

    assert {name: list(filled.database[name].find({})) for name in names} == before


def _value(body: Any, place: str) -> Any:
    for part in place.split("."):
        body = body[int(part) if isinstance(body, list) else part]
    return body


@pytest.mark.parametrize(
    "path",
    [
        "/v1/topics?q[$gt]=", "/v1/competencies?type[$ne]=x", "/v1/positions?$where=1", "/v1/competencies?level=1",
        "/v1/approvals?status[$ne]=", "/v1/topic-proposals?status=x", "/v1/frac/export?kind[$gt]=",
        "/v1/approvals?cursor=e30&mine=1",
    ],
)  # fmt: skip
def test_n01_operators_in_a_query_are_refused(client: FlaskClient, path: str) -> None:
    assert ask(client, "GET", path, SPV_ADMIN).status_code == 422


def test_n03_search_text_is_literal(client: FlaskClient) -> None:
    for text in ("(a%2B)%2B$", ".*", "[", "%5C", "$"):
        assert client.get(f"/v1/competencies?q={text}").json["items"] == []
    assert client.get(f"/v1/competencies?q={'a' * 201}").status_code == 422


def test_z04_extra_fields_are_refused_everywhere(client: FlaskClient, filled: Store) -> None:
    extra = ("role", "is_admin", "verified", "user_id", "_id", "status", "version", "$set", "completed_at")
    before = list(filled.database["profiles"].find({}))
    for ((method, path), (who, body)), name in itertools.product(BODIES.items(), extra):
        path = path.replace("/r1", f"/{ids(filled)['role_id']}")
        answer = ask(client, method, path, who, body | {name: "x"}, headers={"If-Match": '"1"'})
        assert answer.status_code == 422, f"{method} {path} {name}"
        assert name in answer.json["errors"]

    assert list(filled.database["profiles"].find({})) == before


def test_z01_another_persons_ids_answer_like_unknown_ones(app: Flask, filled: Store) -> None:
    client, known = app.test_client(), ids(filled)
    for method, path in routes(app):
        if "/me/roles/<" not in path:
            continue
        given = path.replace("<role_id>", known["role_id"]).replace("<activity_id>", known["activity_id"])
        unknown = path.replace("<role_id>", "nobody").replace("<activity_id>", "nobody")
        body = {"text": "x1"} if "activities" in path else {"title": "x1"}
        answers = [ask(client, method, one, OTHER, body) for one in (given, unknown)]
        assert [one.status_code for one in answers] == [404, 404], f"{method} {path}"
        assert answers[0].json["slug"] == answers[1].json["slug"]


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "{{7*7}} ${7*7} %s{}", "=1+1",
        "https://example.org/" + "a" * 60, "अनुसंधान एवं विकास – क्षेत्र‍ीय", "𝔘𝔫𝔦 👩‍🔧 a",
    ],
)  # fmt: skip
def test_n05_n06_markup_and_templates_come_back_as_typed(client: FlaskClient, text: str) -> None:
    role = ask(client, "POST", "/v1/profiles/me/roles", LEARNER, {"title": text, "activities": [text]}).json

    assert (role["title"], role["activities"][0]["text"]) == (text, text)


def test_a_decomposed_text_is_kept_composed_and_the_limit_counts_characters(client: FlaskClient) -> None:
    answer = ask(client, "POST", "/v1/profiles/me/roles", LEARNER, {"title": "e\u0301" * 100}).json

    assert answer["title"] == "é" * 100


def test_the_starting_dictionary_fits_the_contract(database: Any) -> None:
    ensure_indexes(database)
    store = Store(database)
    known = store.dictionary()

    assert (len(known.competencies) >= 34, len(known.topics)) == (True, 60)
    assert len(known.positions) >= 40
    for position in known.positions.values():
        assert set(position["competencies"]) <= set(known.competencies)
    for one in known.competencies.values():
        assert [level["level"] for level in one["levels"]] == [1, 2, 3, 4, 5]
        assert f"competency:{one['group']}" in known.groups
    assert all(f"topic:{one['group']}" in known.groups for one in known.topics.values())
