"""The event process of the notifier: takes identity's events, sends the mails they make due."""

from __future__ import annotations

from services.notifier.clients import mail_contexts
from services.notifier.handlers import Notifier, handlers
from services.notifier.mailer import Mailer
from services.notifier.rules import NotifierSettings
from services.notifier.sender import Sender
from services.notifier.store import Store
from shared import log
from shared.auth import Subjects
from shared.failpoint import Failpoints
from shared.mongo import connect
from shared.settings import load
from shared.worker import run


def main() -> None:
    """Run until a signal stops the process."""
    settings = load(NotifierSettings)
    log.set_up(settings)
    database = connect(settings)
    store = Store(database)
    sender = Sender(store, settings, mail_contexts(settings), Mailer(settings), Failpoints(settings))
    run(
        settings,
        handlers=handlers,
        service=Notifier(store, settings, Subjects(store.subjects, settings)),
        database=database,
        records=(store.deliveries,),
        loops=(sender,),
    )


if __name__ == "__main__":
    main()
