"""Operators' commands: `python -m services.identity.cli bootstrap|demo|keys|export-openapi`."""

from __future__ import annotations

import argparse
import base64
import json
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from services.identity.app import create_app
from services.identity.commands.bootstrap import NewPerson, bootstrap, make_demo_accounts
from services.identity.commands.registration import Mailer
from services.identity.hashing import Hasher
from services.identity.rules import IdentitySettings
from services.identity.rules.rotation import activated, published, retired
from services.identity.store import Store
from shared.auth import KeyRing
from shared.errors import Problem
from shared.mongo import connect, utcnow
from shared.settings import load


def main(arguments: Sequence[str] | None = None, settings: IdentitySettings | None = None) -> None:
    """Run one command; a refusal ends with its sentence and exit code 1."""
    chosen = _parser().parse_args(arguments)
    if chosen.command == "export-openapi":
        print(json.dumps(openapi(), indent=2, ensure_ascii=False, sort_keys=True))
        return
    if chosen.command == "keys":
        try:
            print(rotate(Path(chosen.file), chosen.step, chosen.kid, utcnow()))
        except Problem as error:
            sys.exit(error.sentence)
        return
    settings = settings or load(IdentitySettings)
    database = connect(settings)
    with closing(database.client):
        store = Store(database)
        try:
            lines = (
                _demo(store, settings) if chosen.command == "demo" else _bootstrap(store, settings, chosen)
            )
        except Problem as error:
            sys.exit(error.sentence)
    print("\n".join(lines))


def openapi() -> dict[str, object]:
    """The OpenAPI document of identity; needs no settings and no database."""
    ring = json.dumps({"active": "none", "keys": {"none": base64.urlsafe_b64encode(bytes(32)).decode()}})
    settings = IdentitySettings(
        service="identity", mongodb_uri="mongodb://localhost:1", signing_keys=ring, link_keys=ring
    )
    with closing(connect(settings).client) as client:
        app = create_app(settings, client.get_database(settings.database_name))
    document: dict[str, object] = app.extensions["openapi"]()
    return document


def rotate(path: Path, step: str, kid: str, now: datetime) -> str:
    """Take one step of a rotation in the file of the key ring, whole or not at all; says what comes next."""
    ring = json.loads(path.read_text(encoding="utf-8"))
    change, said = {"publish": published, "activate": activated, "retire": retired}[step](ring, kid, now)
    made = path.with_suffix(".new")
    made.touch(0o600)
    made.write_text(json.dumps(change), encoding="utf-8")
    made.replace(path)
    return said


def _bootstrap(store: Store, settings: IdentitySettings, chosen: argparse.Namespace) -> list[str]:
    person = NewPerson(chosen.email, chosen.first_name, chosen.last_name, chosen.mdo, chosen.position)
    mailer = Mailer(settings, KeyRing.load(settings.link_keys))
    link = bootstrap(store, mailer, person, utcnow())
    return ["The first SPV admin sets the password here, once, within 24 hours:", link]


def _demo(store: Store, settings: IdentitySettings) -> list[str]:
    accounts = make_demo_accounts(store, Hasher(), settings.environment, utcnow())
    return [json.dumps(account) for account in accounts]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.identity.cli", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    first = commands.add_parser("bootstrap", help="make the first SPV admin, once, and print the link")
    first.add_argument("--email", required=True, help="an official address of an approved domain")
    first.add_argument("--first-name", required=True)
    first.add_argument("--last-name", required=True)
    first.add_argument("--mdo", default="dopt", help="id of the MDO the admin belongs to")
    first.add_argument("--position", default="Platform administrator")
    commands.add_parser("demo", help="make the demo accounts (development and tests only)")
    keys = commands.add_parser("keys", help="rotate the keys that sign tokens, without a restart")
    keys.add_argument("step", choices=("publish", "activate", "retire"))
    keys.add_argument("--file", required=True, help="the file that SIGNING_KEYS_PATH names")
    keys.add_argument("--kid", default="", help="of the key; publish makes one of its own")
    commands.add_parser("export-openapi", help="print the OpenAPI document")
    return parser


if __name__ == "__main__":
    main()
