"""The Network hub: suggestions with reasons, requests, blocks; who must not appear never does."""

from __future__ import annotations

import random
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.community.queries.network import ranking
from shared.events import new_id
from shared.events.identity import ErasureDue
from shared.events.onboarding import ProfileUpdated
from shared.events.progress import CourseCompleted
from tests.community.world import NOON, TREE, World, profile
from tests.service_kit import LEARNER, OTHER, Person, ask, envelope, told

THIRD = Person("learner-3")
REQUESTS = "/v1/network/requests"


def request(client: FlaskClient, who: Person, whom: str, **more: Any) -> Any:
    return ask(client, "POST", REQUESTS, who, {"user_id": whom, **more})


def names(client: FlaskClient, who: Person) -> list[str]:
    """Whom the suggestions show this person."""
    found = ask(client, "GET", "/v1/network/suggestions?limit=50", who).json
    return [one["person"]["id"] for one in found["items"]]


def completed(user_id: str, **levels: int) -> Any:
    return envelope(
        CourseCompleted(
            user_id=user_id, enrolment_id="e", course_id="c", version=1, cycle="y", mdo_id="bsnl",
            mdo_path=TREE["bsnl"], competencies=levels, minutes=1, seconds=1, resources=1, score=None,
            certificate=True, completed_at=NOON,
        )
    )  # fmt: skip


def test_people_with_ids_as_identity_gives_them_can_connect(world: World, client: FlaskClient) -> None:
    one, other = world.person(new_id()), world.person(new_id())

    made = request(client, one, other.user_id)
    answered = ask(client, "POST", f"{REQUESTS}/{made.json['id']}/accept", other)

    assert (made.status_code, answered.status_code) == (201, 200)
    assert told(world.store.network.connections.collection, made.json["id"])


def test_suggestions_say_why_and_the_best_comes_first(world: World, client: FlaskClient) -> None:
    world.person("learner-1", sequence=2, held={"rti": 3}, desired={"budgeting": 3})
    world.person("learner-3", "railways", sequence=2, held={"budgeting": 4}, desired={"rti": 2})

    first, second = ask(client, "GET", "/v1/network/suggestions", LEARNER).json["items"]

    assert (first["person"]["id"], first["score"]) == ("learner-3", 6)
    assert [one["slug"] for one in first["reasons"]] == ["teaches_you", "learns_from_you", "same_position"]
    assert first["reasons"][0]["sentence"]["en"] == "Holds Budgeting, which you want to learn."
    assert (second["person"]["id"], second["score"]) == ("learner-2", 1)
    assert [one["slug"] for one in second["reasons"]] == ["same_mdo"]


def test_a_level_below_the_desired_one_teaches_nobody(world: World, client: FlaskClient) -> None:
    world.person("learner-1", sequence=2, desired={"budgeting": 3}, position_id=None)
    world.person("learner-3", "railways", sequence=2, held={"budgeting": 2})

    assert "learner-3" not in names(client, LEARNER)


def test_a_completed_course_makes_somebody_worth_knowing(world: World, client: FlaskClient) -> None:
    world.person("learner-1", sequence=2, desired={"budgeting": 3}, position_id=None)
    assert "learner-3" not in names(client, LEARNER)

    world.hear(completed("learner-3", budgeting=3))

    assert names(client, LEARNER)[0] == "learner-3"


def test_an_accepted_request_connects_both_and_is_told_once(world: World, client: FlaskClient) -> None:
    made = request(client, LEARNER, "learner-2", note="May training")
    assert (made.status_code, made.json["state"], made.json["direction"]) == (201, "requested", "out")
    (open_one,) = ask(client, "GET", REQUESTS, OTHER).json["items"]
    assert open_one["note"] == "May training"

    for _ in range(2):
        accepted = ask(client, "POST", f"{REQUESTS}/{made.json['id']}/accept", OTHER)
        assert accepted.json["state"] == "accepted"

    for who, other in ((LEARNER, "learner-2"), (OTHER, "learner-1")):
        (row,) = ask(client, "GET", "/v1/network/connections", who).json["items"]
        assert row["person"]["id"] == other
    kinds = [one["type"] for one in told(world.store.database["connections"])]
    assert kinds == ["community.ConnectionRequested.v1", "community.ConnectionMade.v1"]
    assert request(client, LEARNER, "learner-2").json["slug"] == "already_connected"


def test_asking_somebody_who_asked_first_accepts(client: FlaskClient) -> None:
    request(client, LEARNER, "learner-2")

    assert request(client, OTHER, "learner-1").json["state"] == "accepted"


def test_a_decline_is_not_told_to_who_asked(world: World, client: FlaskClient) -> None:
    id_ = request(client, LEARNER, "learner-2").json["id"]
    assert ask(client, "POST", f"{REQUESTS}/{id_}/decline", OTHER).json["state"] == "declined"

    (row,) = ask(client, "GET", f"{REQUESTS}?direction=out", LEARNER).json["items"]

    assert (row["state"], row["decided_at"]) == ("requested", None)
    assert request(client, LEARNER, "learner-2").json["slug"] == "already_requested"
    world.later(days=30)
    assert request(client, LEARNER, "learner-2").status_code == 201


def test_z02_a_strangers_request_is_unknown_to_others(client: FlaskClient) -> None:
    id_ = request(client, LEARNER, "learner-2").json["id"]

    for what, who in (("accept", THIRD), ("accept", LEARNER), ("decline", LEARNER), ("withdraw", OTHER)):
        refused = ask(client, "POST", f"{REQUESTS}/{id_}/{what}", who)
        assert (refused.status_code, refused.json["slug"]) == (404, "request_unknown")


@pytest.mark.parametrize(("blocker", "asker"), [(LEARNER, OTHER), (OTHER, LEARNER)])
def test_a_block_in_either_direction_looks_like_nobody(
    client: FlaskClient, blocker: Person, asker: Person
) -> None:
    request(client, LEARNER, "learner-2")
    blocked = ask(client, "PUT", f"/v1/network/blocks/{asker.user_id}", blocker)

    assert blocked.status_code == 204
    assert request(client, asker, blocker.user_id).json["slug"] == "person_unknown"
    assert ask(client, "GET", REQUESTS, OTHER).json["items"] == []
    assert blocker.user_id not in names(client, asker)
    assert asker.user_id not in names(client, blocker)


def test_without_a_complete_profile_nobody_asks(client: FlaskClient) -> None:
    assert request(client, Person("new-1"), "learner-1").json["slug"] == "profile_incomplete"


def test_oneself_and_unknown_people_are_refused(client: FlaskClient) -> None:
    assert request(client, LEARNER, "learner-1").json["slug"] == "own_self"
    assert request(client, LEARNER, "nobody").json["slug"] == "person_unknown"


def test_an_erased_person_leaves_nothing_on_the_hub(world: World, client: FlaskClient) -> None:
    request(client, LEARNER, "learner-2")
    connections = world.store.database["connections"]
    connections.update_many({}, {"$unset": {"_outbox": "", "_pending_at": ""}})

    world.hear(ErasureDue(user_id="learner-2", sv=2))

    assert connections.count_documents({}) == 0
    assert "learner-2" not in names(client, LEARNER)


@pytest.mark.parametrize("seed", range(4))
def test_who_must_not_appear_never_does_over_random_histories(
    world: World, client: FlaskClient, seed: int
) -> None:
    chance = random.Random(seed)
    everybody = [Person(f"learner-{n}") for n in (1, 2, 3)]
    hidden: dict[str, set[str]] = {"dismissed": set(), "blocked": set(), "out": set()}

    for _ in range(25):
        who, other = chance.sample(everybody, 2)
        pair = f"{who.user_id}>{other.user_id}"
        match chance.choice(("block", "unblock", "dismiss", "out", "back")):
            case "block":
                ask(client, "PUT", f"/v1/network/blocks/{other.user_id}", who)
                hidden["blocked"].add(pair)
            case "unblock":
                ask(client, "DELETE", f"/v1/network/blocks/{other.user_id}", who)
                hidden["blocked"].discard(pair)
            case "dismiss":
                ask(client, "POST", f"/v1/network/suggestions/{other.user_id}/dismiss", who)
                hidden["dismissed"].add(pair)
            case "out":
                ask(client, "PUT", "/v1/network/settings", who, {"suggested": False})
                hidden["out"].add(who.user_id)
            case "back":
                ask(client, "PUT", "/v1/network/settings", who, {"suggested": True})
                hidden["out"].discard(who.user_id)
        for one in everybody:
            wanted = {
                two.user_id
                for two in everybody
                if two != one
                and two.user_id not in hidden["out"]
                and f"{one.user_id}>{two.user_id}" not in hidden["dismissed"] | hidden["blocked"]
                and f"{two.user_id}>{one.user_id}" not in hidden["blocked"]
            }
            assert set(names(client, one)) == wanted


@pytest.mark.parametrize("seed", range(6))
def test_duplicated_and_reordered_news_give_the_same_suggestions(world: World, seed: int) -> None:
    updated = ProfileUpdated(
        user_id="p2", mdo_id="circle", mdo_path=TREE["circle"], position_id="so", group="b", locale="en",
        topics=(), held={"rti": 1}, desired={"budgeting": 2}, gap={}, changed=("held",),
    )  # fmt: skip
    news = [
        profile("p1", held={"budgeting": 3}, desired={"rti": 4}),
        profile("p2", "railways", held={"rti": 5}),
        envelope(updated, sequence=2, subject="p2"),
        completed("p2", rti=4),
        completed("p2", rti=2, budgeting=1),
    ]
    shuffled = news * 2
    random.Random(seed).shuffle(shuffled)

    world.hear(*shuffled)

    (best, *_) = ranking(world.store, world.store.people.get("p1") or {}, 10)
    assert best == (
        "p2",
        6,
        [("teaches_you", "rti"), ("learns_from_you", "budgeting"), ("same_position", None)],
    )
