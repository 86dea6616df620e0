"""Decisions on discussions: heat that fades, who may see and change a post, when reports suspend one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from shared.errors import Conflict, NotFound, Refused, TooMany

Document = dict[str, Any]
WORTH = {"thread": 3.0, "reply": 2.0, "vote": 1.0, "reply_vote": 0.5}
EPOCH = datetime(2025, 1, 1, tzinfo=UTC)
SORTS = {"trending": "heat", "new": "at", "active": "last_at", "top": "votes"}
LIVE, GONE = ("shown", "suspended", "removed"), ("withdrawn", "erased")
NO_SPACE = ("space_unknown", "There is no such space.")
UNKNOWN = {
    "thread": ("thread_unknown", "There is no such discussion."),
    "reply": ("reply_unknown", "There is no such reply."),
}


def heat(facts: Iterable[tuple[str, datetime]], half_life: float) -> float:
    """How hot a thread is: the binary logarithm of what happened, each fact twice as heavy as one half-life older.

    All threads cool alike, so their order by this number is right at any later moment without counting again.
    The facts are pairs of kind and time; their order and the moment of counting do not matter.
    """
    heights = sorted(math.log2(WORTH[kind]) + (at - EPOCH).total_seconds() / half_life for kind, at in facts)
    if not heights:
        return 0.0
    top = heights[-1]
    return round(top + math.log2(math.fsum(2.0 ** (one - top) for one in heights)), 6)


def tally(
    thread: Mapping[str, Any],
    replies: Sequence[Mapping[str, Any]],
    votes: Sequence[Mapping[str, Any]],
    followers: int,
    half_life: float,
) -> Document:
    """What is counted of a thread, from its shown replies and all votes on it and on them."""
    shown = {one["_id"] for one in replies}
    newest: dict[str, datetime] = {}
    for one in replies:
        if one["author_id"] not in (None, thread["author_id"]):
            newest[one["author_id"]] = max(one["at"], newest.get(one["author_id"], one["at"]))
    own = [one["at"] for one in votes if one["post_id"] == thread["_id"]]
    others = [one["at"] for one in votes if one["post_id"] in shown]
    facts = [("thread", thread["at"]), *(("reply", at) for at in newest.values())]
    facts += [*(("vote", at) for at in own), *(("reply_vote", at) for at in others)]
    return {
        "votes": len(own),
        "replies": len(replies),
        "followers": followers,
        "last_at": max([thread["at"], *(one["at"] for one in replies)]),
        "heat": heat(facts, half_life),
    }


def space_id(kind: str, ref: str) -> str:
    """The id of the space of a topic or a course."""
    return f"{kind}:{ref}"


def space_of(id_: str) -> tuple[str, str]:
    """Kind and reference of a space; NotFound for what is none."""
    kind, _, ref = id_.partition(":")
    if kind not in ("topic", "course") or not ref:
        raise NotFound(*NO_SPACE)
    return kind, ref


def check_visible(kind: str, post: Mapping[str, Any] | None, viewer: str) -> Document:
    """The post, when this person may see it; NotFound otherwise, as for an unknown one."""
    if post is not None and post["state"] not in GONE:
        if post["state"] == "shown" or (post["author_id"] == viewer and post["state"] in LIVE):
            return dict(post)
    elif post is not None and post["state"] == "erased" and kind == "thread" and post["replies"]:
        return dict(post)
    raise NotFound(*UNKNOWN[kind])


def check_open(thread: Mapping[str, Any]) -> None:
    """Conflict when nothing can be added to a thread: it is suspended, removed, or its author is gone."""
    if thread["state"] != "shown":
        raise Conflict("thread_closed", "This discussion is closed.")


def check_own(kind: str, post: Mapping[str, Any] | None, viewer: str) -> Document:
    """The post of this author; NotFound for anybody else's; Conflict when a moderator closed it."""
    if post is None or post["author_id"] != viewer or post["state"] in GONE:
        raise NotFound(*UNKNOWN[kind])
    if post["state"] != "shown":
        raise Conflict("thread_closed", "A moderator has closed this; it cannot be changed.")
    return dict(post)


def check_not_own(post: Mapping[str, Any], viewer: str) -> None:
    """Refused for what nobody does to their own post: vote for it, report it, accept it."""
    if post["author_id"] == viewer:
        raise Refused("own_post", "This is your own post.")


def check_pace(posts: int, most: int, window: float) -> None:
    """TooMany when a person has written very much within the window."""
    if posts >= most:
        raise TooMany("too_many_posts", "You have written a lot. Go on later.", retry_after=int(window // 4))


def suspends(reporters: int, most: int, post: Mapping[str, Any]) -> bool:
    """Whether so many distinct open reporters suspend a post; not one that a moderator has kept."""
    return reporters >= most and post["state"] == "shown" and not post.get("kept")
