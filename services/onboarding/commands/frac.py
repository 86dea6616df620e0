"""Edit the dictionary: draft, change, verify, retire, remove; what is published is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.onboarding.queries.dictionary import entry_view
from services.onboarding.rules.frac import (
    HISTORY_MOST,
    check_step,
    check_verifiable,
    content,
    drafted,
    history_row,
    id_for,
    users_of,
)
from services.onboarding.store import Dictionary, Store, published
from shared.errors import Conflict, NotFound

Document = dict[str, Any]


@dataclass(frozen=True)
class Editor:
    """Somebody who edits the dictionary now."""

    store: Store
    actor_id: str
    now: datetime
    known: Dictionary | None = None  # The dictionary as of one moment, for many edits in a row.
    audited: bool = True  # A file is one entry of the audit log, not one for each row.

    def draft(self, kind: str, body: Mapping[str, Any], key: str, *, verified: bool = False) -> Document:
        """Add an entry, a draft or `verified` at once; Conflict when the id is taken."""
        made = content(kind, body)
        id_ = id_for(kind, body.get("id"), made["name"], key[-12:])
        entry = drafted(kind, id_, made, key)
        there = self.store.entries[kind].get(id_)
        if there is not None and there.get("made_by_request") == key:
            return there
        if there is not None:
            raise self._conflict("id_taken", "There is an entry with this id.", kind, there)
        entry["history"] = [history_row({"version": 0}, {}, self.actor_id, "created", self.now)]
        if verified:
            check_verifiable(kind, entry, self.dictionary())
            entry["status"] = "verified"
        added = self.store.add_entry(kind, entry, *([published(kind, entry)] if verified else []))
        if added is None:
            raise Conflict("id_taken", "There is an entry with this id.")
        self._audit(kind, id_, "created")
        return added

    def change(self, kind: str, id_: str, expected: int | None, body: Mapping[str, Any]) -> Document:
        """Change an entry as it was read; one that is published is told again."""
        entry = self.entry(kind, id_)
        if expected is not None and expected != entry["version"]:
            raise self._conflict("changed_elsewhere", "This entry was changed elsewhere.", kind, entry)
        changes = {key: value for key, value in content(kind, body).items() if entry.get(key) != value}
        if not changes:
            return entry
        if entry["status"] == "verified":
            check_verifiable(kind, entry | changes, self.dictionary())
        return self._write(kind, entry, changes, "changed")

    def verify(self, kind: str, id_: str) -> Document:
        """Publish a draft, or again what was retired."""
        entry = self.entry(kind, id_)
        check_step(entry, "verified")
        check_verifiable(kind, entry, self.dictionary())
        return self._write(kind, entry, {"status": "verified"}, "verified")

    def retire(self, kind: str, id_: str) -> Document:
        """Take an entry out of choice; those who hold it keep it."""
        entry = self.entry(kind, id_)
        check_step(entry, "retired")
        return self._write(kind, entry, {"status": "retired"}, "retired")

    def remove(self, kind: str, id_: str) -> None:
        """Remove a draft that nothing refers to; anything else can only be retired."""
        entry = self.entry(kind, id_)
        if entry["status"] != "draft" or users_of(kind, id_, self.dictionary()):
            raise Conflict("in_use", "This entry is in use: it can only be retired.")
        if not self.store.remove_draft(kind, id_, entry["version"]):
            raise Conflict("changed_elsewhere", "Somebody else changed this first. Look at it again.")
        self._audit(kind, id_, "removed")

    def entry(self, kind: str, id_: str) -> Document:
        """An entry in any state; NotFound for an unknown one or kind."""
        records = self.store.entries.get(kind)
        found = records.get(id_) if records else None
        if found is None:
            raise NotFound("entry_unknown", "There is no such entry.")
        return found

    def dictionary(self) -> Dictionary:
        """What entries may refer to."""
        return self.known or self.store.dictionary()

    def _write(self, kind: str, entry: Document, changes: Document, what: str) -> Document:
        after = entry | changes
        row = history_row(entry, changes, self.actor_id, what, self.now)
        update = {"$set": changes, "$push": {"history": {"$each": [row], "$slice": -HISTORY_MOST}}}
        told = [] if after["status"] == "draft" else [published(kind, after)]
        where = {"_id": entry["_id"], "version": entry["version"]}
        written = self.store.entries[kind].change(where, update, *told)
        self.store.forget_dictionary()
        if written is None:
            raise self._conflict(
                "changed_elsewhere", "This entry was changed elsewhere.", kind, self.entry(kind, entry["_id"])
            )
        self._audit(kind, entry["_id"], what)
        return written

    def _audit(self, kind: str, id_: str, what: str) -> None:
        if self.audited:
            self.store.audit_entry(self.actor_id, f"entry_{what}", f"{kind}:{id_}", self.now)

    def _conflict(self, slug: str, sentence: str, kind: str, entry: Document) -> Conflict:
        return Conflict(slug, sentence, current=entry_view(self.dictionary(), kind, entry))
