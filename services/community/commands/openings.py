"""Openings by the administrators of a unit: draft, change, publish, close, decide on applications."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.community.rules.career import RECRUITERS, check_last_date, check_state, last_moment
from services.community.rules.people import reaches
from services.community.rules.texts import label_words
from services.community.store import Store
from shared.auth import Principal
from shared.errors import Conflict, NotFound, Refused
from shared.events import Event
from shared.events.community import OpeningPublished
from shared.log import context

Document = dict[str, Any]
UNKNOWN = ("opening_unknown", "There is no such opening.")
NO_APPLICATION = ("application_unknown", "There is no such application.")
CHANGED = ("changed_elsewhere", "This opening was changed meanwhile. Look at it again.")


@dataclass(frozen=True)
class Recruiting:
    """An administrator at a moment."""

    store: Store
    who: Principal
    now: datetime

    def seen(self, opening_id: str) -> Document:
        """An opening within reach; NotFound otherwise."""
        opening = self.store.career.openings.get(opening_id)
        if opening is None or not self._reaches(opening["mdo_id"]):
            raise NotFound(*UNKNOWN)
        return opening

    def draft(self, id_: str, values: Mapping[str, Any]) -> Document:
        """Begin an opening as a draft; the same request again gives the same one."""
        if (before := self.store.career.openings.get(id_)) is not None:
            return before
        kept = self._kept(values)
        self._check(kept)
        made = {
            "_id": id_, **kept, "state": "draft", "published_at": None, "created_at": self.now,
            "created_by": self.who.user_id,
        }  # fmt: skip
        return self.store.career.openings.add(made)

    def change(self, opening_id: str, changes: Mapping[str, Any], expected: int | None) -> Document:
        """Change an opening that is not closed; a published one is told anew."""
        opening = self.seen(opening_id)
        if opening["state"] == "closed":
            raise Conflict("opening_closed", "This opening is closed.")
        if expected is not None and expected != opening["version"]:
            raise Conflict(*CHANGED, current={"version": opening["version"]})
        setting = self._kept(changes)
        after = {**opening, **setting}
        self._check(after)
        told = [_published(self.store, after)] if opening["state"] == "published" else []
        return self._write(opening, setting, *told)

    def publish(self, opening_id: str) -> Document:
        """Announce a draft."""
        opening = self.seen(opening_id)
        check_state(opening, ("draft",))
        check_last_date(opening["last_at"], self.now)
        setting = {"state": "published", "published_at": self.now}
        return self._write(opening, setting, _published(self.store, opening))

    def close(self, opening_id: str) -> Document:
        """Take no more applications."""
        opening = self.seen(opening_id)
        check_state(opening, ("published",))
        return self._write(opening, {"state": "closed"})

    def decide(self, application_id: str, state: str) -> Document:
        """Shortlist or decline an application; one's own is decided by others."""
        row = self.store.career.applications.get(application_id)
        if row is None or row["user_id"] == self.who.user_id:
            raise NotFound(*NO_APPLICATION)
        try:
            self.seen(row["opening_id"])
        except NotFound as error:
            raise NotFound(*NO_APPLICATION) from error
        if row["state"] == state:
            return row
        if row["state"] != "applied":
            raise Conflict("already_decided", "This has been decided already.")
        where = {"_id": application_id, "version": row["version"]}
        kept = self.store.career.applications.change(where, {"$set": {"state": state}})
        if kept is None:
            raise Conflict(*CHANGED)
        self._audit(f"application_{state}", application_id)
        return kept

    def _reaches(self, mdo_id: str) -> bool:
        return reaches(self.who, RECRUITERS, self.store.people.path_of(mdo_id))

    def _kept(self, values: Mapping[str, Any]) -> Document:
        kept = dict(values)
        if "competencies" in kept:
            kept["competencies"] = {one["competency_id"]: one["level"] for one in kept["competencies"]}
        if "last_date" in kept:
            day: date = kept["last_date"]
            kept |= {"last_date": day.isoformat(), "last_at": last_moment(day)}
        if "title" in kept:
            kept["words"] = label_words(kept["title"])
        return kept

    def _check(self, opening: Mapping[str, Any]) -> None:
        if self.store.people.mdo(opening["mdo_id"]) is None:
            raise NotFound("mdo_unknown", "There is no such unit.")
        if not self._reaches(opening["mdo_id"]):
            raise NotFound("mdo_unknown", "There is no such unit.")
        position = self.store.dictionary.get("positions", opening["position_id"]) or {}
        if position.get("status") != "verified":
            raise Refused("position_unknown", "There is no such position.", field="position_id")
        known = self.store.dictionary.by_ids("competencies", opening["competencies"])
        if any(known.get(id_, {}).get("status") != "verified" for id_ in opening["competencies"]):
            raise Refused("competency_unknown", "There is no such competency.", field="competencies")
        check_last_date(opening["last_at"], self.now)

    def _write(self, opening: Document, setting: Document, *events: Event) -> Document:
        where = {"_id": opening["_id"], "version": opening["version"]}
        kept = self.store.career.openings.change(where, {"$set": setting}, *events)
        if kept is None:
            raise Conflict(*CHANGED)
        if "state" in setting:
            self._audit(f"opening_{setting['state']}", opening["_id"])
        return kept

    def _audit(self, what: str, whom: str) -> None:
        entry = {"at": self.now, "who": self.who.user_id, "what": what, "whom": whom}
        self.store.audit({**entry, "result": "ok", "correlation_id": context().correlation_id})


def _published(store: Store, opening: Mapping[str, Any]) -> OpeningPublished:
    return OpeningPublished(
        opening_id=opening["_id"], title=opening["title"], mdo_id=opening["mdo_id"],
        mdo_path=tuple(store.people.path_of(opening["mdo_id"])), position_id=opening["position_id"],
        competencies=opening["competencies"], places=opening["places"], last_at=opening["last_at"],
    )  # fmt: skip
