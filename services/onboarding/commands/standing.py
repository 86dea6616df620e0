"""Follow identity: where units stand in the tree, and who is to be forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.onboarding.commands.profiles import erased
from services.onboarding.store import Store

Document = dict[str, Any]


def note_mdo(store: Store, id_: str, path: Sequence[str], name: Document, state: str, sequence: int) -> None:
    """Keep a unit as its newest event tells it, and bring its people and their waiting changes onto its path."""
    store.keep_mdo(id_, {"path": list(path), "name": name, "state": state}, sequence)
    store.give_path(id_, store.path_of(id_))


def forget(store: Store, user_id: str, now: datetime) -> None:
    """Empty a person's row, requests and proposals, and drop the evidence; repeating it changes nothing."""
    erased(store, user_id, now)
    store.redact(user_id)
