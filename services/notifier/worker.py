"""The event process of the notifier: takes identity's events, sends the mails they make due."""

from __future__ import annotations

from pymongo.database import Database

from services.notifier.clients import identity_client, mail_contexts
from services.notifier.handlers import Notifier, handlers
from services.notifier.jobs import jobs
from services.notifier.mailer import Mailer
from services.notifier.rules import NotifierSettings
from services.notifier.sender import Sender
from services.notifier.store import HOLDINGS, Store, ensure_indexes
from shared import log
from shared.auth import Subjects
from shared.failpoint import Failpoints
from shared.mongo import Document, connect
from shared.privacy import ExportLoop
from shared.schedule import Schedule
from shared.settings import load
from shared.worker import rebuild, rebuild_asked, run

PROJECTIONS = (
    "subjects",
    "courses",
    "admins",
    "sessions",
)  # The ledger of deliveries is no projection: a mail leaves once.


def service_on(database: Database[Document], settings: NotifierSettings) -> Notifier:
    """What the handlers work with, on this database."""
    store = Store(database)
    return Notifier(store, settings, Subjects(store.subjects, settings))


def main() -> None:
    """Run until a signal stops the process; with --rebuild make the projections anew."""
    settings = load(NotifierSettings)
    log.set_up(settings)
    database = connect(settings)
    if rebuild_asked():
        rebuild(
            settings,
            handlers=handlers,
            service_on=lambda shadow: service_on(shadow, settings),
            database=database,
            projections=PROJECTIONS,
            ensure_indexes=ensure_indexes,
        )
        return
    store = Store(database)
    sender = Sender(store, settings, mail_contexts(settings), Mailer(settings), Failpoints(settings))
    run(
        settings,
        handlers=handlers,
        service=service_on(database, settings),
        database=database,
        records=(store.deliveries,),
        loops=(
            sender,
            Schedule(database["jobs"], *jobs(store, settings)),
            ExportLoop(database, HOLDINGS, identity_client(settings)),
        ),
    )


if __name__ == "__main__":
    main()
