"""Decisions of the Network hub: when one may ask, and why two people may be of use to each other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from shared.errors import Conflict

Document = dict[str, Any]
AGAIN = timedelta(days=30)
WEIGHTS = {"teaches_you": 3, "learns_from_you": 2, "same_mdo": 1, "same_position": 1}
SENTENCES = {
    "teaches_you": (
        "Holds {en}, which you want to learn.",
        "इनके पास «{hi}» की दक्षता है, जिसे आप अर्जित करना चाहते हैं।",
    ),
    "learns_from_you": (
        "Wants to learn {en}, which you hold.",
        "ये «{hi}» की दक्षता अर्जित करना चाहते हैं, जो आपके पास है।",
    ),
    "same_mdo": ("Belongs to your organisation.", "ये आपके ही संगठन से हैं।"),
    "same_position": (
        "Holds the same position in another organisation.",
        "ये किसी अन्य संगठन में इसी पद पर कार्यरत हैं।",
    ),
}


def levels_of(person: Mapping[str, Any]) -> dict[str, int]:
    """What a person holds: the higher of what they declare and what courses prove."""
    held, acquired = person.get("held") or {}, person.get("acquired") or {}
    return {id_: max(held.get(id_, 0), acquired.get(id_, 0)) for id_ in sorted({*held, *acquired})}


def wished(person: Mapping[str, Any]) -> dict[str, int]:
    """The levels a person desires and does not hold yet."""
    levels = levels_of(person)
    desired = person.get("desired") or {}
    return {id_: level for id_, level in sorted(desired.items()) if levels.get(id_, 0) < level}


def reasons(me: Mapping[str, Any], other: Mapping[str, Any]) -> list[tuple[str, str | None]]:
    """Why the other one is of use to me: slugs, with a competency where one is meant; heaviest first."""
    mine, theirs = levels_of(me), levels_of(other)
    found: list[tuple[str, str | None]] = [
        ("teaches_you", id_) for id_, level in wished(me).items() if theirs.get(id_, 0) >= level
    ]
    found += [("learns_from_you", id_) for id_, level in wished(other).items() if mine.get(id_, 0) >= level]
    same_unit = me.get("mdo_id") is not None and me.get("mdo_id") == other.get("mdo_id")
    if same_unit:
        found.append(("same_mdo", None))
    elif me.get("position_id") is not None and me.get("position_id") == other.get("position_id"):
        found.append(("same_position", None))
    return found


def sentence(slug: str, name: Mapping[str, str]) -> Document:
    """A reason in words, in both languages."""
    english, hindi = SENTENCES[slug]
    names = {"en": name.get("en") or name.get("hi", ""), "hi": name.get("hi") or name.get("en", "")}
    return {"en": english.format(**names), "hi": hindi.format(**names)}


def check_may_ask(connection: Mapping[str, Any] | None, user_id: str, now: datetime) -> None:
    """Conflict while two are connected, or within 30 days of one's last request that led to nothing.

    An open request and a declined one are told alike, so nobody learns of a decline.
    """
    if connection is None or connection["state"] == "ended":
        return
    if connection["state"] == "accepted":
        raise Conflict("already_connected", "You are connected already.")
    if connection["from_id"] == user_id and now < connection["requested_at"] + AGAIN:
        raise Conflict("already_requested", "You have asked already. Ask again after 30 days.")


def state_for(connection: Mapping[str, Any], user_id: str) -> str:
    """The state as one of the two sees it: a decline is not told to who asked."""
    hidden = connection["state"] == "declined" and connection["from_id"] == user_id
    return "requested" if hidden else str(connection["state"])
