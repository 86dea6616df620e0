"""Report posts, and decide on reported ones; each decision is audited."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.community.commands.counting import count_thread
from services.community.commands.discuss import Writing, unaccept_reply
from services.community.queries.discuss import MODERATORS, seen_reply, seen_thread
from services.community.rules import CommunitySettings
from services.community.rules.discuss import GONE, check_not_own, suspends
from services.community.rules.people import reaches
from services.community.store import Store
from shared.auth import Principal
from shared.errors import Forbidden, NotFound
from shared.log import context

Document = dict[str, Any]


def report_post(writing: Writing, kind: str, id_: str, reason: str, note: str) -> None:
    """Keep one person's complaint; many distinct ones suspend the post until a moderator has decided."""
    store, user_id = writing.store, writing.user_id
    see = seen_thread if kind == "thread" else seen_reply
    post = see(store, user_id, id_)
    check_not_own(post, user_id)
    row = {
        "_id": f"{id_}:{user_id}", "post_kind": kind, "post_id": id_, "user_id": user_id, "reason": reason,
        "note": note, "at": writing.now, "decided": None,
    }  # fmt: skip
    store.discuss.report(row)
    weigh_reports(store, writing.settings, kind, id_)


def weigh_reports(store: Store, settings: CommunitySettings, kind: str, id_: str) -> None:
    """Put a post with open complaints into the queue, and suspend it when they are many; again changes nothing."""
    post, complaints = store.discuss.posts(kind).get(id_), store.discuss.open_reports(id_)
    if post is None or post["state"] in GONE or not complaints:
        return
    store.discuss.posts(kind).change({"_id": id_}, {"$min": {"reported_at": complaints[0]["at"]}})
    if suspends(len({one["user_id"] for one in complaints}), settings.moderation_reports, post):
        hidden = {"_id": id_, "state": "shown", "kept": {"$ne": True}}
        if store.discuss.posts(kind).change(hidden, {"$set": {"state": "suspended"}}):
            count_thread(store, settings, post.get("thread_id", id_))


def moderate(
    store: Store,
    settings: CommunitySettings,
    who: Principal,
    kind: str,
    id_: str,
    decision: str,
    reason: str,
    now: datetime,
) -> Document:
    """Keep or remove a post; NotFound beyond the moderator's reach, Forbidden for one's own post."""
    post = store.discuss.posts(kind).get(id_) if kind in ("thread", "reply") else None
    if post is None or post["state"] in GONE or not reaches(who, MODERATORS, post["mdo_path"]):
        raise NotFound("post_unknown", "There is no such post.")
    if post["author_id"] == who.user_id:
        raise Forbidden("own_post", "Nobody decides on their own post.")
    state = "removed" if decision == "remove" else "shown"
    decided = {"decision": decision, "reason": reason, "by": who.user_id, "at": now}
    values = {"state": state, "moderation": decided, "kept": decision == "keep"}
    kept = store.discuss.posts(kind).change({"_id": id_}, {"$set": values, "$unset": {"reported_at": ""}})
    store.discuss.reports.update_many({"post_id": id_, "decided": None}, {"$set": {"decided": decision}})
    store.audit(
        {"at": now, "who": who.user_id, "what": f"{kind}_{decision}", "whom": id_, "result": "ok",
         "correlation_id": context().correlation_id}
    )  # fmt: skip
    if state == "removed":
        unaccept_reply(store, post.get("thread_id", ""), id_)
    count_thread(store, settings, post.get("thread_id", id_))
    return {"kind": kind, "id": id_, "state": (kept or post)["state"]}
