"""From the form to the first login, over the gateway, the bus and real mail."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from deploy.local.demo import walk
from deploy.local.stack import Stack
from tests.journeys.conftest import PASSWORD
from tests.mailbox import Mailbox, link, token

Form = Callable[..., dict[str, Any]]


def test_the_demo_walks_through(stack: Stack, mail: Mailbox, capsys: pytest.CaptureFixture[str]) -> None:
    walk(stack.url, stack.mail_url)

    assert "All of it works." in capsys.readouterr().out


def test_a_registration_in_hindi_gets_a_hindi_mail(api: httpx.Client, mail: Mailbox, form: Form) -> None:
    asked = form()
    api.post("/identity/v1/registrations", json=asked)

    got = mail.wait(asked["email"])[0]

    assert "आशा" in got["text"]
    assert got["headers"]["Content-Language"] == "hi"
    assert got["to"] == [asked["email"]]


def test_l02_the_link_wins_once_in_a_race_and_that_password_logs_in(
    api: httpx.Client, mail: Mailbox, form: Form
) -> None:
    asked = form()
    api.post("/identity/v1/registrations", json=asked)
    link_token = token(mail.wait(asked["email"])[0])
    passwords = [f"{PASSWORD} number {n}" for n in range(20)]

    def attempt(password: str) -> int:
        body = {"token": link_token, "password": password}
        while (code := api.post("/identity/v1/credentials/set-password", json=body).status_code) == 503:
            continue
        return code

    with ThreadPoolExecutor(20) as pool:
        codes = list(pool.map(attempt, passwords))

    assert sorted(codes) == [204] + [410] * 19
    winner = passwords[codes.index(204)]
    login = api.post("/identity/v1/auth/token", json={"email": asked["email"], "password": winner})
    assert login.status_code == 200


def test_l04_a_newer_link_kills_the_older(api: httpx.Client, mail: Mailbox, form: Form) -> None:
    asked = form()
    api.post("/identity/v1/registrations", json=asked)
    older = token(mail.wait(asked["email"])[0])
    api.post("/identity/v1/registrations/resend", json={"email": asked["email"]})
    newer = token(mail.wait(asked["email"], 2)[1])

    body = {"password": PASSWORD}
    assert api.post("/identity/v1/credentials/set-password", json=body | {"token": older}).status_code == 410
    assert api.post("/identity/v1/credentials/set-password", json=body | {"token": newer}).status_code == 204


def test_a_forgotten_password_is_reset_and_old_sessions_end(
    api: httpx.Client, mail: Mailbox, form: Form
) -> None:
    asked = form(locale="en")
    api.post("/identity/v1/registrations", json=asked)
    first = {"token": token(mail.wait(asked["email"])[0]), "password": PASSWORD}
    api.post("/identity/v1/credentials/set-password", json=first)
    mail.wait(asked["email"], 2)
    session = api.post("/identity/v1/auth/token", json={"email": asked["email"], "password": PASSWORD}).json()

    api.post("/identity/v1/credentials/forgot", json={"email": asked["email"]})
    reset = {"token": token(mail.wait(asked["email"], 3)[2]), "password": f"{PASSWORD}, again"}
    assert api.post("/identity/v1/credentials/set-password", json=reset).status_code == 204

    refreshed = api.post("/identity/v1/auth/refresh", json={"refresh_token": session["refresh_token"]})
    old = api.post("/identity/v1/auth/token", json={"email": asked["email"], "password": PASSWORD})
    new = api.post("/identity/v1/auth/token", json={"email": asked["email"], "password": reset["password"]})
    assert (refreshed.status_code, old.status_code, new.status_code) == (401, 401, 200)


@pytest.mark.parametrize(
    "address",
    [
        "a@gmail.com",
        "a@evil.com@bsnl.co.in",
        "a@bsnl.co.in.evil.com",
        "a@xbsnl.co.in",
        "a@sub.bsnl.co.in",
        "a@bsnl.co.in\n",
        " a@bsnl.co.in",
        "a@evil.com,b@bsnl.co.in",
        "<a@evil.com>b@bsnl.co.in",
        '"a@evil.com"@bsnl.co.in',
        "a+b@bsnl.co.in",
        "a@bsnl.co.in.",
        "ａ@bsnl.co.in",
        "a@bsnl。co.in",
        "a@bſnl.co.in",
        "a%evil.com@bsnl.co.in",
        "a@[127.0.0.1]",
        "a@bsnl.co.in\x00",
        "a" * 65 + "@bsnl.co.in",
    ],
)
def test_r01_a_foreign_or_odd_address_is_refused_at_the_gateway(
    api: httpx.Client, form: Form, address: str
) -> None:
    answer = api.post("/identity/v1/registrations", json=form(email=address))

    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["email"]


def test_r01_no_recipient_outside_the_list_was_ever_named(
    api: httpx.Client, mail: Mailbox, form: Form
) -> None:
    api.post("/identity/v1/registrations", json=form(email="victim@evil.example@bsnl.co.in"))
    asked = form()
    api.post("/identity/v1/registrations", json=asked)
    mail.wait(asked["email"])

    domains = {address.partition("@")[2] for address in mail.recipients()}
    assert domains <= {"bsnl.co.in", "gov.in", "nic.in"}


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host", "Forwarded"])
def test_l06_a_hostile_host_never_reaches_the_link(
    stack: Stack, api: httpx.Client, mail: Mailbox, form: Form, header: str
) -> None:
    asked = form()
    value = "host=evil.example" if header == "Forwarded" else "evil.example"
    answer = api.post("/identity/v1/registrations", json=asked, headers={header: value})

    assert answer.status_code in (202, 400)
    if answer.status_code == 202:
        assert link(mail.wait(asked["email"])[0]).startswith(stack.url)


def test_r08_known_and_unknown_addresses_get_the_same_answer(
    api: httpx.Client, mail: Mailbox, form: Form
) -> None:
    asked = form()
    new = api.post("/identity/v1/registrations", json=asked)
    mail.wait(asked["email"])
    known = api.post("/identity/v1/registrations", json=asked)
    forgot = [
        api.post("/identity/v1/credentials/forgot", json={"email": address})
        for address in (asked["email"], form()["email"])
    ]

    for one, other in ((new, known), forgot):
        assert (one.status_code, one.content) == (other.status_code, other.content)
        assert _names(one) == _names(other)


def _names(answer: httpx.Response) -> list[str]:
    return sorted(name.lower() for name in answer.headers)
