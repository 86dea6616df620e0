"""What people say of posts without words: votes and follows, keyed by post and person."""

from __future__ import annotations

from services.community.commands.counting import count_reply, count_thread
from services.community.commands.discuss import Writing
from services.community.queries.discuss import seen_reply, seen_thread
from services.community.rules.discuss import check_not_own


def vote(writing: Writing, kind: str, id_: str, on: bool) -> dict[str, object]:
    """Vote for somebody else's post or take the vote back; the number of votes now."""
    store, user_id = writing.store, writing.user_id
    see = seen_thread if kind == "thread" else seen_reply
    post = see(store, user_id, id_)
    check_not_own(post, user_id)
    store.discuss.vote(id_, post.get("thread_id", id_), user_id, on, writing.now)
    if kind == "thread":
        count_thread(store, writing.settings, id_)
    else:
        count_reply(store, writing.settings, post)
    return {"votes": (store.discuss.posts(kind).get(id_) or post)["votes"], "voted": on}


def follow(writing: Writing, thread_id: str, on: bool) -> dict[str, object]:
    """Follow a thread or stop; how many follow it now."""
    thread = seen_thread(writing.store, writing.user_id, thread_id)
    writing.store.discuss.follow(thread_id, writing.user_id, on, writing.now)
    count_thread(writing.store, writing.settings, thread_id)
    return {
        "followed": on,
        "followers": (writing.store.discuss.threads.get(thread_id) or thread)["followers"],
    }
