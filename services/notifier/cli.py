"""Operators' commands: `python -m services.notifier.cli bounce < message`, for the mail server's own hook.

The mail server pipes what comes back to the sender's address into it (RFC 3464 delivery status).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing

from services.notifier.commands.bounces import record_bounce
from services.notifier.mailer.bounce import read_bounce
from services.notifier.rules import NotifierSettings
from services.notifier.store import Store
from shared.errors import Problem
from shared.mongo import connect, utcnow
from shared.settings import load


def main(
    arguments: Sequence[str] | None = None, settings: NotifierSettings | None = None, raw: bytes | None = None
) -> None:
    """Run one command; a refusal ends with its sentence and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m services.notifier.cli", description=__doc__)
    parser.add_argument("command", choices=("bounce",))
    parser.parse_args(arguments)
    found = read_bounce(sys.stdin.buffer.read(1_000_000) if raw is None else raw)
    if found is None:
        sys.exit("This is no delivery status that names a failed mail of ours.")
    settings = settings or load(NotifierSettings)
    database = connect(settings)
    with closing(database.client):
        store = Store(database)
        try:
            done = record_bounce(
                store, store.delivery_by_message(found.message_id), found.code, found.text, utcnow()
            )
        except Problem as error:
            sys.exit(error.sentence)
    print(f"{done['_id']} {done['state']}")


if __name__ == "__main__":
    main()
