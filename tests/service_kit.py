"""What the tests of every service share: signed people, a client, deliveries, the access matrix, hostile bodies."""

from __future__ import annotations

import base64
import copy
import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shared.auth import KeyRing, Signer
from shared.events import Envelope, Event
from shared.mongo import Document, utcnow
from shared.settings import Settings
from shared.web import OPS, access_of
from shared.worker.handlers import Handlers

KEYS = json.dumps({"active": "k1", "keys": {"k1": base64.urlsafe_b64encode(bytes(range(32))).decode()}})
SIGNER = Signer(KeyRing.load(KEYS), Settings(service="identity"))
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
OPERATORS: tuple[Any, ...] = (
    {"$gt": ""}, {"$ne": None}, {"$regex": ".*"}, {"$where": "1"}, ["x", {"$gt": 1}], None, float(10**308), True,
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """Somebody with a token; `roles` are pairs of role and scope."""

    user_id: str
    roles: tuple[tuple[str, str | None], ...] = ()
    sv: int = 1

    @property
    def headers(self) -> dict[str, str]:
        """The Authorization header of this person."""
        roles = [{"role": role, "scope": scope} for role, scope in self.roles]
        token = SIGNER.access_token(self.user_id, roles=roles, sv=self.sv, session_id="s1")
        return {"Authorization": f"Bearer {token}"}


LEARNER, OTHER = Person("learner-1"), Person("learner-2")
OWN_ADMIN, FOREIGN_ADMIN = (
    Person("admin-1", (("MDO_ADMIN", "bsnl"),)),
    Person("admin-2", (("MDO_ADMIN", "railways"),)),
)
FRAC_ADMIN, SPV_ADMIN = Person("frac-1", (("FRAC_ADMIN", None),)), Person("spv-1", (("SPV_ADMIN", None),))
CREATOR, REVIEWER, PUBLISHER = (
    Person(f"cbp-{name.lower()}", ((f"CONTENT_{name}", None),))
    for name in ("CREATOR", "REVIEWER", "PUBLISHER")
)
EVERYBODY: dict[str, Person | None] = {
    "anonymous": None, "learner": LEARNER, "other": OTHER, "own_admin": OWN_ADMIN, "foreign_admin": FOREIGN_ADMIN,
    "creator": CREATOR, "reviewer": REVIEWER, "publisher": PUBLISHER, "frac": FRAC_ADMIN, "spv": SPV_ADMIN,
}  # fmt: skip


def service_headers(caller: str, audience: str) -> dict[str, str]:
    """The Authorization header of another service."""
    return {"Authorization": f"Bearer {SIGNER.service_token(caller, audience)}"}


def envelope(event: Event, *, sequence: int = 1, subject: str = "", time: Any = None) -> Envelope:
    """The event as it would arrive."""
    about = subject or str(getattr(event, "user_id", "") or next(iter(event.payload().values())))
    return Envelope(
        event.event_id, event.type, f"/{event.publisher}", about, time or utcnow(), sequence, "c1", "", "", event
    )  # fmt: skip


def deliver(handlers: Handlers, service: Any, *arrivals: Event | Envelope) -> None:
    """Hand events to the handlers in this order."""
    for one in arrivals:
        handlers.handle(service, one if isinstance(one, Envelope) else envelope(one))


def orders(arrivals: Sequence[Envelope], most: int = 120) -> Iterator[list[Envelope]]:
    """Permutations of the events, each twice: in place, and once more from the beginning."""
    for order in itertools.islice(itertools.permutations(arrivals), most):
        yield [one for one in order for _ in range(2)] + list(order)


def routes(app: Flask) -> Iterator[tuple[str, str]]:
    """Each method and path of the app's own routes."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in OPS and rule.endpoint != "static":
            for method in sorted((rule.methods or set()) & set(METHODS)):
                yield method, rule.rule


def filled(path: str, ids: Mapping[str, str] | None = None) -> str:
    """The path with its parameters: by name from `ids`, else an id that nobody has."""
    unknown = {"int": "999"}
    return re.sub(
        r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>",
        lambda m: (ids or {}).get(m[2], unknown.get(m[1], "nobody")),
        path,
    )


def matrix(app: Flask, ids: Mapping[str, str] | None = None) -> list[str]:
    """Who gets which status on each route with an empty body: lines for a golden list.

    `ids` fill path parameters with things of the learner; 401 and 403 are the door, all else came through it.
    """
    client, lines = app.test_client(), []
    for method, path in sorted(routes(app), key=lambda pair: (pair[1], pair[0])):
        answers = [
            f"{name} {ask(client, method, filled(path, ids), who).status_code}"
            for name, who in EVERYBODY.items()
        ]
        lines.append(f"{method} {path}: {', '.join(answers)}")
    return lines


def ask(
    client: FlaskClient, method: str, path: str, who: Person | None, body: Any = None, **more: Any
) -> TestResponse:
    """One request as this person; an unsafe method sends `body` or an empty object as JSON."""
    headers = dict(who.headers if who else {}) | dict(more.pop("headers", {}))
    if method not in ("GET", "DELETE"):
        more["json"] = {} if body is None else body
    return client.open(path, method=method, headers=headers, **more)


def doors_agree(app: Flask) -> list[str]:
    """Routes whose door lets in, or keeps out, somebody else than their access rule says."""
    client, wrong = app.test_client(), []
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint) if rule.endpoint not in OPS else None
        if access is None:
            continue
        for method in sorted((rule.methods or set()) & set(METHODS)):
            for name, who in EVERYBODY.items():
                got = ask(client, method, filled(rule.rule), who).status_code
                if (got in (401, 403)) != _shut(access, who) and got != 403:
                    wrong.append(f"{method} {rule.rule}: {name} got {got}")
    return wrong


def _shut(access: Any, who: Person | None) -> bool:
    if access.kind == "public":
        return False
    if access.kind == "service" or who is None:
        return True
    return bool(access.names) and not any(role in access.names for role, _ in who.roles)


def hostile(body: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The body with each field in turn replaced by an operator, a list, null, a huge number or a flag.

    Fields of nested objects and of the first item of lists are reached too; the name is the field's path.
    """
    for place in _places(body):
        for value in OPERATORS:
            made = copy.deepcopy(dict(body))
            spot: Any = made
            for part in place[:-1]:
                spot = spot[part]
            if type(spot[place[-1]]) is not type(value):
                spot[place[-1]] = value
                yield ".".join(map(str, place)), made


def _places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner: Any = (
        value.items()
        if isinstance(value, Mapping)
        else enumerate(value[:1])
        if isinstance(value, list)
        else ()
    )
    for key, one in inner:
        yield (*above, key)
        yield from _places(one, (*above, key))


def told(collection: Any, id_: str | None = None) -> list[Document]:
    """The events that wait in one aggregate, or in all of a collection, as they will be published."""
    found = collection.find({"_id": id_} if id_ else {"_outbox": {"$exists": True}})
    return [json.loads(row["body"]) for one in found for row in one.get("_outbox", [])]


Ask = Callable[..., TestResponse]
