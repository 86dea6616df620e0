"""Threads and replies as a person sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.community.clients import Directory
from services.community.queries.people import people_out
from services.community.queries.spaces import path_of, space_refs, visible_space
from services.community.rules.discuss import (
    LIVE,
    SORTS,
    UNKNOWN,
    check_visible,
)
from services.community.rules.people import audiences, reaches
from services.community.rules.texts import excerpt, words_filter
from services.community.store import Store
from shared.auth import Principal
from shared.errors import NotFound
from shared.paging import page

Document = dict[str, Any]
MODERATORS = ("SPV_ADMIN", "MDO_ADMIN")
KINDS = {"heat": float, "at": datetime, "last_at": datetime, "votes": int}
HOT_MOST = 200  # Trending threads that are kept for everybody; each person sees those meant for them.
TOP = (("votes", -1), ("at", 1), ("_id", 1))
OLDEST = (("at", 1), ("_id", 1))


def seen_thread(store: Store, user_id: str, id_: str) -> Document:
    """A thread that this person may see; NotFound otherwise."""
    thread = check_visible("thread", store.discuss.threads.get(id_), user_id)
    if thread["audience"] is not None and thread["audience"] not in path_of(store, user_id):
        raise NotFound(*UNKNOWN["thread"])
    return thread


def seen_reply(store: Store, user_id: str, id_: str) -> Document:
    """A reply that this person may see, in a thread that they may see; NotFound otherwise."""
    reply = check_visible("reply", store.discuss.replies.get(id_), user_id)
    try:
        seen_thread(store, user_id, reply["thread_id"])
    except NotFound:
        raise NotFound(*UNKNOWN["reply"]) from None
    return reply


def threads_page(store: Store, directory: Directory, user_id: str, asked: Mapping[str, Any]) -> Document:
    """A page of threads: of a space, found by words, one's own, followed or unanswered."""
    path = path_of(store, user_id)
    where: Document = {"state": "shown", "audience": {"$in": audiences(path)}, **words_filter(asked["q"])}
    if asked["space"]:
        where["space"] = visible_space(store, path, asked["space"])["id"]
    match asked["chosen"]:
        case "mine":
            where |= {"author_id": user_id, "state": {"$in": list(LIVE)}}
        case "followed":
            rows = store.discuss.follows.find({"user_id": user_id, "on": True}, {"thread_id": 1})
            where["_id"] = {"$in": [row["thread_id"] for row in rows]}
        case "unanswered":
            where["accepted"] = None
    key = SORTS[asked["sort"]]
    found = page(store.discuss.threads.find, where, ((key, -1), ("_id", -1)), (KINDS[key], str), asked)
    return found | {"items": cards(store, directory, user_id, found["items"])}


def cards(store: Store, directory: Directory, user_id: str, threads: Sequence[Document]) -> list[Document]:
    """ThreadCard of each thread."""
    ids = [one["_id"] for one in threads]
    people = people_out(store, directory, (one["author_id"] for one in threads))
    spaces = space_refs(store, {one["space"] for one in threads})
    voted, followed = store.discuss.voted(user_id, ids), store.discuss.followed(user_id, ids)
    return [
        {
            "id": one["_id"],
            "space": spaces[one["space"]],
            "title": one["title"],
            "excerpt": excerpt(one["body"]),
            "author": people[one["author_id"]],
            "created_at": one["at"],
            "edited_at": one["edited_at"],
            "last_at": one["last_at"],
            "votes": one["votes"],
            "replies": one["replies"],
            "answered": one["accepted"] is not None,
            "voted": one["_id"] in voted,
            "followed": one["_id"] in followed,
            "mine": one["author_id"] == user_id,
            "state": one["state"],
            "version": one["version"],
        }
        for one in threads
    ]


def thread_out(store: Store, directory: Directory, who: Principal, thread: Document) -> Document:
    """A whole thread."""
    (card,) = cards(store, directory, who.user_id, [thread])
    moderated = thread.get("moderation") or {}
    return card | {
        "body": thread["body"],
        "accepted_id": thread["accepted"],
        "followers": thread["followers"],
        "may_moderate": reaches(who, MODERATORS, thread["mdo_path"]),
        "removed_reason": moderated.get("reason") if thread["state"] == "removed" else None,
    }


def replies_page(
    store: Store, directory: Directory, user_id: str, thread: Document, asked: Mapping[str, Any]
) -> Document:
    """A page of a thread's replies; by votes the accepted one comes first."""
    accepted = thread["accepted"] if asked["sort"] == "top" else None
    where: Document = {
        "thread_id": thread["_id"],
        "$or": [{"state": "shown"}, {"author_id": user_id, "state": {"$in": list(LIVE)}}],
    }
    if accepted:
        where["_id"] = {"$ne": accepted}
    keys, kinds = (TOP, (int, datetime, str)) if asked["sort"] == "top" else (OLDEST, (datetime, str))
    found = page(store.discuss.replies.find, where, keys, kinds, asked)
    rows = found["items"]
    if accepted and not asked["cursor"]:
        rows = [*store.discuss.replies.find({"_id": accepted, "state": "shown"}), *rows]
    return found | {"items": replies_out(store, directory, user_id, rows, thread["accepted"])}


def replies_out(
    store: Store, directory: Directory, user_id: str, replies: Sequence[Document], accepted: str | None
) -> list[Document]:
    """Replies as they are shown."""
    people = people_out(store, directory, (one["author_id"] for one in replies))
    voted = store.discuss.voted(user_id, [one["_id"] for one in replies])
    return [
        {
            "id": one["_id"],
            "thread_id": one["thread_id"],
            "body": one["body"],
            "author": people[one["author_id"]],
            "at": one["at"],
            "edited_at": one["edited_at"],
            "votes": one["votes"],
            "voted": one["_id"] in voted,
            "accepted": one["_id"] == accepted,
            "mine": one["author_id"] == user_id,
            "state": one["state"],
            "version": one["version"],
            "removed_reason": (one.get("moderation") or {}).get("reason")
            if one["state"] == "removed"
            else None,
        }
        for one in replies
    ]


def reply_out(store: Store, directory: Directory, user_id: str, reply: Document) -> Document:
    """One reply."""
    thread = store.discuss.threads.get(reply["thread_id"]) or {}
    return replies_out(store, directory, user_id, [reply], thread.get("accepted"))[0]


def history(store: Store, kind: str, who: Principal, id_: str) -> Document:
    """The former texts of a post, newest first; for its author and the moderators who reach it."""
    post = store.discuss.posts(kind).get(id_)
    if post is None or not (post["author_id"] == who.user_id or reaches(who, MODERATORS, post["mdo_path"])):
        raise NotFound(*UNKNOWN[kind])
    return {"items": list(reversed(post["edits"]))}


def _hottest(store: Store, where: Document, most: int) -> list[Document]:
    order = [("heat", -1), ("_id", -1)]
    return store.discuss.threads.find({"state": "shown", **where}, sort=order, limit=most)


def trending_rail(store: Store, user_id: str, limit: int) -> Document:
    """The hottest threads that a person may see, without names."""
    mine = audiences(path_of(store, user_id))
    hottest = store.rails.of("discussions", lambda: _hottest(store, {}, HOT_MOST))
    found = [one for one in hottest if one["audience"] in mine][:limit]
    if len(found) < limit and len(hottest) == HOT_MOST:
        found = _hottest(store, {"audience": {"$in": mine}}, limit)
    spaces = space_refs(store, {one["space"] for one in found})
    return {
        "items": [
            {
                "id": one["_id"],
                "title": one["title"],
                "space": spaces[one["space"]],
                "votes": one["votes"],
                "replies": one["replies"],
                "answered": one["accepted"] is not None,
                "last_at": one["last_at"],
            }
            for one in found
        ]
    }
