"""The event process of identity: relays what the web process stored, keeps `subjects` current."""

from __future__ import annotations

from services.identity.handlers import handlers
from services.identity.rules import IdentitySettings
from services.identity.store import Store
from shared import log
from shared.auth import Subjects
from shared.mongo import connect
from shared.settings import load
from shared.worker import run


def main() -> None:
    """Run until a signal stops the process."""
    settings = load(IdentitySettings)
    log.set_up(settings)
    database = connect(settings)
    store = Store(database)
    run(
        settings,
        handlers=handlers,
        service=Subjects(store.subjects, settings),
        database=database,
        records=(store.users,),
    )


if __name__ == "__main__":
    main()
