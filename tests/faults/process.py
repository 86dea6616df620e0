"""A small event process that tests may kill: it publishes `users` and keeps a fact for each event it hears."""

from __future__ import annotations

from typing import Any

from shared.events.identity import PasswordSet, UserRegistered
from shared.mongo import Records, connect
from shared.settings import Settings, load
from shared.worker import Handlers, run

handlers = Handlers()


@handlers.on(PasswordSet, UserRegistered)
def keep_fact(service: Any, event: Any, envelope: Any) -> None:
    """A keyed insert: the effect happens once, however often the event comes."""
    service["facts"].update_one({"_id": envelope.id}, {"$set": {"type": envelope.type}}, upsert=True)
    service["calls"].insert_one({"event": envelope.id})


if __name__ == "__main__":
    settings = load(Settings)
    database = connect(settings)
    records = [Records(database["users"])] if settings.service == "identity" else []
    run(settings, handlers=handlers, service=database, database=database, records=records)
