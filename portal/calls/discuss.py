"""Calls to community: spaces, threads, replies, votes, reports, and what moderators decide."""

from __future__ import annotations

from typing import Any

from portal.gateway import Api

_V1 = "/api/community/v1"


def spaces(api: Api, kind: str, words: str = "", cursor: str = "", limit: str = "") -> dict[str, Any]:
    """Spaces of topics or of courses, with their number of threads."""
    return api.get(f"{_V1}/spaces", kind=kind, q=words, cursor=cursor, limit=limit)


def space(api: Api, space_id: str) -> dict[str, Any]:
    """One space."""
    return api.get(f"{_V1}/spaces/{space_id}")


def threads(api: Api, query: dict[str, str | list[str]]) -> dict[str, Any]:
    """Threads by words, space, order and kind."""
    return api.get(f"{_V1}/threads", **query)


def ask(api: Api, body: dict[str, Any], key: str) -> dict[str, Any]:
    """Begin a thread; who asks follows it."""
    return api.post(f"{_V1}/threads", body, key=key)


def thread(api: Api, thread_id: str) -> dict[str, Any]:
    """One thread."""
    return api.get(f"{_V1}/threads/{thread_id}")


def edit(api: Api, thread_id: str, body: dict[str, Any], version: int | None) -> dict[str, Any]:
    """Change the own thread unless somebody did so since `version`."""
    return api.patch(f"{_V1}/threads/{thread_id}", body, version=version)


def delete(api: Api, thread_id: str) -> None:
    """Delete the own thread; one with replies stays."""
    api.delete(f"{_V1}/threads/{thread_id}")


def history(api: Api, thread_id: str) -> list[dict[str, Any]]:
    """Former texts of a thread, newest first."""
    return list(api.get(f"{_V1}/threads/{thread_id}/history").get("items", []))


def replies(api: Api, thread_id: str, sort: str = "", cursor: str = "", limit: str = "") -> dict[str, Any]:
    """Replies of a thread; the accepted one is the first of `top`."""
    return api.get(f"{_V1}/threads/{thread_id}/replies", sort=sort, cursor=cursor, limit=limit)


def reply(api: Api, thread_id: str, text: str, key: str) -> dict[str, Any]:
    """Reply to a thread."""
    return api.post(f"{_V1}/threads/{thread_id}/replies", {"body": text}, key=key)


def edit_reply(api: Api, reply_id: str, text: str, version: int | None) -> dict[str, Any]:
    """Change the own reply unless somebody did so since `version`."""
    return api.patch(f"{_V1}/replies/{reply_id}", {"body": text}, version=version)


def delete_reply(api: Api, reply_id: str) -> None:
    """Delete the own reply."""
    api.delete(f"{_V1}/replies/{reply_id}")


def reply_history(api: Api, reply_id: str) -> list[dict[str, Any]]:
    """Former texts of a reply, newest first."""
    return list(api.get(f"{_V1}/replies/{reply_id}/history").get("items", []))


def vote(api: Api, thread_id: str) -> dict[str, Any]:
    """Say that a question is useful."""
    return api.put(f"{_V1}/threads/{thread_id}/vote", None)


def unvote(api: Api, thread_id: str) -> None:
    """Take that back."""
    api.delete(f"{_V1}/threads/{thread_id}/vote")


def vote_reply(api: Api, reply_id: str) -> dict[str, Any]:
    """Say that a reply is useful."""
    return api.put(f"{_V1}/replies/{reply_id}/vote", None)


def unvote_reply(api: Api, reply_id: str) -> None:
    """Take that back."""
    api.delete(f"{_V1}/replies/{reply_id}/vote")


def follow(api: Api, thread_id: str) -> dict[str, Any]:
    """Be told of new replies."""
    return api.put(f"{_V1}/threads/{thread_id}/follow", None)


def unfollow(api: Api, thread_id: str) -> None:
    """Be told no more."""
    api.delete(f"{_V1}/threads/{thread_id}/follow")


def accept(api: Api, thread_id: str, reply_id: str) -> dict[str, Any]:
    """Say that a reply answers the own question."""
    return api.put(f"{_V1}/threads/{thread_id}/accepted", {"reply_id": reply_id})


def unaccept(api: Api, thread_id: str) -> None:
    """Take that back."""
    api.delete(f"{_V1}/threads/{thread_id}/accepted")


def report(api: Api, thread_id: str, reason: str, note: str) -> None:
    """Report a thread to the moderators."""
    api.post(f"{_V1}/threads/{thread_id}/reports", {"reason": reason, "note": note})


def report_reply(api: Api, reply_id: str, reason: str, note: str) -> None:
    """Report a reply to the moderators."""
    api.post(f"{_V1}/replies/{reply_id}/reports", {"reason": reason, "note": note})


def reported(api: Api, cursor: str = "") -> dict[str, Any]:
    """Posts that wait for a moderator, longest waiting first."""
    return api.get(f"{_V1}/moderation/posts", cursor=cursor)


def moderate(api: Api, kind: str, post_id: str, decision: str, reason: str) -> dict[str, Any]:
    """Keep a post or remove it."""
    return api.post(f"{_V1}/moderation/posts/{kind}/{post_id}", {"decision": decision, "reason": reason})


def rail(api: Api) -> list[dict[str, Any]]:
    """Discussions that move now, for home."""
    return list(api.get(f"{_V1}/home/discussions", limit="5").get("items", []))
