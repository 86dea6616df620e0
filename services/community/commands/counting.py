"""Counts of discussions, made anew from the keyed facts each time: repetition and order change nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.community.rules import CommunitySettings
from services.community.rules.discuss import tally
from services.community.store import Store
from shared.mongo import Records

Document = dict[str, Any]
TRIES = 8


def count_thread(store: Store, settings: CommunitySettings, thread_id: str) -> None:
    """Write what is counted of a thread.

    Each writer counts after its own fact is stored; a count begun before another one ended is made again, so the
    last one written has seen every fact.
    """
    discuss = store.discuss

    def counted(thread: Document) -> Document:
        replies = discuss.replies.find({"thread_id": thread_id, "state": "shown"})
        votes = list(discuss.votes.find({"thread_id": thread_id}))
        followers = discuss.follows.count_documents({"thread_id": thread_id, "on": True})
        return tally(thread, replies, votes, followers, settings.trending_half_life)

    write_count(discuss.threads, thread_id, counted)


def count_reply(store: Store, settings: CommunitySettings, reply: Document) -> None:
    """Write the votes of a reply, and what is counted of its thread."""
    write_count(store.discuss.replies, reply["_id"], lambda one: _votes_of(store, one))
    count_thread(store, settings, reply["thread_id"])


def write_count(records: Records, id_: str, counted: Callable[[Document], Document]) -> None:
    """Write `counted(document)` unless somebody else has counted meanwhile; then count again."""
    for _ in range(TRIES):
        document = records.get(id_)
        if document is None:
            return
        values = counted(document)
        turn = document.get("round", 0)
        done = records.collection.update_one(
            {"_id": id_, "round": turn}, {"$set": {**values, "round": turn + 1}}
        )
        if done.matched_count:
            return


def recount_whole(store: Store, settings: CommunitySettings, thread_id: str) -> None:
    """Count a thread and each of its replies anew."""
    replies = store.discuss.replies
    for reply in replies.collection.find({"thread_id": thread_id}, {"thread_id": 1}):
        write_count(replies, reply["_id"], lambda one: _votes_of(store, one))
    count_thread(store, settings, thread_id)


def recount(store: Store, settings: CommunitySettings) -> int:
    """Count every thread and reply anew from the facts; how many threads there are."""
    ids = [one["_id"] for one in store.discuss.threads.collection.find({}, {"_id": 1})]
    for thread_id in ids:
        recount_whole(store, settings, thread_id)
    return len(ids)


def _votes_of(store: Store, reply: Document) -> Document:
    where = {"thread_id": reply["thread_id"], "post_id": reply["_id"]}
    return {"votes": store.discuss.votes.count_documents(where)}
