"""Ratings: only by those who began, one per person, counted from facts, moderated, answered."""

from __future__ import annotations

from typing import Any

import pytest

from services.catalog.rules.rating import summary
from services.catalog.store import Store
from shared.events.identity import ErasureDue
from tests.catalog.people import begin, enrolled, hear
from tests.service_kit import (
    CREATOR,
    LEARNER,
    OTHER,
    OWN_ADMIN,
    SPV_ADMIN,
    Person,
    ask,
    envelope,
    hostile,
    told,
)

PATH = "/v1/courses/procurement-basics/ratings"
MINE = f"{PATH}/me"


def rate(client: Any, who: Person, stars: int, text: str = "") -> Any:
    return ask(client, "PUT", MINE, who, {"stars": stars, "text": text})


def test_z02_who_has_not_begun_cannot_rate(client: Any, few: Store) -> None:
    unknown = rate(client, LEARNER, 5)
    hear(few, enrolled(LEARNER.user_id, "procurement-basics"))
    without_progress = rate(client, LEARNER, 5)

    assert [(one.status_code, one.json["slug"]) for one in (unknown, without_progress)] == [
        (403, "not_begun")
    ] * 2
    assert told(few.ratings.collection) == []


def test_a_rating_is_kept_as_typed_counted_once_and_told_without_words(client: Any, few: Store) -> None:
    begin(few, LEARNER.user_id, "procurement-basics")
    begin(few, OTHER.user_id, "procurement-basics")
    text = "<b>बहुत</b> अच्छा {{7*7}} ${1} %s 👍"
    rate(client, OTHER, 2)

    rate(client, LEARNER, 3)
    answer = rate(client, LEARNER, 5, text)
    page = client.get(PATH, headers=LEARNER.headers).json

    assert (answer.status_code, answer.json["text"], answer.json["edited"]) == (200, text, True)
    assert (page["count"], page["average"], page["by_stars"]["5"], page["by_stars"]["2"]) == (2, 3.5, 1, 1)
    assert {one["stars"]: one["mine"] for one in page["items"]} == {5: True, 2: False}
    assert LEARNER.user_id not in str(page)
    mine = [one for one in told(few.ratings.collection) if one["data"]["user_id"] == LEARNER.user_id]
    assert [one["data"] for one in mine] == [
        {"user_id": LEARNER.user_id, "course_id": "procurement-basics", "stars": stars} for stars in (3, 5)
    ]


def test_a_rating_shows_in_the_course_and_in_search(client: Any, few: Store) -> None:
    begin(few, LEARNER.user_id, "procurement-basics")
    client.get("/v1/search")
    rate(client, LEARNER, 4)
    client.application.extensions["catalog"].index.follow()

    assert client.get("/v1/courses/procurement-basics").json["rating"] == {"average": 4.0, "count": 1}
    assert client.get("/v1/search?rating=4").json["total"] == 1
    assert client.get("/v1/search?sort=rating").json["items"][0]["id"] == "procurement-basics"


def test_a_withdrawn_rating_neither_shows_nor_counts_and_can_be_given_again(client: Any, few: Store) -> None:
    begin(few, LEARNER.user_id, "procurement-basics")
    rate(client, LEARNER, 4, "words")

    ask(client, "DELETE", MINE, LEARNER)
    gone = (ask(client, "GET", MINE, LEARNER).status_code, client.get(PATH).json["count"])
    rate(client, LEARNER, 2)

    assert gone == (404, 0)
    assert client.get(PATH).json["average"] == 2.0
    assert "words" not in str(list(few.ratings.find({})))


def test_s09_an_erased_person_leaves_nothing_behind(client: Any, few: Store) -> None:
    begin(few, LEARNER.user_id, "procurement-basics")
    rate(client, LEARNER, 4, "words of mine")
    ask(client, "POST", "/v1/courses/rti-basics/views", LEARNER)

    for _ in range(2):
        hear(few, envelope(ErasureDue(user_id=LEARNER.user_id, sv=9)))

    assert "words of mine" not in str(few.ratings.find({}))
    assert few.views.count_documents({}) == few.enrolments.count_documents({}) == 0
    assert client.get(PATH).json["count"] == 0


def test_many_reports_hide_a_review_and_a_moderator_decides(client: Any, few: Store) -> None:
    begin(few, LEARNER.user_id, "procurement-basics")
    id_ = rate(client, LEARNER, 1, "rude").json["id"]
    for number in range(5):
        ask(client, "POST", f"/v1/reviews/{id_}/reports", Person(f"r{number}"), {"reason": "abuse"})
        ask(client, "POST", f"/v1/reviews/{id_}/reports", Person(f"r{number}"), {"reason": "abuse"})
    hidden = client.get(PATH).json
    queue = ask(client, "GET", "/v1/moderation/reviews", SPV_ADMIN).json["items"]
    decision = {"decision": "keep", "reason": "Harsh but fair."}

    kept = ask(client, "POST", f"/v1/moderation/reviews/{id_}", SPV_ADMIN, decision)
    ask(client, "POST", f"/v1/reviews/{id_}/reports", Person("r9"), {"reason": "spam"})
    shown = client.get(PATH).json["items"]
    ask(client, "POST", f"/v1/moderation/reviews/{id_}", SPV_ADMIN, decision | {"decision": "remove"})

    assert (hidden["items"], hidden["count"]) == ([], 1)
    assert [(one["id"], len(one["reports"])) for one in queue] == [(id_, 5)]
    assert (kept.status_code, len(shown)) == (200, 1)
    assert client.get(PATH).json["count"] == 0
    entry, _ = few.database["audit"].find()
    told = ask(client, "GET", f"/v1/ops/timeline/{entry['correlation_id']}", SPV_ADMIN).json["items"]
    assert [one["what"] for one in few.database["audit"].find()] == ["review_keep", "review_remove"]
    assert [(one["what"], one["subject"], one["outcome"]) for one in told] == [("review_keep", id_, "ok")]


def test_the_provider_answers_once_and_a_foreign_one_not_at_all(client: Any, few: Store) -> None:
    few.providers.add({"_id": "istm", "name": {"en": "ISTM"}, "mdo_id": "istm-mdo", "suspended": False})
    begin(few, LEARNER.user_id, "procurement-basics")
    path = f"/v1/reviews/{rate(client, LEARNER, 3).json['id']}/reply"
    foreign = Person("cbp-9", (("CONTENT_CREATOR", "railways"),))
    own = Person("cbp-8", (("CONTENT_CREATOR", "istm-mdo"),))

    answers = [
        ask(client, "POST", path, who, {"text": "Thanks"}).status_code
        for who in (foreign, LEARNER, own, CREATOR)
    ]

    assert answers == [404, 403, 200, 409]
    assert client.get(PATH).json["items"][0]["reply"]["text"] == "Thanks"


def test_n01_operators_in_a_rating_are_refused_and_nothing_is_stored(client: Any, few: Store) -> None:
    begin(few, LEARNER.user_id, "procurement-basics")

    wrong = [
        name
        for name, body in hostile({"stars": 3, "text": "x"})
        if ask(client, "PUT", MINE, LEARNER, body).status_code != 422
    ]

    assert wrong == []
    assert few.ratings.find({}) == []


@pytest.mark.parametrize(
    "body",
    [
        {"stars": 0},
        {"stars": 6},
        {"stars": 3, "text": "x" * 2001},
        {"stars": 3, "text": "a\u0007"},
        {"stars": 3, "state": "shown"},
        {"stars": 3, "user_id": "u"},
        {"stars": 3, "_id": "x"},
        {"stars": "3"},
        {"stars": 3, "$set": {}},
    ],
)
def test_z04_bounds_hold_and_unknown_fields_are_refused(
    client: Any, few: Store, body: dict[str, Any]
) -> None:
    begin(few, LEARNER.user_id, "procurement-basics")

    assert ask(client, "PUT", MINE, LEARNER, body).status_code == 422


def test_two_thousand_characters_of_any_script_are_taken(client: Any, few: Store) -> None:
    begin(few, LEARNER.user_id, "procurement-basics")

    assert rate(client, LEARNER, 3, "😀" * 2000).status_code == 200


def test_z01_nobody_moderates_but_the_platform(client: Any) -> None:
    assert ask(client, "GET", "/v1/moderation/reviews", OWN_ADMIN).status_code == 403
    body = {"decision": "keep", "reason": "because"}
    assert ask(client, "POST", "/v1/moderation/reviews/none", SPV_ADMIN, body).status_code == 404


def test_a_summary_counts_and_averages() -> None:
    assert summary({5: 2, 4: 1})["average"] == 4.67
    assert summary({}) == {"count": 0, "average": 0.0, "by_stars": dict.fromkeys("12345", 0)}
