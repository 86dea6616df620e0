"""Register many people by a file: a dry run that says what would happen, then row by row in the worker.

A batch lies in parts of a few rows. A part is written back after its rows were carried out; killed between,
it is carried out again, and each account it made before is recognised by its id, so nobody gets two mails.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from services.identity.commands.audit import record
from services.identity.commands.invitation import invitable, invited
from services.identity.commands.privacy import erase_unused
from services.identity.commands.reach import admin_of, mdo_within
from services.identity.commands.registration import Mailer
from services.identity.rules.bulk import PART, bulk_id, check_form, person_id, read_rows
from services.identity.store import Store, words_of
from shared.errors import Conflict, NotFound, Refused
from shared.events.identity import UserRegistered

Document = dict[str, Any]
LEASE = timedelta(seconds=60)
ERRORS_SHOWN = 500


def check_bulk(store: Store, actor_id: str, name: str, text: str, now: datetime) -> Document:
    """Look at each row and keep what would be done; the same file again is the same batch."""
    admin = admin_of(store, actor_id)
    id_ = bulk_id(actor_id, text)
    known = store.bulks.get(id_)
    if known is not None:
        return known
    rows = _judged(store, admin, read_rows(text))
    counts = Counter(row["status"] for row in rows)
    parts = [rows[at : at + PART] for at in range(0, len(rows), PART)]
    store.bulk_parts.add_missing(
        ({"_id": f"{id_}:{n:05d}", "bulk_id": id_, "at": now, "rows": part}, None)
        for n, part in enumerate(parts)
    )
    made = store.add_once(
        store.bulks,
        {
            "_id": id_,
            "name": name,
            "actor_id": actor_id,
            "created_at": now,
            "state": "checked",
            "rows": len(rows),
            "parts": len(parts),
            "next": 0,
            "done": 0,
            "failed": 0,
            "diff": {status: counts[status] for status in ("new", "known", "refused")},
            "errors": [_error(row) for row in rows if row["status"] == "refused"][:ERRORS_SHOWN],
        },
    )
    record(store, who=actor_id, what="bulk_checked", whom=id_, result="ok", now=now)
    return made or store.bulks.get(id_) or {}


def order_bulk(store: Store, actor_id: str, id_: str, wish: str, now: datetime) -> Document:
    """Let the worker commit a batch, or undo one that is done; ordered again is no error."""
    bulk = get_bulk(store, actor_id, id_)
    before, during, after = {
        "commit": (("checked",), "committing", ("done", "committing")),
        "undo": (("done",), "undoing", ("undone", "undoing")),
    }[wish]
    if bulk["state"] in after:
        return bulk
    where = {"_id": id_, "state": {"$in": list(before)}}
    ordered = store.bulks.change(where, {"$set": {"state": during, "next": 0, "done": 0, "ordered_at": now}})
    if ordered is None:
        raise Conflict("bulk_state", f"This batch cannot do that: it is {bulk['state']}.")
    record(store, who=actor_id, what=f"bulk_{wish}", whom=id_, result="ok", now=now)
    return ordered


def get_bulk(store: Store, actor_id: str, id_: str) -> Document:
    """A batch of this administrator; one of somebody else is as unknown as one that does not exist."""
    admin_of(store, actor_id)
    bulk = store.bulks.get(id_)
    if bulk is None or bulk["actor_id"] != actor_id:
        raise NotFound("bulk_unknown", "There is no such batch.")
    return bulk


def carry_out_part(store: Store, mailer: Mailer, owner: str, now: datetime) -> bool:
    """Carry out the next part of a batch that was ordered; False when there is nothing to do."""
    bulk = _taken(store, owner, now)
    if bulk is None:
        return False
    part = store.bulk_parts.get(f"{bulk['_id']}:{bulk['next']:05d}") or {"rows": []}
    if bulk["state"] == "committing":
        rows = _commit_rows(store, mailer, bulk, part["rows"], now)
    else:
        rows = [_undo_row(store, row, now) for row in part["rows"]]
    if rows:
        store.bulk_parts.change({"_id": part["_id"]}, {"$set": {"rows": rows}})
    following = bulk["next"] + 1
    setting: Document = {"next": following, "lease": None}
    if following >= bulk["parts"]:
        setting["state"] = "done" if bulk["state"] == "committing" else "undone"
    failed = sum(1 for row in rows if row["status"] == "failed")
    store.bulks.change(
        {"_id": bulk["_id"], "lease.owner": owner, "next": bulk["next"]},
        {"$set": setting, "$inc": {"done": len(rows), "failed": failed}},
    )
    return True


def _taken(store: Store, owner: str, now: datetime) -> Document | None:
    for bulk in store.bulks.find({"state": {"$in": ["committing", "undoing"]}}, limit=20):
        lease = bulk.get("lease")
        if lease is not None and lease["until"] > now and lease["owner"] != owner:
            continue
        where = {"_id": bulk["_id"], "version": bulk["version"], "state": bulk["state"]}
        taken = store.bulks.change(where, {"$set": {"lease": {"owner": owner, "until": now + LEASE}}})
        if taken is not None:
            return taken
    return None


def _commit_rows(
    store: Store, mailer: Mailer, bulk: Document, rows: list[Document], now: datetime
) -> list[Document]:
    """Insert the accounts of a part in one go; those that are there afterwards under their ids are invited."""
    made: dict[int, tuple[Document, UserRegistered]] = {}
    failed: dict[int, str] = {}
    for row in rows:
        if row["status"] == "new":
            try:
                fields = invitable(store, row["form"])  # The lists may have changed since the dry run.
            except Refused as error:
                failed[row["row"]] = error.sentence
            else:
                id_ = person_id(bulk["_id"], row["row"])
                made[row["row"]] = invited(mailer, id_, fields, bulk["actor_id"], now)
    if made:
        store.users.add_missing(({**user, "words": words_of(user)}, told) for user, told in made.values())
    there = store.users_by_id({user["_id"] for user, _ in made.values()})
    return [_committed(row, made, failed, there) for row in rows]


def _committed(
    row: Document, made: Mapping[int, Any], failed: Mapping[int, str], there: Document
) -> Document:
    number = row["row"]
    if number in failed:
        return row | {"status": "failed", "sentence": failed[number]}
    if number not in made:
        return row
    id_ = made[number][0]["_id"]
    if id_ not in there:
        return row | {"status": "known", "sentence": "This address has an account already."}
    return row | {"status": "invited", "user_id": id_}


def _undo_row(store: Store, row: Document, now: datetime) -> Document:
    if row["status"] != "invited":
        return row
    if erase_unused(store, row["user_id"], now):
        return row | {"status": "undone"}
    return row | {"sentence": "The account is in use already and stays."}


def _judged(store: Store, admin: Document, forms: list[Document]) -> list[Document]:
    rows: list[Document] = []
    seen: dict[str, int] = {}
    for number, form in enumerate(forms, start=1):
        row: Document = {"row": number, "form": form, "status": "new", "field": None, "sentence": None}
        try:
            check_form(form)
            fields = invitable(store, form)
            mdo_within(store, admin, form["mdo_id"])
            if fields["email"] in seen:
                first = seen[fields["email"]]
                raise Refused("address_twice", f"The address stands in row {first} already.", field="email")
            seen[fields["email"]] = number
        except Refused as error:
            row |= {"status": "refused", "field": next(iter(error.fields), "row"), "sentence": error.sentence}
        rows.append(row)
    known = store.known_addresses(list(seen))
    for address in known:
        rows[seen[address] - 1] |= {"status": "known", "sentence": "This address has an account already."}
    return rows


def _error(row: Document) -> Document:
    return {name: row[name] for name in ("row", "field", "sentence")}


def rows_shown(parts: Iterable[Document]) -> list[Document]:
    """The rows of these parts as their administrator sees them."""
    return [
        {
            "row": row["row"],
            "email": row["form"]["email"],
            "status": row["status"],
            "sentence": row["sentence"],
            "user_id": row.get("user_id"),
        }
        for part in parts
        for row in part["rows"]
    ]
