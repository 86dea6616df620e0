"""What a person sees of their own: wizard, profile, topics, competencies, gap."""

from __future__ import annotations

from typing import Any

from services.onboarding.queries.dictionary import topic_view
from services.onboarding.rules.competencies import below_current, held_of, ranked_gap
from services.onboarding.rules.profile import fields_of, missing_of, percent_of, version_of
from services.onboarding.rules.wizard import state_of
from services.onboarding.store import Dictionary, Store

Document = dict[str, Any]


def onboarding_of(profile: Document) -> Document:
    """Where a person stands in the guided onboarding and with the profile."""
    return {
        **state_of(profile),
        "version": profile["version"],
        "profile_complete": profile["completed_at"] is not None,
        "profile_missing": missing_of(profile),
    }


def profile_view(store: Store, profile: Document) -> Document:
    """The profile as its owner sees it, with the changes that await a decision."""
    fields, user_id = fields_of(profile), profile["_id"]
    pending = store.pending_of(user_id) if profile["completed_at"] else []
    wanted = ("field", "from", "to", "reason", "requested_at")
    return {
        "version": version_of(profile, "fields"),
        "user_id": user_id,
        "complete": profile["completed_at"] is not None,
        "completed_at": profile["completed_at"],
        "missing": missing_of(profile),
        "percent": percent_of(profile),
        "fields": fields,
        "position_name": position_name(store, fields),
        "mdo_confirmed": mdo_confirmed(profile),
        "verified": {name: bool(profile["verified"].get(name)) for name in ("position", "group", "mdo")},
        "pending": [{"id": one["_id"]} | {key: one[key] for key in wanted} for one in pending],
    }


def mdo_confirmed(profile: Document) -> bool:
    """Whether the MDO is the one of the registration, or was approved since."""
    fields = fields_of(profile)
    registered = profile["registered"].get("mdo_id")
    return bool(fields["mdo_id"]) and (fields["mdo_id"] == registered or bool(profile["verified"].get("mdo")))


def position_name(store: Store, fields: Document) -> Document | None:
    """The name of a position in both languages; what the person typed stands for both."""
    if fields["position_text"]:
        return {"en": fields["position_text"], "hi": fields["position_text"]}
    found = store.dictionary().positions.get(fields["position_id"] or "")
    return found["name"] if found else None


def topics_of(store: Store, profile: Document) -> Document:
    """The chosen topics and the person's own proposals."""
    known = store.dictionary()
    proposals = store.proposals.find({"user_id": profile["_id"]})
    return {
        "version": version_of(profile, "topics"),
        "items": [topic_view(known, known.topics[id_]) for id_ in profile["topics"] if id_ in known.topics],
        "proposals": [proposal_view(one) for one in sorted(proposals, key=lambda one: str(one["_id"]))],
    }


def proposal_view(one: Document) -> Document:
    """A proposal as its author sees it."""
    wanted = ("name", "reason", "status", "topic_id", "decided_reason", "proposed_at")
    return {"id": one["_id"]} | {key: one[key] for key in wanted}


def competencies_of(store: Store, profile: Document) -> Document:
    """The passport: what is held with its evidence, what is desired, and warnings."""
    known, held = store.dictionary(), held_of(profile)
    evidence = store.evidence_of(profile["_id"]) if profile["acquired"] else []
    current = [_held(known, profile, id_, level, evidence) for id_, level in held.items()]
    desired = [
        {
            "competency_id": id_,
            "name": _name(known, id_),
            "level": level,
            "current_level": held.get(id_, 0),
            "gap": max(level - held.get(id_, 0), 0),
        }
        for id_, level in profile["desired"].items()
    ]
    return {
        "version": version_of(profile, "competencies"),
        "current": current,
        "desired": desired,
        "warnings": below_current(profile["desired"], held),
    }


def gap_view(store: Store, profile: Document) -> Document:
    """The ranked gap with names."""
    known = store.dictionary()
    required = store.required(fields_of(profile)["position_id"])
    rows = ranked_gap(required, profile["desired"], held_of(profile))
    return {"items": [_named(known, row["competency_id"]) | row for row in rows]}


def _held(known: Dictionary, profile: Document, id_: str, level: int, evidence: list[Document]) -> Document:
    proofs = [
        {
            "source": "course",
            "course_id": one["course_id"],
            "enrolment_id": one["_id"],
            "level": one["competencies"][id_],
            "at": one["at"],
        }
        for one in evidence
        if id_ in one["competencies"]
    ]
    own = profile["current"].get(id_)
    by_course = profile["acquired"].get(id_, 0) >= level
    stated = [{"source": "self", "course_id": None, "enrolment_id": None, "level": own, "at": None}]
    return _named(known, id_) | {
        "competency_id": id_,
        "level": level,
        "self_level": own,
        "source": "course" if by_course else "self",
        "verified": by_course,
        "evidence": (stated if own else []) + proofs,
    }


def _named(known: Dictionary, id_: str) -> Document:
    return {"name": _name(known, id_), "kind": known.competencies.get(id_, {"kind": "domain"})["kind"]}


def _name(known: Dictionary, id_: str) -> Document:
    found: Document = known.competencies.get(id_, {"name": {"en": id_, "hi": id_}})["name"]
    return found
