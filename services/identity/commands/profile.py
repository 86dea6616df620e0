"""Follow what onboarding tells of people: an approved position or MDO, the preferred language."""

from __future__ import annotations

from typing import Any

from services.identity.store import Store
from shared.events.onboarding import ProfileUpdated

Document = dict[str, Any]


def follow_the_profile(store: Store, event: ProfileUpdated, sequence: int) -> None:
    """Take over the changed fields, each guarded by the sequence of its own last change.

    A complete profile changes position and MDO only by approval, so what is told as changed is approved.
    """
    values: dict[str, Document] = {
        "position": {"position_id": event.position_id},
        "mdo": {"mdo_id": event.mdo_id, "mdo_path": list(event.mdo_path)},
        "locale": {"locale": event.locale},
    }
    if event.position_id:
        values["position"]["position_text"] = None
    for field in values.keys() & set(event.changed):
        heard = f"heard.{field}"
        store.users.change(
            {"_id": event.user_id, heard: {"$not": {"$gte": sequence}}},
            {"$set": {**values[field], heard: sequence}},
        )
