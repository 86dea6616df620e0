"""Sessions by their organisers: draft, review, publish, cancel; who made or changed one never reviews it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.community.commands.registrations import fill_seats
from services.community.rules.links import check_link
from services.community.rules.people import reaches
from services.community.rules.sessions import (
    CREATORS,
    UNKNOWN,
    Organiser,
    check_complete,
    check_later_changes,
    check_state,
    check_times,
)
from services.community.rules.texts import label_words
from services.community.store import Store
from shared.auth import Principal
from shared.errors import Conflict, Forbidden, NotFound, Refused
from shared.events import Event
from shared.events.community import SessionPublished
from shared.log import context

Document = dict[str, Any]
CHANGED = ("changed_elsewhere", "This session was changed meanwhile. Look at it again.")


@dataclass(frozen=True)
class Organising:
    """Somebody who organises sessions at a moment."""

    store: Store
    who: Principal
    now: datetime

    def seen(self, session_id: str) -> tuple[Document, Organiser]:
        """A session within this person's reach; NotFound otherwise."""
        session = self.store.sessions.sessions.get(session_id)
        if session is None:
            raise NotFound(*UNKNOWN)
        organiser = Organiser(self.who, session, self.store.people.path_of(session["mdo_id"]))
        organiser.check_sees()
        return session, organiser

    def draft(self, id_: str, values: Mapping[str, Any]) -> Document:
        """Begin a session as a draft; the same request again gives the same one."""
        if (before := self.store.sessions.sessions.get(id_)) is not None:
            return before
        self._check_values(values)
        made = {
            "_id": id_, **values, "state": "draft", "created_by": self.who.user_id, "created_at": self.now,
            "editors": [], "reviewed_by": None, "returned_reason": None, "cancelled_reason": None,
            "published_at": None, "registered": 0, "waiting": 0, "attended": 0, "round": 0,
            "words": label_words(values["title"]), "for_mdo": _for_mdo(values),
        }  # fmt: skip
        try:
            return self.store.sessions.sessions.add(made)
        except DuplicateKeyError:
            return self.store.sessions.sessions.get(id_) or made

    def change(self, session_id: str, changes: Mapping[str, Any], expected: int | None) -> Document:
        """Change a draft, or of a published session what may still change; Conflict when somebody was quicker."""
        session, organiser = self.seen(session_id)
        organiser.check_edits()
        check_state(session, self.now, ("draft", "published"))
        if expected is not None and expected != session["version"]:
            raise Conflict(*CHANGED, current={"version": session["version"]})
        check_later_changes(session, changes)
        after = {**session, **changes}
        self._check_values(after, timed=session["state"] == "draft")
        setting = {
            **changes, "words": label_words(after["title"]), "for_mdo": _for_mdo(after),
            "editors": sorted({*session.get("editors", ()), self.who.user_id}),
        }  # fmt: skip
        kept = self._write(session, setting)
        fill_seats(self.store, kept, self.now)
        return self.store.sessions.sessions.get(session_id) or kept

    def submit(self, session_id: str) -> Document:
        """Hand a draft over for review."""
        session, organiser = self.seen(session_id)
        organiser.check_edits()
        check_state(session, self.now, ("draft",))
        check_complete(session)
        check_times(session["starts_at"], session["ends_at"], self.now)
        return self._write(session, {"state": "review", "returned_reason": None})

    def give_back(self, session_id: str, reason: str) -> Document:
        """Give a session back to its creator, with a reason."""
        session = self._reviewed(session_id)
        return self._write(session, {"state": "draft", "returned_reason": reason})

    def publish(self, session_id: str) -> Document:
        """Announce a reviewed session."""
        session = self._reviewed(session_id)
        check_times(session["starts_at"], session["ends_at"], self.now)
        setting = {"state": "published", "published_at": self.now, "reviewed_by": self.who.user_id}
        return self._write(session, setting, _published(session))

    def cancel(self, session_id: str, reason: str) -> Document:
        """Call a session off; the worker tells who is registered or waits."""
        session, organiser = self.seen(session_id)
        organiser.check_edits()
        check_state(session, self.now, ("draft", "review", "published"))
        told = {"calling_off": True} if session["state"] == "published" else {}
        return self._write(session, {"state": "cancelled", "cancelled_reason": reason, **told})

    def _reviewed(self, session_id: str) -> Document:
        session, organiser = self.seen(session_id)
        organiser.check_reviews()
        check_state(session, self.now, ("review",))
        return session

    def _write(self, session: Document, setting: Document, *events: Event) -> Document:
        where = {"_id": session["_id"], "version": session["version"]}
        kept = self.store.sessions.sessions.change(where, {"$set": setting}, *events)
        if kept is None:
            raise Conflict(*CHANGED)
        if "state" in setting:
            self._audit(session["_id"], setting["state"])
        return kept

    def _audit(self, session_id: str, state: str) -> None:
        entry = {"at": self.now, "who": self.who.user_id, "what": f"session_{state}", "whom": session_id}
        self.store.audit({**entry, "result": "ok", "correlation_id": context().correlation_id})

    def _check_values(self, values: Mapping[str, Any], *, timed: bool = True) -> None:
        mdo_id = values["mdo_id"]
        if mdo_id is not None and self.store.people.mdo(mdo_id) is None:
            raise Refused("mdo_unknown", "There is no such unit.", field="mdo_id")
        if not reaches(self.who, CREATORS, self.store.people.path_of(mdo_id)):
            raise Forbidden("mdo_out_of_reach", "Your role does not reach this unit.")
        if values["audience"] == "mdo" and mdo_id is None:
            raise Refused("mdo_unknown", "Name the unit whose people may take part.", field="mdo_id")
        topics = self.store.dictionary.by_ids("topics", values["topics"])
        if any(topics.get(id_, {}).get("status") != "verified" for id_ in values["topics"]):
            raise Refused("topic_unknown", "There is no such topic.", field="topics")
        course_id = values["course_id"]
        if course_id is not None and "name" not in (self.store.dictionary.get("courses", course_id) or {}):
            raise Refused("course_unknown", "There is no such course.", field="course_id")
        check_link(values["join_url"])
        if timed:
            check_times(values["starts_at"], values["ends_at"], self.now)


def _for_mdo(values: Mapping[str, Any]) -> str | None:
    return values["mdo_id"] if values["audience"] == "mdo" else None


def _published(session: Document) -> SessionPublished:
    return SessionPublished(
        session_id=session["_id"], title=session["title"], kind=session["kind"], mdo_id=session["mdo_id"],
        topics=tuple(session["topics"]), course_id=session["course_id"], starts_at=session["starts_at"],
        ends_at=session["ends_at"], capacity=session["capacity"],
    )  # fmt: skip
