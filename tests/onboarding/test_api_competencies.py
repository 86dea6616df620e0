"""Topics, competencies and gap over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from services.onboarding.handlers import Onboarding, handlers
from tests.onboarding.test_api_profile import registered
from tests.service_kit import LEARNER, ask, deliver

CURRENT, DESIRED = "/v1/profiles/me/competencies/current", "/v1/profiles/me/competencies/desired"


def stated(*pairs: tuple[str, int]) -> dict[str, Any]:
    return {"items": [{"competency_id": id_, "level": level} for id_, level in pairs]}


def test_the_dictionary_is_searched_in_both_languages_and_by_letter(client: FlaskClient) -> None:
    def found(path: str) -> list[str]:
        return [one["id"] for one in client.get(path).json["items"]]

    assert found("/v1/topics?q=खरीद") == ["procurement"]
    assert found("/v1/topics?group=technology") == ["cyber-security"]
    assert found("/v1/competencies?q=PUBLIC%20proc") == ["public-procurement"]
    assert found("/v1/competencies?type=behavioural") == ["communication"]
    assert found("/v1/competencies?letter=b") == ["budgeting"]
    assert found("/v1/positions?letter=अ") == ["section-officer"]
    assert found("/v1/competencies?q=.*") == []


def test_pages_follow_each_other_without_gap(client: FlaskClient) -> None:
    first = client.get("/v1/competencies?limit=3").json
    second = client.get(f"/v1/competencies?limit=3&cursor={first['next_cursor']}").json

    ids = [one["id"] for page in (first, second) for one in page["items"]]
    assert ids == ["budgeting", "communication", "public-procurement", "telecom-networks"]
    assert second["next_cursor"] is None


def test_one_competency_names_the_positions_that_need_it(client: FlaskClient) -> None:
    found = client.get("/v1/competencies/public-procurement").json

    assert found["positions"] == ["section-officer"]
    assert [level["level"] for level in found["levels"]] == [1, 2, 3, 4, 5]
    assert client.get("/v1/competencies/nobody").status_code == 404


def test_a_position_sums_up_the_highest_levels(client: FlaskClient) -> None:
    found = client.get("/v1/positions/section-officer").json

    assert found["competencies"] == [
        {"competency_id": "public-procurement", "level": 4},
        {"competency_id": "communication", "level": 2},
    ]
    assert found["roles"][0]["activities"][0]["name"]["hi"] == "निविदा लिखना"


def test_roles_and_activities_are_listed_across_positions(client: FlaskClient) -> None:
    roles = client.get("/v1/frac/roles?q=buy").json["items"]
    activities = client.get("/v1/frac/activities?q=bid").json["items"]

    assert [(one["name"]["en"], one["positions"]) for one in roles] == [("Buyer", ["section-officer"])]
    assert activities[0]["competencies"] == {"public-procurement": 4}


def test_topics_are_chosen_and_kept(client: FlaskClient) -> None:
    answer = ask(client, "PUT", "/v1/profiles/me/topics", LEARNER, {"ids": ["procurement", "budgeting"]})

    assert [one["id"] for one in answer.json["items"]] == ["procurement", "budgeting"]
    assert ask(client, "GET", "/v1/profiles/me/topics", LEARNER).json == answer.json
    for ids, field in ((["nobody"], "ids.0"), (["budgeting", "budgeting"], "ids.1")):
        refused = ask(client, "PUT", "/v1/profiles/me/topics", LEARNER, {"ids": ids})
        assert list(refused.json["errors"]) == [field]


def test_a_desired_level_may_be_higher_and_warns_when_lower(client: FlaskClient) -> None:
    ask(client, "PUT", CURRENT, LEARNER, stated(("communication", 3), ("budgeting", 2)))
    answer = ask(client, "PUT", DESIRED, LEARNER, stated(("communication", 5), ("budgeting", 1))).json

    assert [(one["competency_id"], one["current_level"], one["gap"]) for one in answer["desired"]] == [
        ("communication", 3, 2),
        ("budgeting", 2, 0),
    ]
    assert [(one["competency_id"], one["slug"]) for one in answer["warnings"]] == [
        ("budgeting", "below_current")
    ]


def test_two_devices_do_not_overwrite_each_other(client: FlaskClient) -> None:
    read = ask(client, "GET", "/v1/profiles/me/competencies", LEARNER).headers["ETag"]
    ask(client, "PUT", CURRENT, LEARNER, stated(("communication", 3)), headers={"If-Match": read})

    late = ask(client, "PUT", CURRENT, LEARNER, stated(("budgeting", 1)), headers={"If-Match": read})

    assert late.status_code == 409
    assert late.json["current"]["current"][0]["competency_id"] == "communication"


@pytest.mark.parametrize(
    ("items", "field"),
    [
        ([{"competency_id": "nobody", "level": 1}], "items.0.competency_id"),
        ([{"competency_id": "budgeting", "level": 1}] * 2, "items.1.competency_id"),
        ([{"competency_id": "budgeting", "level": 6}], "items"),
        ([{"competency_id": "budgeting", "level": 0}], "items"),
        ([{"competency_id": "budgeting", "level": 1.5}], "items"),
    ],
)
def test_what_does_not_fit_is_refused(client: FlaskClient, items: list[Any], field: str) -> None:
    answer = ask(client, "PUT", CURRENT, LEARNER, {"items": items})

    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_the_gap_ranks_what_the_position_asks_for_first(client: FlaskClient, onboarding: Onboarding) -> None:
    deliver(handlers, onboarding, registered(position_id="section-officer"))
    ask(client, "PUT", CURRENT, LEARNER, stated(("public-procurement", 3)))
    ask(client, "PUT", DESIRED, LEARNER, stated(("budgeting", 1), ("public-procurement", 5)))

    rows = ask(client, "GET", "/v1/profiles/me/gap", LEARNER).json["items"]

    shown = [
        (one["competency_id"], one["held"], one["target"], [why["slug"] for why in one["reasons"]])
        for one in rows
    ]
    assert shown == [
        ("communication", 0, 2, ["position"]),
        ("public-procurement", 3, 5, ["position", "desired"]),
        ("budgeting", 0, 1, ["desired"]),
    ]
    assert [one["rank"] for one in rows] == [1, 2, 3]
    assert all(why["text"]["hi"] for one in rows for why in one["reasons"])
