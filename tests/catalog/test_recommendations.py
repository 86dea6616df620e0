"""Recommendations with their reasons, wishes respected, trends that fade, courses taken together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.catalog.app import Parts
from services.catalog.jobs import count_standing
from services.catalog.rules.standing import taken_together, trend
from services.catalog.store import Store
from shared.mongo import utcnow
from tests.catalog.courses import SETTINGS
from tests.catalog.people import assigned, completed, enrolled, hear, lifted, profile
from tests.service_kit import LEARNER, Person, ask

ME = LEARNER.user_id
PATH = "/v1/recommendations/me"
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def mine(client: Any, who: Person = LEARNER) -> dict[str, list[str]]:
    items = ask(client, "GET", PATH, who).json["items"]
    return {one["course"]["id"]: [term["slug"] for term in one["terms"]] for one in items}


def test_a_gap_comes_first_and_says_so_in_both_languages(client: Any, few: Store) -> None:
    hear(few, profile(ME, held={"public-procurement": 1}, desired={"public-procurement": 3}, topics=("rti",)))

    items = ask(client, "GET", PATH, LEARNER).json["items"]

    term = items[0]["terms"][0]
    assert (items[0]["course"]["id"], term["slug"], term["from"], term["to"]) == (
        "procurement-basics",
        "gap",
        1,
        2,
    )
    assert term["sentence"]["en"] == "Closes Public procurement 1→2; 35 min"
    assert "1→2" in term["sentence"]["hi"]
    assert items[0]["score"] == pytest.approx(sum(one["weight"] for one in items[0]["terms"]))
    assert "topic" in mine(client)["rti-basics"]


def test_what_is_held_taken_or_completed_is_not_recommended(client: Any, few: Store) -> None:
    hear(few, profile(ME, held={"public-procurement": 5}, desired={"public-procurement": 5}))
    hear(few, enrolled(ME, "rti-basics"), completed(ME, "leadership-lab"))

    found = mine(client)

    assert "gap" not in found.get("procurement-basics", [])
    assert not {"rti-basics", "leadership-lab"} & set(found)


def test_not_relevant_is_respected_and_can_be_undone(client: Any, few: Store) -> None:
    hear(few, profile(ME, topics=("rti",)))
    path = f"{PATH}/rti-basics/not-relevant"

    refused = ask(client, "POST", path, LEARNER).status_code
    without = mine(client)
    ask(client, "DELETE", path, LEARNER)

    assert (refused, "rti-basics" in without) == (204, False)
    assert "rti-basics" in mine(client)
    assert ask(client, "POST", f"{PATH}/none/not-relevant", LEARNER).status_code == 404


def test_browsing_counts_until_it_is_switched_off_and_is_then_forgotten(client: Any, few: Store) -> None:
    old = utcnow() - timedelta(days=300)
    few.database["courses"].update_many({}, {"$set": {"card.published_at": old}})
    client.application.extensions["catalog"].index.follow()
    for _ in range(2):
        ask(client, "POST", "/v1/courses/rti-basics/views", LEARNER)
    seen = mine(client)

    ask(client, "PUT", "/v1/preferences/me", LEARNER, {"browsing": False})
    ask(client, "POST", "/v1/courses/rti-basics/views", LEARNER)

    assert seen["rti-basics"] == ["browsing"]
    assert "browsing" not in mine(client)["rti-basics"]
    assert few.views.count_documents({}) == 0
    assert ask(client, "GET", "/v1/preferences/me", LEARNER).json == {"browsing": False}


def test_who_is_unknown_gets_the_newest_and_the_best(client: Any) -> None:
    assert len(mine(client, Person("stranger"))) == 4


def test_alike_learners_lead_to_the_next_course(app: tuple[Any, Parts], few: Store) -> None:
    for user in ("a", "b", "c"):
        hear(few, completed(user, "rti-basics"), completed(user, "leadership-lab"))
    hear(few, completed(ME, "rti-basics"))

    count_standing(few, SETTINGS, NOW)
    app[1].index.follow()

    assert "similar" in mine(app[0])["leadership-lab"]
    assert app[0].get("/v1/courses/rti-basics").json["similar"][0]["id"] == "leadership-lab"


def test_trending_follows_what_people_begin_now(app: tuple[Any, Parts], few: Store) -> None:
    for number in range(3):
        hear(few, enrolled(f"u{number}", "leadership-lab"))

    first = count_standing(few, SETTINGS, utcnow())
    again = count_standing(few, SETTINGS, utcnow() + timedelta(seconds=0))
    app[1].index.follow()

    assert app[0].get("/v1/trending").json["items"][0]["id"] == "leadership-lab"
    assert app[0].get("/v1/search?sort=popularity").json["items"][0]["id"] == "leadership-lab"
    assert first == 1
    assert again <= 1


def test_interests_list_the_courses_of_ones_topics(client: Any, few: Store) -> None:
    hear(few, profile(ME, topics=("rti", "finance")), completed(ME, "rti-basics"))

    found = client.get("/v1/courses?interests=me", headers=LEARNER.headers).json["items"]

    assert [one["id"] for one in found] == ["financial-management"]


def test_a_trend_halves_with_time() -> None:
    fresh = trend([("enrolled", "2026-11-25", 2)], NOW, 7 * 86400)
    old = trend([("enrolled", "2026-11-18", 2)], NOW, 7 * 86400)

    assert (fresh, old) == (6.0, 3.0)


def test_courses_are_similar_when_several_people_took_both() -> None:
    found = taken_together([("a", "x"), ("a", "y"), ("b", "x"), ("b", "y"), ("c", "x"), ("c", "z")])

    assert found == {"x": {"y": 0.816}, "y": {"x": 0.816}}


def test_duties_are_listed_and_marked_until_they_are_done_or_lifted(app: tuple[Any, Parts]) -> None:
    client, parts = app

    def listed() -> list[str]:
        items = client.get("/v1/courses?mandated=me", headers=LEARNER.headers).json["items"]
        assert all(one["mandated"] is True for one in items)
        return [one["id"] for one in items]

    hear(
        parts.store,
        profile(ME, topics=("rti", "leadership")),
        assigned(ME, "leadership-lab", day=5),
        assigned(ME, "rti-basics", day=3),
        assigned(ME, "rti-basics", mandate="m2", day=9),
        assigned("somebody-else", "financial-management"),
    )
    before = listed()
    items = ask(client, "GET", PATH, LEARNER).json["items"]
    marked = {one["course"]["id"] for one in items if one["course"]["mandated"]}
    hear(parts.store, lifted(ME, "rti-basics"), completed(ME, "leadership-lab"))
    after = listed()
    hear(parts.store, lifted(ME, "rti-basics", mandate="m2"), assigned(ME, "rti-basics", mandate="m2"))

    assert before == ["rti-basics", "leadership-lab"]
    assert marked == {"rti-basics", "leadership-lab"}
    assert after == ["rti-basics"]
    assert listed() == []
    assert client.get("/v1/courses?mandated=me").status_code == 401
