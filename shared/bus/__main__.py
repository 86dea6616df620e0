"""Operators' commands: python -m shared.bus topology | users | parked | dead | outbox | log ...

AMQP_URL, MONGODB_URI and SERVICE come from the environment as for the service itself; the topology job runs as
the user `deploy`.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shared.bus.link import Link
from shared.bus.replay import replay
from shared.bus.shelves import Shelf, Wanted, lines
from shared.bus.topology import Topology
from shared.bus.users import apply_rights, management
from shared.events import EVENTS, decode
from shared.events.listeners import LISTENERS
from shared.mongo import connect
from shared.outbox import Waiting
from shared.settings import Settings, load


@dataclass(frozen=True, kw_only=True)
class _Deploy(Settings):
    service: str = "deploy"


def main(arguments: list[str] | None = None) -> int:
    """Run one command."""
    asked = _parser().parse_args(arguments)
    match asked.what:
        case "topology":
            return _topology(asked)
        case "users":
            return _users(asked)
        case "outbox":
            return _outbox(asked, load(Settings))
        case "log":
            return _log(asked, load(Settings))
        case _:
            return _shelf(asked, load(Settings))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m shared.bus", description=__doc__)
    kinds = parser.add_subparsers(dest="what", required=True)
    topology = kinds.add_parser("topology", help="exchanges, queues and bindings")
    topology.add_argument("do", choices=("apply", "check", "export"))
    users = kinds.add_parser("users", help="users and rights, by the management API")
    users.add_argument("do", choices=("apply",))
    users.add_argument("--url", required=True, help="the management API")
    users.add_argument("--admin", default="admin")
    users.add_argument("--secrets", required=True, type=Path, help="folder: admin's password and amqp-<user>")
    for end in ("parked", "dead"):
        shelf = kinds.add_parser(end, help=f"the messages in <service>.{end}")
        shelf.add_argument("do", choices=("list", "show", "replay", "edit", "drop"))
        shelf.add_argument("--id", default="")
        shelf.add_argument("--type", default="")
        shelf.add_argument("--since", type=_time, default=None, help="ISO time")
        shelf.add_argument("--rate", type=float, default=50.0, help="messages a second")
        shelf.add_argument("--reason", default="", help="why they may be dropped or edited")
        shelf.add_argument("--body", default="", help="file with the new body of the message that --id names")
    outbox = kinds.add_parser("outbox", help="aggregates halted by an event that cannot be sent")
    outbox.add_argument("do", choices=("list", "requeue", "skip"))
    outbox.add_argument("--collection", default="")
    outbox.add_argument("--id", default="", help="the aggregate")
    outbox.add_argument("--reason", default="")
    events = kinds.add_parser("log", help="events of the log, sent once more to this service alone")
    events.add_argument("do", choices=("replay",))
    events.add_argument("--from", dest="start", type=_place, required=True, help="first, an offset, ISO time")
    events.add_argument("--type", default="", help="only events of this type")
    events.add_argument("--rate", type=float, default=200.0, help="messages a second")
    return parser


def _place(text: str) -> int | str | datetime:
    return text if text == "first" else int(text) if text.isdigit() else _time(text)


def _time(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _topology(asked: argparse.Namespace) -> int:
    settings = load(_Deploy)
    topology = Topology(ladder=settings.retry_ladder)
    if asked.do == "export":
        _say(json.dumps(topology.export(), indent=2))
        return 0
    link = Link.open(settings.amqp_url, settings)
    (topology.apply if asked.do == "apply" else topology.check)(link)
    link.leave()
    return 0


def _users(asked: argparse.Namespace) -> int:
    secrets = {path.name: path.read_text(encoding="utf-8").strip() for path in asked.secrets.iterdir()}
    passwords = {
        name.removeprefix("amqp-"): text for name, text in secrets.items() if name.startswith("amqp-")
    }
    api = management(asked.url, asked.admin, secrets[f"rabbitmq-{asked.admin}"])
    apply_rights(api, "karmayogi", passwords, asked.admin)
    return 0


def _shelf(asked: argparse.Namespace, settings: Settings) -> int:
    shelf = Shelf(settings.amqp_url, settings.service, asked.what)
    wanted = Wanted(asked.id, asked.type, asked.since)
    if asked.do in ("list", "show"):
        for line in lines(shelf.show(wanted, whole=asked.do == "show")):
            _say(line)
        return 0
    if asked.do == "replay":
        _say(f"{shelf.replay(wanted, asked.rate)} replayed")
        return 0
    if not asked.reason:
        raise SystemExit(f"{asked.do} needs --reason.")
    audit = connect(settings)["bus_audit"]

    def record(shown: dict[str, Any]) -> None:
        audit.insert_one({**shown, "shelf": asked.what, "why": asked.reason, "at": datetime.now(UTC)})

    if asked.do == "edit":
        if not asked.id or not asked.body:
            raise SystemExit("edit needs --id and --body.")
        body = Path(asked.body).read_bytes()
        decode(body)
        _say(f"{shelf.edit(wanted, body, record)} edited and sent again")
        return 0
    _say(f"{shelf.drop(wanted, record)} dropped")
    return 0


def _outbox(asked: argparse.Namespace, settings: Settings) -> int:
    database = connect(settings)
    if asked.do == "list":
        names = [asked.collection] if asked.collection else sorted(database.list_collection_names())
        for name in names:
            for line in lines(
                [{"collection": name, **d} for d in Waiting(database[name], settings).halted()]
            ):
                _say(line)
        return 0
    if not asked.collection or not asked.id:
        raise SystemExit(f"{asked.do} needs --collection and --id.")
    waiting = Waiting(database[asked.collection], settings)
    if asked.do == "requeue":
        done = waiting.requeue(asked.id)
    else:
        if not asked.reason:
            raise SystemExit("skip needs --reason.")
        done = waiting.skip(asked.id)
        database["bus_audit"].insert_one(
            {"aggregate": asked.id, "done": done, "why": asked.reason, "at": datetime.now(UTC)}
        )
    _say("done" if done else "nothing to do")
    return 0 if done else 1


def _log(asked: argparse.Namespace, settings: Settings) -> int:
    types = {event.type for event in LISTENERS[settings.service]} & (
        {asked.type} if asked.type else EVENTS.keys()
    )
    _say(f"{replay(settings, asked.start, types, asked.rate)} replayed")
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
