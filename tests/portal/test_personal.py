"""The own account: another address by its link, another name by decision."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from tests.portal.conftest import BASE, Browser, Clock
from tests.portal.stub import PASSWORD, Stub

NEW = "asha.gill@bsnl.co.in"


@pytest.fixture
def person(browser: Browser) -> Browser:
    browser.sign_in()
    return browser


def text(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def test_the_account_page_names_what_waits(person: Browser, stub: Stub) -> None:
    stub.me = {**stub.me, "pending_email": NEW, "name_change": {"status": "pending"}}

    page = text(person.get("/account"))

    assert "Change asked for" in page
    assert "Change not confirmed yet" in page


def test_another_address_is_asked_for_with_the_password_and_the_present_one_stays(
    person: Browser, stub: Stub
) -> None:
    answer = person.post("/account/email", {"email": f" {NEW} ", "password": PASSWORD})

    assert answer.headers["Location"] == "/account/email"
    assert stub.bodies("/me/email") == [{"email": NEW, "password": PASSWORD}]
    page = text(person.get("/account/email"))
    assert f'Not confirmed yet: <strong lang="en">{NEW}' in page
    assert 'Your address now: <strong lang="en">asha.rao@bsnl.co.in' in page


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"email": "asha@gmail.com", "password": PASSWORD}, "email", "approved domain"),
        ({"email": NEW, "password": "wrong"}, "password", "present password is not right"),
        ({"email": "", "password": PASSWORD}, "email", "Enter your official email address"),
    ],
)
def test_a_refused_address_is_named_and_kept_and_the_password_is_not(
    person: Browser, typed: dict[str, str], field: str, words: str
) -> None:
    answer = person.post("/account/email", typed)
    page = text(answer)

    assert answer.status_code == 422
    assert f'href="#{field}"' in page
    assert words in page
    assert f'value="{typed["email"]}"' in page or not typed["email"]
    assert PASSWORD not in page


def test_too_many_mails_say_how_long_to_wait(person: Browser, stub: Stub) -> None:
    stub.fail("/me/email", 429, "mails_too_many", headers={"Retry-After": "600"})

    answer = person.post("/account/email", {"email": NEW, "password": PASSWORD})

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "600")
    assert "Wait 10 minutes" in text(answer)


def test_the_link_changes_nothing_before_its_button_and_then_ends_the_session(
    person: Browser, stub: Stub
) -> None:
    stub.me = {**stub.me, "pending_email": NEW}

    opened = person.get("/confirm-email?token=address")
    page = text(person.get("/confirm-email"))
    before = stub.me["email"]
    answer = person.post("/confirm-email")

    assert opened.headers["Location"] == "/confirm-email"
    assert "Asha Rao" in page
    assert before == "asha.rao@bsnl.co.in"
    assert stub.me["email"] == NEW
    assert answer.headers["Location"] == "/login"
    assert "Your new address holds from now on" in text(person.get("/login"))
    assert person.get("/account").status_code == 303


def test_l07_the_token_of_the_link_is_in_no_page_header_log_or_address(
    browser: Browser, stub: Stub, caplog: pytest.LogCaptureFixture
) -> None:
    stub.links["k1.verysecretlink.tag"] = "confirm_email"
    caplog.set_level(logging.DEBUG)

    answers = [browser.get("/confirm-email?token=k1.verysecretlink.tag"), browser.get("/confirm-email")]

    assert "Asha Rao" in text(answers[1])
    assert all("verysecretlink" not in text(one) + str(one.headers) for one in answers)
    assert "verysecretlink" not in "".join(str(record.__dict__) for record in caplog.records)
    assert all("verysecretlink" not in str(request.url) for request in stub.requests)


def test_the_link_works_in_a_browser_where_nobody_is_signed_in_and_pressing_twice_is_harmless(
    browser: Browser, stub: Stub
) -> None:
    stub.me = {**stub.me, "pending_email": NEW}
    browser.get("/confirm-email?token=address")
    token = browser.token("/confirm-email")
    form, headers = {"csrf_token": token}, {"Origin": BASE}

    first = browser.client.post("/confirm-email", data=form, base_url=BASE, headers=headers)
    browser.get("/confirm-email?token=address")
    second = browser.post("/confirm-email", page="/login")

    assert first.headers["Location"] == "/login"
    assert second.status_code == 410
    assert "already used" in text(second)
    assert stub.me["email"] == NEW


@pytest.mark.parametrize("token", ["used", "expired", "overtaken", "nonsense", "good"])
def test_a_link_that_does_not_work_says_why(browser: Browser, token: str) -> None:
    browser.get(f"/confirm-email?token={token}")

    answer = browser.get("/confirm-email")
    page = text(answer)

    assert answer.status_code == 410
    assert 'href="/account/email"' in page
    assert {
        "used": "already used", "expired": "has expired", "overtaken": "a newer link",
    }.get(token, "This link does not work") in page  # fmt: skip


def test_an_opened_link_is_forgotten_after_half_an_hour(browser: Browser, stub: Stub, clock: Clock) -> None:
    browser.get("/confirm-email?token=address")
    clock.move(1799)
    assert "Asha Rao" in text(browser.get("/confirm-email"))
    clock.move(2)

    assert "Open the link from your mail" in text(browser.get("/confirm-email"))
    assert browser.post("/confirm-email", page="/login").status_code == 410
    assert stub.count("/credentials/confirm-email") == 0


def test_a_link_that_is_refused_at_the_last_moment_keeps_its_button(browser: Browser, stub: Stub) -> None:
    stub.fail("/credentials/confirm-email", 409, "address_known", "Taken.")
    browser.get("/confirm-email?token=address")

    answer = browser.post("/confirm-email")

    assert answer.status_code == 409
    assert "belongs to another account" in text(answer)
    assert 'action="/confirm-email"' in text(answer)


def test_another_name_is_asked_for_with_a_reason_and_its_state_is_shown(person: Browser, stub: Stub) -> None:
    wish = {"first_name": "आशा", "last_name": "गिल", "reason": "Marriage"}
    answer = person.post("/account/name", wish)

    assert answer.headers["Location"] == "/account/name"
    assert stub.bodies("/me/name") == [wish]
    page = text(person.get("/account/name"))
    assert "Not decided yet" in page
    assert "Marriage" in page
    stub.me["name_change"] |= {"status": "declined", "decision_reason": "Send the deed."}
    assert "Send the deed." in text(person.get("/account/name"))
    stub.me["name_change"] |= {"status": "approved", "decision_reason": None}
    assert "Approved" in text(person.get("/account/name"))


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"first_name": "", "last_name": "Gill", "reason": "Marriage"}, "first_name"),
        ({"first_name": "Asha", "last_name": "Gill", "reason": ""}, "reason"),
        ({"first_name": "Asha", "last_name": "Gill", "reason": "no"}, "reason"),
        ({"first_name": "Asha", "last_name": "Rao", "reason": "Marriage"}, "first_name"),
    ],
)
def test_a_refused_name_is_named_and_kept(person: Browser, typed: dict[str, str], field: str) -> None:
    answer = person.post("/account/name", typed)
    page = text(answer)

    assert answer.status_code == 422
    assert f'href="#{field}"' in page
    assert f'value="{typed["last_name"]}"' in page
    assert f">{typed['reason']}</textarea>" in page
