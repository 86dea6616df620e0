"""The tree of MDOs, kept by SPV admins: create, rename, move, suspend, resume."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.identity.commands.audit import record
from services.identity.commands.reach import spv_admin_of
from services.identity.rules.mdos import mdo_id, path_below, unit_name
from services.identity.store import Store
from shared.errors import Conflict, NotFound, Refused
from shared.events.identity import MDOChanged, MDOCreated

Document = dict[str, Any]


def create_mdo(store: Store, actor_id: str, form: Document, now: datetime) -> Document:
    """Add a unit below another one, or at the top; Conflict when the id is taken."""
    spv_admin_of(store, actor_id)
    id_ = mdo_id(form["id"])
    mdo = {
        "_id": id_,
        "parent_id": form["parent_id"],
        "kind": form["kind"],
        "name": unit_name(form["name"]),
        "path": path_below(_parent(store, form["parent_id"]), id_, form["kind"]),
        "state": "active",
    }
    told = MDOCreated(
        mdo_id=id_,
        parent_id=mdo["parent_id"],
        mdo_path=tuple(mdo["path"]),
        kind=mdo["kind"],
        name=mdo["name"],
    )
    added = store.add_once(store.mdos, mdo, told)
    if added is None:
        raise Conflict("id_taken", "There is a unit with this id already.", field="id")
    store.forget_directory()
    record(store, who=actor_id, what="mdo_created", whom=id_, result="ok", now=now)
    return added


def change_mdo(
    store: Store, actor_id: str, id_: str, change: Document, version: int | None, now: datetime
) -> Document:
    """Rename or move a unit; what stands below it follows (`follow_the_parent`)."""
    spv_admin_of(store, actor_id)
    mdo = get_mdo(store, id_)
    if version is not None and mdo["version"] != version:
        raise _changed_elsewhere(mdo)
    wanted = dict(mdo)
    if "name" in change:
        wanted["name"] = unit_name(change["name"])
    if "parent_id" in change:
        wanted["parent_id"] = change["parent_id"]
        wanted["path"] = path_below(_parent(store, change["parent_id"]), id_, mdo["kind"])
    if wanted == mdo:
        return mdo
    changed = _save(store, wanted)
    record(store, who=actor_id, what="mdo_changed", whom=id_, result="ok", now=now)
    return changed


def set_state(store: Store, actor_id: str, id_: str, state: str, now: datetime) -> Document:
    """Suspend a unit (nobody new registers there) or resume it; the same state again is no error."""
    spv_admin_of(store, actor_id)
    mdo = get_mdo(store, id_)
    if mdo.get("state", "active") == state:
        return mdo
    changed = _save(store, mdo | {"state": state})
    what = "mdo_suspended" if state == "suspended" else "mdo_resumed"
    record(store, who=actor_id, what=what, whom=id_, result="ok", now=now)
    return changed


def get_mdo(store: Store, id_: str) -> Document:
    """One unit, also a suspended one; NotFound."""
    mdo = store.mdos.get(id_)
    if mdo is None:
        raise NotFound("mdo_unknown", "There is no such unit.")
    return mdo


def follow_the_parent(store: Store, id_: str) -> None:
    """Bring the people of a unit, and the units directly below it, onto its present path.

    Each unit below tells its own change, so a move runs down the tree level by level; a repetition finds
    nothing left to change.
    """
    mdo = store.mdos.get(id_)
    if mdo is None:
        return
    store.give_path(id_, mdo["path"])
    for below in store.mdos.find({"parent_id": id_}):
        path = [*mdo["path"], below["_id"]]
        if below["path"] != path and len(set(path)) == len(path):
            _save(store, below | {"path": path})


def _save(store: Store, mdo: Document) -> Document:
    told = MDOChanged(
        mdo_id=mdo["_id"],
        parent_id=mdo["parent_id"],
        mdo_path=tuple(mdo["path"]),
        kind=mdo["kind"],
        name=mdo["name"],
        state=mdo.get("state", "active"),
    )
    try:
        saved = store.mdos.save(mdo, told)
    except Conflict:
        raise _changed_elsewhere(get_mdo(store, mdo["_id"])) from None
    store.forget_directory()
    return saved


def _changed_elsewhere(mdo: Document) -> Conflict:
    current = {"version": mdo["version"], "name": mdo["name"], "parent_id": mdo["parent_id"]}
    return Conflict(
        "changed_elsewhere", "Somebody else changed this first. Look at it again.", current=current
    )


def _parent(store: Store, parent_id: str | None) -> Document | None:
    if parent_id is None:
        return None
    parent = store.mdos.get(parent_id)
    if parent is None:
        raise Refused("parent_unknown", "There is no such unit.", field="parent_id")
    return parent
