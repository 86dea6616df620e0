"""Write in discussions: threads, replies, the accepted answer; each edit keeps the former text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.community.commands.counting import count_thread
from services.community.queries.discuss import seen_reply, seen_thread
from services.community.queries.spaces import visible_space
from services.community.rules import CommunitySettings
from services.community.rules.discuss import UNKNOWN, check_not_own, check_open, check_own, check_pace
from services.community.rules.people import check_onboarded
from services.community.rules.texts import words_of
from services.community.store import Store
from services.community.store.discuss import emptied
from shared.errors import Conflict, NotFound
from shared.events.community import FollowedThreadAnswered, ReplyAccepted, ThreadStarted

Document = dict[str, Any]
EDITS_KEPT, FOLLOWERS_AT_ONCE = 50, 200
CHANGED = ("changed_elsewhere", "This was changed meanwhile. Look at it again.")


@dataclass(frozen=True)
class Writing:
    """Somebody who writes at a moment; Forbidden from `of` while their profile is incomplete."""

    store: Store
    settings: CommunitySettings
    user_id: str
    path: tuple[str, ...]
    now: datetime

    @classmethod
    def of(cls, store: Store, settings: CommunitySettings, user_id: str, now: datetime) -> Writing:
        """The writer behind a request."""
        person = store.people.get(user_id)
        check_onboarded(person)
        path = store.people.path_of((person or {}).get("mdo_id"))
        return cls(store, settings, user_id, tuple(path), now)

    def start_thread(self, id_: str, space: str, title: str, body: str) -> Document:
        """Start a thread in a space; its author follows it."""
        if (before := self.store.discuss.threads.get(id_)) is not None:
            return before
        self._check_pace()
        found = visible_space(self.store, list(self.path), space)
        thread = {
            **self._post(id_, body), "space": found["id"], "audience": found["audience"], "title": title,
            "words": words_of(title, body), "accepted": None, "accepted_at": None, "replies": 0, "followers": 0,
            "heat": 0.0, "last_at": self.now,
        }  # fmt: skip
        told = ThreadStarted(
            user_id=self.user_id, thread_id=id_, space_kind=found["kind"], space_ref=found["ref"]
        )
        kept = self.store.discuss.add_once("thread", thread, told)
        self.store.discuss.follow(id_, self.user_id, True, self.now, unless_told=True)
        count_thread(self.store, self.settings, id_)
        return self.store.discuss.threads.get(id_) or kept

    def reply(self, id_: str, thread_id: str, body: str) -> Document:
        """Reply to a thread; who follows it is told, very many in several events by the worker."""
        discuss = self.store.discuss
        if (before := discuss.replies.get(id_)) is not None:
            return before
        thread = seen_thread(self.store, self.user_id, thread_id)
        check_open(thread)
        self._check_pace()
        followers = discuss.followers(thread_id, self.user_id, "", FOLLOWERS_AT_ONCE)
        reply = {**self._post(id_, body), "thread_id": thread_id}
        if len(followers) == FOLLOWERS_AT_ONCE:
            reply["tell_after"] = followers[-1]
        told = FollowedThreadAnswered(
            user_id=self.user_id, thread_id=thread_id, reply_id=id_, follower_ids=tuple(followers)
        )
        kept = discuss.add_once("reply", reply, *([told] if followers else []))
        discuss.follow(thread_id, self.user_id, True, self.now, unless_told=True)
        count_thread(self.store, self.settings, thread_id)
        return kept

    def edit(self, kind: str, id_: str, changes: Document, expected: int | None) -> Document:
        """Change one's own post; the former text goes into its history. Conflict when it was changed meanwhile."""
        records = self.store.discuss.posts(kind)
        post = check_own(kind, records.get(id_), self.user_id)
        if expected is not None and expected != post["version"]:
            raise Conflict(*CHANGED, current={"version": post["version"], **_texts(post)})
        if all(post[name] == value for name, value in changes.items()):
            return post
        former = {"at": post["edited_at"] or post["at"], **_texts(post)}
        setting = {**changes, "edited_at": self.now}
        if kind == "thread":
            after = {**post, **changes}
            setting["words"] = words_of(after["title"], after["body"])
        update = {"$set": setting, "$push": {"edits": {"$each": [former], "$slice": -EDITS_KEPT}}}
        kept = records.change({"_id": id_, "version": post["version"]}, update)
        if kept is None:
            raise Conflict(*CHANGED)
        return kept

    def withdraw_thread(self, id_: str) -> None:
        """Take back a thread to which nobody else has replied; Conflict otherwise."""
        thread = check_own("thread", self.store.discuss.threads.get(id_), self.user_id)
        others = {
            "thread_id": id_,
            "state": {"$in": ["shown", "suspended"]},
            "author_id": {"$ne": self.user_id},
        }
        if self.store.discuss.replies.find_one(others):
            raise Conflict("has_replies", "Others have replied: this discussion stays.")
        where = {"_id": id_, "version": thread["version"]}
        if self.store.discuss.threads.change(where, _gone("thread")) is None:
            raise Conflict(*CHANGED)

    def withdraw_reply(self, id_: str) -> None:
        """Take back one's own reply; an accepted one is no longer the answer."""
        reply = check_own("reply", self.store.discuss.replies.get(id_), self.user_id)
        self.store.discuss.replies.change({"_id": id_}, _gone("reply"))
        unaccept_reply(self.store, reply["thread_id"], id_)
        count_thread(self.store, self.settings, reply["thread_id"])

    def accept(self, thread_id: str, reply_id: str) -> Document:
        """Accept a reply of somebody else as the answer; another one before is replaced."""
        thread = self._asked(thread_id)
        reply = seen_reply(self.store, self.user_id, reply_id)
        if reply["thread_id"] != thread_id or reply["state"] != "shown":
            raise NotFound(*UNKNOWN["reply"])
        check_not_own(reply, self.user_id)
        if thread["accepted"] == reply_id:
            return thread
        told = ReplyAccepted(
            user_id=reply["author_id"], thread_id=thread_id, reply_id=reply_id, accepted_by=self.user_id
        )
        setting = {"$set": {"accepted": reply_id, "accepted_at": self.now}}
        where = {"_id": thread_id, "version": thread["version"]}
        kept = self.store.discuss.threads.change(where, setting, told)
        if kept is None:
            raise Conflict(*CHANGED)
        return kept

    def unaccept(self, thread_id: str) -> Document:
        """Say that the question is open again."""
        thread = self._asked(thread_id)
        unaccept_reply(self.store, thread_id, thread["accepted"])
        return self.store.discuss.threads.get(thread_id) or thread

    def _asked(self, thread_id: str) -> Document:
        """The thread of this author; NotFound for anybody else's."""
        thread = self.store.discuss.threads.get(thread_id)
        return check_own("thread", thread, self.user_id)

    def _check_pace(self) -> None:
        settings = self.settings
        since = self.now - timedelta(seconds=settings.posts_window)
        written = self.store.discuss.posts_since(self.user_id, since)
        check_pace(written, settings.posts_most, settings.posts_window)

    def _post(self, id_: str, body: str) -> Document:
        return {
            "_id": id_, "author_id": self.user_id, "mdo_path": list(self.path), "body": body, "at": self.now,
            "edited_at": None, "edits": [], "state": "shown", "votes": 0, "round": 0,
        }  # fmt: skip


def unaccept_reply(store: Store, thread_id: str, reply_id: str | None) -> None:
    """Take the mark from a reply that was the accepted one; otherwise nothing."""
    if reply_id is not None:
        none = {"$set": {"accepted": None, "accepted_at": None}}
        store.discuss.threads.change({"_id": thread_id, "accepted": reply_id}, none)


def tell_more_followers(store: Store) -> int:
    """Tell the next followers of replies in threads with very many; how many events were made."""
    told = 0
    for reply in store.discuss.replies.find({"tell_after": {"$exists": True}}, limit=50):
        some = store.discuss.followers(
            reply["thread_id"], reply["author_id"] or "", reply["tell_after"], FOLLOWERS_AT_ONCE
        )
        where = {"_id": reply["_id"], "version": reply["version"]}
        if not some or reply["state"] != "shown":
            store.discuss.replies.change(where, {"$unset": {"tell_after": ""}})
            continue
        event = FollowedThreadAnswered(
            user_id=reply["author_id"], thread_id=reply["thread_id"], reply_id=reply["_id"],
            follower_ids=tuple(some),
        )  # fmt: skip
        if store.discuss.replies.change(where, {"$set": {"tell_after": some[-1]}}, event):
            told += 1
    return told


def _texts(post: Document) -> Document:
    return {name: post[name] for name in ("title", "body") if name in post}


def _gone(kind: str) -> Document:
    return {"$set": emptied(kind, "withdrawn"), "$unset": {"reported_at": "", "tell_after": ""}}
