"""S01, S09: what a person typed stays in the service it was typed into, and goes with the person from all of them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from pymongo import MongoClient

from deploy.local.stack import SERVICES, Stack
from services.identity.commands.privacy import start_due_erasures
from services.identity.store import Store
from shared.mongo import connect, utcnow
from shared.settings import Settings
from tests.journeys.conftest import PASSWORD, until
from tests.journeys.test_canary import outside
from tests.journeys.test_learning import COURSE, KEYS, Learner, completed, enrolled, learn, right
from tests.mailbox import Mailbox, token
from tests.traces import Traces

TYPED_INTO = {"identity", "onboarding", "catalog", "progress"}
Form = Callable[..., dict[str, Any]]
# What is left holds the bare id: logs that the law keeps, the standing that refuses old tokens, what was handled, and
# rows whose words are gone and which stay so that a late event finds its end.
KEPT = {"audit", "subjects", "ops_handled"}
EMPTIED = {
    "identity.users",
    "onboarding.profiles",
    "onboarding.changes",
    "onboarding.proposals",
    "catalog.ratings",
    "community.people",
}


@pytest.mark.timeout(300)  # It may be the test that starts the stack.
def test_s01_s09_what_was_typed_stays_where_it_was_and_goes_with_its_person(
    stack: Stack, api: httpx.Client, mail: Mailbox, form: Form, traces: Traces
) -> None:
    mark, looked = f"mark{secrets.token_hex(8)}", f"looked{secrets.token_hex(8)}"
    asked = form(
        first_name="M" + "".join(chr(ord("a") + int(sign, 16)) for sign in secrets.token_hex(8)),
        email=f"{mark}@bsnl.co.in", position_id="junior-telecom-officer", position_text=None,
    )  # fmt: skip
    headers, user_id = person(api, mail, asked)
    type_everywhere(api, headers, mark, looked)

    marks = (mark, asked["first_name"])
    for what, text in outside(stack, traces):
        assert not [one for one in (*marks, looked) if one.casefold() in text.casefold()], what
    assert {place.split(".")[0] for place in holding(stack, mark)} == TYPED_INTO

    erase(stack, api, headers)

    until(lambda: not [place for one in marks for place in holding(stack, one)], 60)
    until(lambda: {one for one in holding(stack, user_id) if one.split(".")[1] not in KEPT} <= EMPTIED, 60)


def person(api: httpx.Client, mail: Mailbox, asked: dict[str, Any]) -> tuple[dict[str, str], str]:
    """A new official with a complete profile: the headers of their requests, and the id."""
    api.post("/identity/v1/registrations", json=asked)
    body = {"token": token(mail.wait(asked["email"])[0]), "password": PASSWORD}
    assert api.post("/identity/v1/credentials/set-password", json=body).status_code == 204
    login = api.post("/identity/v1/auth/token", json={"email": asked["email"], "password": PASSWORD}).json()
    headers = {"Authorization": f"Bearer {login['access_token']}"}
    me = "/onboarding/v1/profiles/me"
    until(lambda: api.get(me, headers=headers).json()["fields"]["mdo_id"])
    assert api.patch(me, json={"group": "b"}, headers=headers).json()["complete"] is True
    return headers, str(api.get("/identity/v1/me", headers=headers).json()["id"])


def type_everywhere(api: httpx.Client, headers: dict[str, str], mark: str, looked: str) -> None:
    """Words of one's own in each service that takes some."""
    learner = Learner(api, headers)
    id_ = until(lambda: enrolled(learner))["id"]
    learner.report(id_, "r4", "submitted", text=f"{mark} submission")
    learn(learner, id_)
    learner.sit(id_, {key: right(one) for key, one in KEYS.items()})
    until(lambda: completed(learner, id_))
    rating = {"stars": 4, "text": f"{mark} review"}
    until(
        lambda: (
            api.put(f"/catalog/v1/courses/{COURSE}/ratings/me", json=rating, headers=headers).status_code
            < 300
        )
    )
    said = [
        api.patch(
            "/onboarding/v1/profiles/me", json={"group": "a", "reason": f"{mark} order"}, headers=headers
        ),
        api.post(
            "/onboarding/v1/topic-proposals", json={"name": f"Topic {mark}", "reason": mark}, headers=headers
        ),
        learner.post(f"/enrolments/{id_}/dispute", {"note": f"{mark} note"}),
        api.get("/catalog/v1/search", params={"q": looked}, headers=headers),
    ]
    assert [one.status_code // 100 for one in said] == [2] * len(said), [one.text for one in said]


def holding(stack: Stack, mark: str) -> list[str]:
    """The collections of all services in which a text occurs."""
    with MongoClient[dict[str, Any]](stack.mongodb_uri) as client:
        return [
            f"{service}.{name}"
            for service in SERVICES
            for name in client[service].list_collection_names()
            if mark.casefold() in " ".join(map(str, client[service][name].find({}))).casefold()
        ]


def erase(stack: Stack, api: httpx.Client, headers: dict[str, str]) -> None:
    """Ask for the erasure, and let its notice be over."""
    asked = api.post("/identity/v1/me/erasure", json={"password": PASSWORD}, headers=headers)
    assert asked.status_code == 202, asked.text
    database = connect(Settings(service="identity", mongodb_uri=stack.mongodb_uri))
    assert start_due_erasures(Store(database), utcnow() + timedelta(hours=49)) == 1
    database.client.close()
