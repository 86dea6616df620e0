"""Counts and trends rebuilt from the facts equal the live ones, in any order, repeated, and from many at once."""

from __future__ import annotations

import math
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.community.commands.counting import count_reply, recount
from services.community.commands.discuss import Writing
from services.community.commands.opinions import follow, vote
from shared.events.identity import ErasureDue
from tests.community.posts import respond, start
from tests.community.world import NOON, World
from tests.service_kit import LEARNER, OTHER, Person, ask, envelope

RAIL = Person("learner-3")
COUNTS = ("votes", "replies", "followers", "last_at", "heat")


def counts(world: World) -> dict[str, Any]:
    """What is counted of every post."""
    return {
        one["_id"]: {name: one.get(name) for name in COUNTS}
        for kind in ("thread", "reply")
        for one in world.store.discuss.posts(kind).find({})
    }


def spoil(world: World) -> None:
    for kind in ("thread", "reply"):
        nonsense = {"votes": 77, "replies": 77, "followers": 77, "heat": -1.0}
        if kind == "reply":
            nonsense = {"votes": 77}
        world.store.discuss.posts(kind).collection.update_many({}, {"$set": nonsense})


def life(world: World, client: FlaskClient) -> list[str]:
    """Some threads with replies, and what people think of them; the ids of all posts."""
    ids = []
    for n in range(3):
        thread = start(client, title=f"Question {n}")["id"]
        replies = [respond(client, thread, who, f"Reply {n}")["id"] for who in (OTHER, RAIL)]
        ask(client, "PUT", f"/v1/replies/{replies[0]}/vote", RAIL)
        ask(client, "PUT", f"/v1/threads/{thread}/vote", OTHER)
        if n:
            ask(client, "DELETE", f"/v1/threads/{thread}/vote", OTHER)
            ask(client, "DELETE", f"/v1/replies/{replies[1]}", RAIL)
        ask(client, "PUT", f"/v1/threads/{thread}/follow", RAIL)
        ids += [thread, *replies]
        world.later(hours=7)
    return ids


def test_m6_counts_made_anew_equal_the_living_ones(world: World, client: FlaskClient) -> None:
    life(world, client)
    living = counts(world)
    spoil(world)

    for _ in range(2):
        assert recount(world.store, world.settings) == 3

    assert counts(world) == living
    assert len({one["heat"] for one in living.values() if one["heat"] is not None}) == 3


def test_counting_moves_no_version(world: World, client: FlaskClient) -> None:
    thread = start(client)
    ask(client, "PUT", f"/v1/threads/{thread['id']}/vote", OTHER)

    assert ask(client, "GET", f"/v1/threads/{thread['id']}", LEARNER).json["version"] == thread["version"]


@pytest.mark.parametrize("seed", range(4))
def test_m6_repeated_and_reordered_opinions_leave_the_same_counts(
    world: World, client: FlaskClient, seed: int
) -> None:
    thread = start(client)["id"]
    reply = respond(client, thread, OTHER)
    people = [world.person(f"p{n}").user_id for n in range(6)]
    opinions = [(person, what) for person in people for what in ("thread", "reply", "follow")] * 2
    random.Random(seed).shuffle(opinions)

    for person, what in opinions:
        writing = Writing.of(world.store, world.settings, person, NOON + timedelta(hours=1))
        if what == "follow":
            follow(writing, thread, True)
        else:
            vote(writing, what, thread if what == "thread" else reply["id"], True)

    found = counts(world)
    assert (found[thread]["votes"], found[thread]["followers"], found[reply["id"]]["votes"]) == (6, 8, 6)
    # A thread and a reply at noon, six votes on each an hour later, in half-lives of three days since 2025 began.
    expected = 546.5 / 3 + math.log2(3 + 2 + 6 * 1.5 * 2 ** (1 / 72))
    assert found[thread]["heat"] == pytest.approx(expected, abs=1e-6)
    spoil(world)
    recount(world.store, world.settings)
    assert counts(world) == found


def test_votes_at_the_same_time_are_all_counted(world: World, client: FlaskClient) -> None:
    thread = start(client)["id"]
    reply = world.store.discuss.replies.get(respond(client, thread, OTHER)["id"]) or {}
    people = [f"p{n}" for n in range(24)]

    def one(person: str) -> None:
        world.store.discuss.vote(reply["_id"], thread, person, True, NOON)
        count_reply(world.store, world.settings, reply)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, people))

    assert counts(world)[reply["_id"]]["votes"] == 24
    living = counts(world)
    recount(world.store, world.settings)
    assert counts(world) == living


def test_an_erased_persons_words_and_votes_go_and_others_words_stay(
    world: World, client: FlaskClient
) -> None:
    thread = start(client)["id"]
    reply = respond(client, thread, OTHER, "The words of somebody else")["id"]
    other = start(client, RAIL, title="Another question")["id"]
    ask(client, "PUT", f"/v1/threads/{other}/vote", LEARNER)
    ask(client, "PATCH", f"/v1/threads/{thread}", LEARNER, {"body": "Changed words"})
    due = envelope(ErasureDue(user_id="learner-1", sv=9), sequence=9)

    for _ in range(2):
        world.hear(due)

    seen = ask(client, "GET", f"/v1/threads/{thread}", RAIL).json
    assert (seen["title"], seen["body"], seen["state"], seen["author"]["id"]) == ("", "", "erased", None)
    (kept,) = ask(client, "GET", f"/v1/threads/{thread}/replies", RAIL).json["items"]
    assert (kept["id"], kept["body"]) == (reply, "The words of somebody else")
    assert ask(client, "GET", f"/v1/threads/{other}", RAIL).json["votes"] == 0
    assert ask(client, "GET", "/v1/threads?sort=new", RAIL).json["items"][0]["id"] == other
    names = ("threads", "replies", "votes", "follows", "reports", "people")
    left = [
        str({k: v for k, v in one.items() if k != "_outbox"})
        for name in names
        for one in world.store.database[name].find()
    ]
    assert [one for one in left if "learner-1" in one] == ["{'_id': 'learner-1', 'erased': True}"]
