"""The dictionary's entries: what each kind holds, and the steps draft, verified, retired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.onboarding.rules.texts import public_text, slug, slug_of
from services.onboarding.store import Dictionary, required_by
from shared.errors import Conflict, Refused

Document = dict[str, Any]
NAME_MOST, DESCRIPTION_MOST = 100, 500
HISTORY_MOST = 100
CONTENT = {
    "positions": ("name", "description", "group", "roles"),
    "competencies": ("kind", "group", "name", "description", "levels"),
    "topics": ("group", "name"),
}


def both(raw: Mapping[str, str], field: str, most: int = NAME_MOST) -> Document:
    """A text in English and Hindi; Refused names the language that does not fit."""
    return {locale: public_text(raw[locale], f"{field}.{locale}", most) for locale in ("en", "hi")}


def id_for(kind: str, given: str | None, name: Mapping[str, str], fallback: str) -> str:
    """The id of a new entry: the one given, else one made of the English name."""
    return slug(given, "id") if given else slug_of(name["en"], f"{kind[:-1]}-{fallback}")


def content(kind: str, raw: Mapping[str, Any]) -> Document:
    """The parts of an entry that are there, in the form they are stored; Refused names the place."""
    made: Document = {}
    if "name" in raw:
        made["name"] = both(raw["name"], "name")
    if "description" in raw:
        made["description"] = both(raw["description"], "description", DESCRIPTION_MOST)
    if "kind" in raw:
        made["kind"] = raw["kind"]
    if "group" in raw:
        made["group"] = raw["group"] if kind == "positions" else slug(raw["group"], "group")
    if "levels" in raw:
        made["levels"] = levels(raw["levels"])
    if "roles" in raw:
        made["roles"] = roles(raw["roles"])
        made["competencies"] = required_by(made["roles"])
    return made


def levels(raw: Sequence[Mapping[str, Any]]) -> list[Document]:
    """The levels 1 to 5 in their order, each once."""
    if [one["level"] for one in raw] != list(range(1, len(raw) + 1)):
        raise Refused("levels_not_valid", "Give the levels 1 to 5 in their order.", field="levels")
    return [
        {
            "level": one["level"],
            "name": both(one["name"], f"levels.{place}.name"),
            "description": both(one["description"], f"levels.{place}.description", DESCRIPTION_MOST),
        }
        for place, one in enumerate(raw)
    ]


def roles(raw: Sequence[Mapping[str, Any]]) -> list[Document]:
    """Roles with activities and the competencies these need."""
    return [
        {
            "name": both(role["name"], f"roles.{place}.name"),
            "activities": [
                _activity(activity, f"roles.{place}.activities.{at}")
                for at, activity in enumerate(role["activities"])
            ],
        }
        for place, role in enumerate(raw)
    ]


def _activity(raw: Mapping[str, Any], field: str) -> Document:
    needs = [
        {"competency_id": slug(one["competency_id"], f"{field}.competencies"), "level": one["level"]}
        for one in raw["competencies"]
    ]
    if len({one["competency_id"] for one in needs}) != len(needs):
        raise Refused("duplicate", "Name each competency once.", field=f"{field}.competencies")
    return {"name": both(raw["name"], f"{field}.name", 200), "competencies": needs}


def drafted(kind: str, id_: str, made: Document, key: str) -> Document:
    """A new entry, not verified yet; `key` is that of the request that made it."""
    missing = [name for name in CONTENT[kind] if name not in made]
    if missing:
        raise Refused("field_missing", "This is needed.", field=missing[0])
    return {"_id": id_, **made, "status": "draft", "history": [], "made_by_request": key}


def check_verifiable(kind: str, entry: Document, known: Dictionary) -> None:
    """Refused when an entry cannot be published as it stands."""
    if kind == "competencies" and len(entry["levels"]) != 5:
        raise Refused("levels_not_valid", "All five levels need a description.", field="levels")
    if kind == "positions":
        for id_ in entry["competencies"]:
            if known.competencies.get(id_, {}).get("status") != "verified":
                raise Refused("competency_unknown", f"{id_} is not a verified competency.", field="roles")


def check_step(entry: Document, status: str) -> None:
    """Conflict when an entry cannot take this step: a draft is verified, what is verified is retired."""
    allowed = {"verified": ("draft", "retired"), "retired": ("verified",)}[status]
    if entry["status"] not in allowed:
        raise Conflict("step_not_possible", f"An entry that is {entry['status']} cannot become {status}.")


def users_of(kind: str, id_: str, known: Dictionary) -> list[str]:
    """The positions that need a competency; nothing else in the dictionary is referred to."""
    if kind != "competencies":
        return []
    return sorted(key for key, one in known.positions.items() if id_ in one["competencies"])


def history_row(entry: Document, changes: Document, actor_id: str, what: str, now: datetime) -> Document:
    """What a change is remembered by: who, when, and what stood there before."""
    return {
        "version": entry["version"] + 1,
        "at": now,
        "by": actor_id,
        "what": what,
        "before": {key: entry.get(key) for key in changes if key != "competencies"},
    }
