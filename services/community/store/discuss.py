"""Threads and replies, and the keyed facts around them: votes, follows, reports."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from shared.events import Event
from shared.mongo import Document, Records, publishing_indexes
from shared.privacy import Holding

DISCUSS_HOLDINGS = (
    Holding("threads", "author_id"),
    Holding("replies", "author_id"),
    Holding("votes"),
    Holding("follows"),
    Holding("reports"),
)


class Discuss:
    """Aggregates `threads` and `replies`; facts `votes`, `follows`, `reports`, each keyed by post and person.

    `votes`, `replies`, `followers`, `last_at` and `heat` of a thread, and `votes` of a reply, are counted from
    the facts alone; `round` tells whether somebody else has counted meanwhile.
    """

    def __init__(self, database: Database[Document]) -> None:
        self.threads = Records(database["threads"])
        self.replies = Records(database["replies"])
        self.votes = database["votes"]
        self.follows = database["follows"]
        self.reports = database["reports"]

    def posts(self, kind: str) -> Records:
        """The aggregates of one kind of post: thread or reply."""
        return self.threads if kind == "thread" else self.replies

    def add_once(self, kind: str, post: Document, *events: Event) -> Document:
        """Insert a post; the one that stands there when the request was repeated."""
        try:
            return self.posts(kind).add(post, *events)
        except DuplicateKeyError:
            return self.posts(kind).get(post["_id"]) or post

    def posts_since(self, user_id: str, since: datetime) -> int:
        """How many posts of a person are newer than `since`."""
        where = {"author_id": user_id, "at": {"$gt": since}}
        return sum(one.collection.count_documents(where) for one in (self.threads, self.replies))

    def vote(self, post_id: str, thread_id: str, user_id: str, on: bool, now: datetime) -> None:
        """Keep or remove one person's vote; repeating it changes nothing."""
        id_ = f"{post_id}:{user_id}"
        if not on:
            self.votes.delete_one({"_id": id_})
            return
        fact = {"post_id": post_id, "thread_id": thread_id, "user_id": user_id, "at": now}
        self.votes.update_one({"_id": id_}, {"$setOnInsert": fact}, upsert=True)

    def voted(self, user_id: str, post_ids: Iterable[str]) -> set[str]:
        """Which of these posts have this person's vote."""
        ids = [f"{post}:{user_id}" for post in post_ids]
        return {one["post_id"] for one in self.votes.find({"_id": {"$in": ids}})} if ids else set()

    def follow(
        self, thread_id: str, user_id: str, on: bool, now: datetime, *, unless_told: bool = False
    ) -> None:
        """Follow a thread or stop; with `unless_told` only when the person has said nothing yet."""
        fact: Document = {"thread_id": thread_id, "user_id": user_id, "on": on, "at": now}
        update: Document = {"$setOnInsert": fact} if unless_told else {"$set": fact}
        self.follows.update_one({"_id": f"{thread_id}:{user_id}"}, update, upsert=True)

    def followed(self, user_id: str, thread_ids: Iterable[str]) -> set[str]:
        """Which of these threads this person follows."""
        ids = [f"{thread}:{user_id}" for thread in thread_ids]
        where = {"_id": {"$in": ids}, "on": True}
        return {one["thread_id"] for one in self.follows.find(where)} if ids else set()

    def followers(self, thread_id: str, but: str, after: str, most: int) -> list[str]:
        """The next followers of a thread behind an id, without one person."""
        where = {"thread_id": thread_id, "on": True, "user_id": {"$gt": after, "$ne": but}}
        found = self.follows.find(where, {"user_id": 1}, sort=[("user_id", ASCENDING)], limit=most)
        return [one["user_id"] for one in found]

    def report(self, row: Document) -> bool:
        """Keep one person's complaint about a post; False when it is there already."""
        try:
            self.reports.insert_one(row)
        except DuplicateKeyError:
            return False
        return True

    def open_reports(self, post_id: str) -> list[Document]:
        """The complaints about a post on which nobody has decided, oldest first."""
        found = self.reports.find({"post_id": post_id, "decided": None})
        return sorted(found, key=lambda one: (one["at"], one["_id"]))

    def in_spaces(self, spaces: list[str], audiences: list[str | None]) -> dict[str, Document]:
        """For each of these spaces the number of its threads and when something happened there last."""
        match = {"space": {"$in": spaces}, "state": "shown", "audience": {"$in": audiences}}
        group = {"_id": "$space", "threads": {"$sum": 1}, "last_at": {"$max": "$last_at"}}
        rows = self.threads.collection.aggregate([{"$match": match}, {"$group": group}])
        return {row["_id"]: row for row in rows}

    def forget(self, user_id: str) -> set[str]:
        """Empty the posts of a person and drop their facts; the threads that are to be counted anew."""
        touched = {one["thread_id"] for one in self.votes.find({"user_id": user_id}, {"thread_id": 1})}
        touched |= {one["thread_id"] for one in self.follows.find({"user_id": user_id}, {"thread_id": 1})}
        for kind, key in (("thread", "_id"), ("reply", "thread_id")):
            records = self.posts(kind)
            touched |= {one[key] for one in records.collection.find({"author_id": user_id}, {key: 1})}
            records.change_all(
                {"author_id": user_id}, {"$set": emptied(kind, "erased"), "$unset": {"reported_at": ""}}
            )
        for facts in (self.votes, self.follows, self.reports):
            facts.delete_many({"user_id": user_id})
        return touched


def emptied(kind: str, state: str) -> Document:
    """What is set on a post whose words go: erased with its author, or withdrawn by them."""
    made: dict[str, Any] = {"body": "", "edits": [], "state": state}
    if kind == "thread":
        made |= {"title": "", "words": []}
    return made | ({"author_id": None, "mdo_path": []} if state == "erased" else {})


def discuss_indexes(database: Database[Document]) -> None:
    """Create the indexes of discussions."""
    threads, replies = database["threads"], database["replies"]
    for one in (threads, replies):
        publishing_indexes(one)
        one.create_index([("author_id", ASCENDING), ("at", DESCENDING)], name="author")
        one.create_index([("reported_at", ASCENDING)], sparse=True, name="reported_at")
    for key in ("heat", "at", "last_at", "votes"):
        order = [("state", ASCENDING), (key, DESCENDING), ("_id", DESCENDING)]
        threads.create_index(order, name=f"by_{key}")
    threads.create_index([("space", ASCENDING), ("state", ASCENDING), ("heat", DESCENDING)], name="space")
    threads.create_index([("words", ASCENDING)], name="words")
    replies.create_index(
        [("thread_id", ASCENDING), ("votes", DESCENDING), ("at", ASCENDING), ("_id", ASCENDING)], name="top"
    )
    replies.create_index([("thread_id", ASCENDING), ("at", ASCENDING), ("_id", ASCENDING)], name="oldest")
    replies.create_index([("tell_after", ASCENDING)], sparse=True, name="tell_after")
    for name in ("votes", "follows", "reports"):
        database[name].create_index([("user_id", ASCENDING)], name="person")
    database["votes"].create_index([("thread_id", ASCENDING)], name="thread")
    follows = database["follows"]
    follows.create_index([("thread_id", ASCENDING), ("on", ASCENDING), ("user_id", ASCENDING)], name="thread")
    database["reports"].create_index([("post_id", ASCENDING)], name="post")
