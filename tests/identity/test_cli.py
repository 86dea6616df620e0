"""Operators' commands: the first admin once, demo accounts nowhere near production."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.identity.cli import main, openapi
from services.identity.commands.bootstrap import DEMO, NewPerson, bootstrap, make_demo_accounts
from services.identity.commands.registration import Mailer
from services.identity.rules.roles import ROLES
from services.identity.store import Store
from shared.auth import KeyRing
from shared.errors import Conflict, Refused
from shared.mongo import utcnow
from tests.identity.people import HASHER, PASSWORD, RING, SETTINGS, add_person

FIRST = NewPerson("first.admin@gov.in", "Vikram", "Nair", "dopt", "Platform administrator")
MAILER = Mailer(SETTINGS, KeyRing.load(RING))


def token_of(link: str) -> str:
    return link.partition("?token=")[2]


def test_s10_the_first_admin_gets_a_link_and_no_password(store: Store) -> None:
    link = bootstrap(store, MAILER, FIRST, utcnow())

    user = store.user_by_email(FIRST.email) or {}
    assert link.startswith(f"{SETTINGS.public_url}/set-password?token=")
    assert (user["status"], user["password"]) == ("INVITED", None)
    assert [grant["role"] for grant in user["roles"]] == ["SPV_ADMIN"]


def test_s10_the_link_of_the_first_admin_sets_the_password_once(store: Store, client: FlaskClient) -> None:
    token = token_of(bootstrap(store, MAILER, FIRST, utcnow()))
    body = {"token": token, "password": PASSWORD}

    first = client.post("/v1/credentials/set-password", json=body)
    second = client.post("/v1/credentials/set-password", json=body)
    signed_in = client.post("/v1/auth/token", json={"email": FIRST.email, "password": PASSWORD})

    assert (first.status_code, second.status_code, signed_in.status_code) == (204, 410, 200)


def test_s10_bootstrap_works_once(store: Store) -> None:
    bootstrap(store, MAILER, FIRST, utcnow())

    with pytest.raises(Conflict) as caught:
        bootstrap(store, MAILER, replace(FIRST, email="second.admin@gov.in"), utcnow())

    assert caught.value.slug == "bootstrap_done"
    assert store.user_by_email("second.admin@gov.in") is None


def test_s10_bootstrap_is_refused_when_there_is_an_admin(store: Store) -> None:
    add_person(store, ("SPV_ADMIN", None))

    with pytest.raises(Conflict):
        bootstrap(store, MAILER, FIRST, utcnow())


def test_bootstrap_with_a_taken_address_burns_nothing(store: Store) -> None:
    taken = add_person(store)

    with pytest.raises(Conflict) as caught:
        bootstrap(store, MAILER, replace(FIRST, email=taken["email"]), utcnow())

    assert caught.value.slug == "address_taken"
    assert bootstrap(store, MAILER, FIRST, utcnow())


@pytest.mark.parametrize("email", ["admin@gmail.com", "admin@sub.gov.in", "admin", "a@b@gov.in"])
def test_r07_bootstrap_takes_approved_addresses_only(store: Store, email: str) -> None:
    with pytest.raises(Refused):
        bootstrap(store, MAILER, replace(FIRST, email=email), utcnow())

    assert store.users.find({}) == []


def test_s10_the_link_of_the_first_admin_expires(store: Store) -> None:
    bootstrap(store, MAILER, FIRST, utcnow())

    slot = (store.user_by_email(FIRST.email) or {})["links"]["set_password"]

    assert slot["expires_at"] <= utcnow() + timedelta(hours=24)


@pytest.mark.parametrize("environment", ["production", "", "staging"])
def test_s10_no_demo_account_outside_development_and_test(store: Store, environment: str) -> None:
    with pytest.raises(Refused):
        make_demo_accounts(store, HASHER, environment, utcnow())

    assert store.users.find({}) == []


def test_there_is_a_demo_account_for_each_role_and_a_learner_of_bsnl(store: Store) -> None:
    made = make_demo_accounts(store, HASHER, "development", utcnow())

    learner = store.user_by_email(DEMO[0][2].email) or {}
    assert {account["role"] for account in made} == {"PUBLIC", *ROLES}
    assert (learner["mdo_id"], learner["roles"]) == ("bsnl", [])


def test_demo_accounts_are_made_once(store: Store) -> None:
    first = make_demo_accounts(store, HASHER, "test", utcnow())
    before = store.users.find({})

    second = make_demo_accounts(store, HASHER, "test", utcnow())

    assert first == second
    assert store.users.find({}) == before


def test_each_demo_account_signs_in(store: Store, client: FlaskClient) -> None:
    made = make_demo_accounts(store, HASHER, "test", utcnow())

    answers = [
        client.post("/v1/auth/token", json={"email": one["email"], "password": one["password"]})
        for one in made
    ]

    assert [answer.status_code for answer in answers] == [200] * len(made)


def printed(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_the_commands_print_what_operators_need(
    store: Store, mongodb_uri: str, capsys: pytest.CaptureFixture[str]
) -> None:
    settings: Any = replace(SETTINGS, mongodb_uri=mongodb_uri, mongodb_database=store.database.name)
    names = ["--email", FIRST.email, "--first-name", "Vikram", "--last-name", "Nair"]

    main(["bootstrap", *names], settings)
    link = printed(capsys)[-1]
    with pytest.raises(SystemExit) as caught:
        main(["bootstrap", *names], settings)
    main(["demo"], settings)
    accounts = [json.loads(line) for line in printed(capsys)]

    assert "/set-password?token=" in link
    assert "SPV admin already" in str(caught.value)
    assert len(accounts) == len(DEMO)


def test_the_openapi_document_names_every_route_of_sessions() -> None:
    paths: Any = openapi()["paths"]

    assert {"/v1/auth/token", "/v1/auth/refresh", "/v1/auth/revoke", "/v1/jwks", "/v1/me"} <= set(paths)
