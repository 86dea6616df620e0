"""Decisions on discussions: heat, spaces, words, visibility."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest

from services.community.rules.discuss import check_visible, heat, space_of, suspends, tally
from services.community.rules.texts import excerpt, words_filter, words_of
from shared.errors import NotFound
from tests.community.world import NOON

HALF_LIFE = 3 * 86400.0
DAY = timedelta(days=1)


def test_heat_does_not_depend_on_the_order_of_the_facts() -> None:
    facts = [("thread", NOON), ("reply", NOON + DAY), ("vote", NOON - DAY), ("reply_vote", NOON)]

    assert len({heat(order, HALF_LIFE) for order in itertools.permutations(facts)}) == 1


def test_one_half_life_makes_a_fact_half_as_heavy() -> None:
    older, newer = heat([("vote", NOON)], HALF_LIFE), heat([("vote", NOON + 3 * DAY)], HALF_LIFE)

    assert newer - older == pytest.approx(1.0)
    assert heat([("vote", NOON)] * 2, HALF_LIFE) == pytest.approx(newer)


def test_a_fresh_thread_overtakes_an_old_favourite() -> None:
    favourite = heat([("thread", NOON - 30 * DAY), *[("vote", NOON - 28 * DAY)] * 40], HALF_LIFE)

    assert heat([("thread", NOON)], HALF_LIFE) > favourite


def thread(**more: Any) -> dict[str, Any]:
    return {"_id": "t", "author_id": "a", "at": NOON, "state": "shown", "replies": 0, **more}


def reply(id_: str, author: str | None, hours: int) -> dict[str, Any]:
    return {"_id": id_, "author_id": author, "at": NOON + timedelta(hours=hours)}


def test_a_talkative_replier_heats_a_thread_once_and_its_author_never() -> None:
    quiet = tally(thread(), [reply("r2", "b", 2)], [], 1, HALF_LIFE)
    loud = tally(thread(), [reply("r1", "b", 1), reply("r2", "b", 2), reply("r3", "a", 3)], [], 1, HALF_LIFE)

    assert loud["heat"] == quiet["heat"]
    assert (loud["replies"], loud["last_at"]) == (3, NOON + timedelta(hours=3))


def test_votes_on_replies_that_are_hidden_do_not_count() -> None:
    votes = [{"post_id": "t", "at": NOON}, {"post_id": "hidden", "at": NOON}]

    with_hidden, without = (tally(thread(), [], some, 0, HALF_LIFE) for some in (votes, votes[:1]))

    assert with_hidden == without
    assert without["votes"] == 1


@pytest.mark.parametrize("id_", ["", "topic", "topic:", "person:x", ":x"])
def test_what_names_no_space_is_unknown(id_: str) -> None:
    with pytest.raises(NotFound):
        space_of(id_)


@pytest.mark.parametrize(
    ("state", "viewer", "seen"),
    [
        ("shown", "b", True), ("suspended", "b", False), ("suspended", "a", True), ("removed", "a", True),
        ("removed", "b", False), ("withdrawn", "a", False), ("erased", "b", False),
    ],
)  # fmt: skip
def test_who_sees_a_post_in_which_state(state: str, viewer: str, seen: bool) -> None:
    if seen:
        assert check_visible("thread", thread(state=state), viewer)["_id"] == "t"
    else:
        with pytest.raises(NotFound):
            check_visible("thread", thread(state=state), viewer)


def test_an_erased_thread_is_seen_for_the_sake_of_its_replies() -> None:
    assert check_visible("thread", thread(state="erased", author_id=None, replies=1), "b")["_id"] == "t"


@pytest.mark.parametrize(
    ("reporters", "post", "expected"),
    [(2, {}, False), (3, {}, True), (3, {"kept": True}, False), (9, {"state": "removed"}, False)],
)
def test_enough_reporters_suspend_what_no_moderator_has_kept(
    reporters: int, post: dict[str, Any], expected: bool
) -> None:
    assert suspends(reporters, 3, {"state": "shown", **post}) is expected


def test_words_are_found_without_case_joiners_and_punctuation() -> None:
    assert words_of("Which GST-rate? “खरीद।” क्\u200dष x") == ["which", "gst", "rate", "खरीद", "क्ष", "x"]


def test_the_last_word_of_a_query_is_a_beginning() -> None:
    assert words_filter("limited ten") == {
        "$and": [
            {"words": "limited"},
            {"words": {"$elemMatch": {"$gte": "ten", "$lt": "ten\U0010ffff"}}},
        ]
    }
    assert words_filter(" ?! ") == {}


def test_an_excerpt_is_one_line_with_a_sign_that_more_follows() -> None:
    assert excerpt("a\n b  c") == "a b c"
    assert excerpt("x" * 300) == "x" * 199 + "…"
