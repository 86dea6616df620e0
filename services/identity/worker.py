"""The event process of identity: relays what the web process stored, carries out what follows."""

from __future__ import annotations

from services.identity.handlers import Identity, handlers
from services.identity.rules import IdentitySettings
from services.identity.store import Store, ensure_indexes
from shared import log
from shared.auth import KeyRing, Subjects
from shared.mongo import connect
from shared.settings import load
from shared.worker import rebuild, rebuild_asked, run

PROJECTIONS = ("subjects",)


def main() -> None:
    """Run until a signal stops the process; with --rebuild make the projections anew."""
    settings = load(IdentitySettings)
    log.set_up(settings)
    database = connect(settings)
    if rebuild_asked():
        rebuild(
            settings,
            handlers=handlers,
            service_on=lambda shadow: Subjects(Store(shadow).subjects, settings),
            database=database,
            projections=PROJECTIONS,
            ensure_indexes=ensure_indexes,
        )
        return
    store = Store(database)
    run(
        settings,
        handlers=handlers,
        service=Identity(store, KeyRing.load(settings.link_keys), Subjects(store.subjects, settings)),
        database=database,
        records=store.publishing,
    )


if __name__ == "__main__":
    main()
