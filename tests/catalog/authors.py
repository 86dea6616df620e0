"""People of the CBP portal in the tests, and a course on its way."""

from __future__ import annotations

import copy
from typing import Any

from services.catalog.store import Store
from tests.catalog.courses import COURSE
from tests.service_kit import CREATOR, PUBLISHER, REVIEWER, Person, ask

PLACE = "/v1/authoring/courses"
FOREIGN = Person(
    "cbp-foreign", tuple((f"CONTENT_{name}", "railways") for name in ("CREATOR", "REVIEWER", "PUBLISHER"))
)
ALONE = Person("cbp-alone", tuple((f"CONTENT_{name}", None) for name in ("CREATOR", "REVIEWER", "PUBLISHER")))
BODY: dict[str, Any] = {name: value for name, value in COURSE.items() if name != "_id"}


def add_providers(store: Store) -> None:
    """The providers of the tests; one is suspended."""
    for id_, mdo, suspended in (("istm", "istm-mdo", False), ("aifm", None, False), ("closed", None, True)):
        store.providers.add(
            {
                "_id": id_,
                "name": {"en": id_.upper()},
                "description": {},
                "mdo_id": mdo,
                "suspended": suspended,
            }
        )


def draft(client: Any, **changed: Any) -> str:
    """A new draft of the full course."""
    answer = ask(client, "POST", PLACE, CREATOR, copy.deepcopy(BODY) | changed)
    assert answer.status_code == 201, answer.json
    return str(answer.json["id"])


def step(client: Any, id_: str, what: str, who: Person, body: Any = None) -> Any:
    """One step of a course."""
    return ask(client, "POST", f"{PLACE}/{id_}/{what}", who, body)


def publish_draft(client: Any, id_: str) -> Any:
    """Submit, approve, publish."""
    step(client, id_, "submit", CREATOR)
    step(client, id_, "review", REVIEWER, {"decision": "approve"})
    return step(client, id_, "publish", PUBLISHER)
