"""Choose topics of interest; propose a topic and decide on proposals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.onboarding.commands.profiles import check_version, edit, profile_of
from services.onboarding.queries.dictionary import topic_view
from services.onboarding.queries.people import topics_of
from services.onboarding.rules.profile import bump, fields_of
from services.onboarding.rules.texts import LONG, plain, public_text, same
from services.onboarding.store import Store
from shared.errors import Conflict, NotFound, Refused
from shared.events.onboarding import TopicProposalDecided, TopicProposed

Document = dict[str, Any]


def choose_topics(
    store: Store, user_id: str, ids: Sequence[str], expected: int | None, now: datetime
) -> Document:
    """Replace the topics of interest by these; unknown, retired (unless kept) and repeated ones are Refused."""
    known = store.dictionary().topics

    def decide(profile: Document) -> Document:
        check_version(profile, "topics", expected, lambda: topics_of(store, profile))
        for place, id_ in enumerate(ids):
            if known.get(id_, {}).get("status") != "verified" and id_ not in profile["topics"]:
                raise Refused("topic_unknown", "There is no such topic.", field=f"ids.{place}")
            if id_ in ids[:place]:
                raise Refused("duplicate", "This topic is chosen already.", field=f"ids.{place}")
        if profile["topics"] == list(ids):
            return profile
        profile["topics"] = list(ids)
        return bump(profile, "topics")

    return edit(store, user_id, now, decide)


def propose_topic(store: Store, user_id: str, id_: str, name: str, reason: str, now: datetime) -> Document:
    """Store a proposal; Conflict when there is such a topic, or when the person has proposed it already."""
    name, reason = public_text(name, "name"), plain(reason, "reason", LONG, lines=True)
    before = store.proposals.get(id_)
    if before is not None:
        return before
    known = store.dictionary()
    for topic in known.topics.values():
        if topic["status"] == "verified" and any(same(name, one) for one in topic["name"].values()):
            raise Conflict(
                "topic_exists",
                "There is such a topic already.",
                field="name",
                current=topic_view(known, topic),
            )
    if any(same(name, one["name"]) for one in store.open_proposals_of(user_id)):
        raise Conflict("already_proposed", "You have proposed this topic already.", field="name")
    mdo_id = fields_of(profile_of(store, user_id, now))["mdo_id"]
    made = {
        "_id": id_,
        "user_id": user_id,
        "name": name,
        "reason": reason,
        "status": "proposed",
        "topic_id": None,
        "decided_reason": None,
        "decided_by": None,
        "proposed_at": now,
    }
    told = TopicProposed(user_id=user_id, proposal_id=id_, mdo_id=mdo_id)
    return store.add_proposal(made, told)


def accept_proposal(store: Store, actor_id: str, id_: str, topic_id: str, now: datetime) -> Document:
    """Accept a proposal as this topic, which stands in the dictionary already."""
    return _decide(store, actor_id, id_, "accepted", topic_id, None, now)


def merge_proposal(store: Store, actor_id: str, id_: str, topic_id: str, now: datetime) -> Document:
    """Answer a proposal with a topic that means the same."""
    topic = store.dictionary().topics.get(topic_id)
    if topic is None or topic["status"] != "verified":
        raise Refused("topic_unknown", "There is no such topic.", field="topic_id")
    return _decide(store, actor_id, id_, "merged", topic_id, None, now)


def decline_proposal(store: Store, actor_id: str, id_: str, reason: str, now: datetime) -> Document:
    """Say no to a proposal; the reason stays here."""
    return _decide(store, actor_id, id_, "declined", None, plain(reason, "reason", LONG, lines=True), now)


def open_proposal(store: Store, id_: str) -> Document:
    """A proposal that awaits a decision."""
    found = store.proposals.get(id_)
    if found is None:
        raise NotFound("proposal_unknown", "There is no such proposal.")
    if found["status"] != "proposed":
        raise Conflict("already_decided", "This proposal was decided already.")
    return found


def _decide(
    store: Store,
    actor_id: str,
    id_: str,
    decision: Any,
    topic_id: str | None,
    reason: str | None,
    now: datetime,
) -> Document:
    found = open_proposal(store, id_)
    locale = fields_of(profile_of(store, found["user_id"], now))["locale"] or "en"
    told = TopicProposalDecided(
        user_id=found["user_id"], proposal_id=id_, decision=decision, topic_id=topic_id, locale=locale
    )
    setting = {
        "status": decision,
        "topic_id": topic_id,
        "decided_reason": reason,
        "decided_by": actor_id,
        "decided_at": now,
    }
    where = {"_id": id_, "version": found["version"]}
    decided = store.proposals.change(where, {"$set": setting}, told)
    if decided is None:
        raise Conflict("already_decided", "This proposal was decided already.")
    store.audit_entry(actor_id, f"topic_proposal_{decision}", id_, now, whom=found["user_id"])
    return decided
