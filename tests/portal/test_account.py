"""Set a password, sign in, forgotten password."""

from __future__ import annotations

import logging

import httpx
import pytest

from tests.portal.conftest import BASE, Browser
from tests.portal.stub import ME, PASSWORD, Stub


def test_l07_opening_a_link_changes_nothing_at_identity(browser: Browser, stub: Stub) -> None:
    browser.client.head("/set-password?token=good", base_url=BASE)
    answer = browser.get("/set-password?token=good")

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/set-password"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] in ("no-referrer", "same-origin")
    assert stub.calls == []


def test_l07_the_token_is_in_no_page_header_log_or_address(
    browser: Browser, stub: Stub, caplog: pytest.LogCaptureFixture
) -> None:
    stub.links["k1.verysecretlink.tag"] = "set_password"
    caplog.set_level(logging.DEBUG)

    first = browser.get("/set-password?token=k1.verysecretlink.tag")
    second = browser.get("/set-password")

    assert second.status_code == 200
    for answer in (first, second):
        assert "verysecretlink" not in answer.get_data(as_text=True) + str(answer.headers)
    assert "verysecretlink" not in "".join(str(record.__dict__) for record in caplog.records)
    assert all("verysecretlink" not in str(request.url) for request in stub.requests)


def test_a_link_sets_the_password_and_leads_to_sign_in(browser: Browser, stub: Stub) -> None:
    browser.get("/set-password?token=good")

    answer = browser.post("/set-password", {"password": PASSWORD, "first_name": "Asha", "last_name": "Rao"})

    assert answer.headers["Location"] == "/login"
    assert stub.bodies("/credentials/set-password") == [{"token": "good", "password": PASSWORD}]
    assert "Your password is set" in browser.get("/login").get_data(as_text=True)
    assert "Your password is set" not in browser.get("/login").get_data(as_text=True)


def test_a_short_password_is_refused_with_the_rule_and_never_shown_again(browser: Browser) -> None:
    browser.get("/set-password?token=good")

    answer = browser.post("/set-password", {"password": "too short"})
    page = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert "<title>Error: Set your password" in page
    assert 'href="#password"' in page
    assert "at least 15 characters" in page
    assert "too short" not in page.replace("is too short", "")


def test_the_owner_corrects_what_was_registered_with_the_first_password(browser: Browser, stub: Stub) -> None:
    browser.get("/set-password?token=good")
    typed = {
        "password": PASSWORD,
        "first_name": "Usha",
        "last_name": "Rao",
        "position_id": "p2",
        "mdo_1": "m2",
    }

    updated = browser.post("/set-password", {**typed, "mdo_1": "m1", "update": "1"}).get_data(as_text=True)
    assert 'id="mdo_2"' in updated
    assert '<details class="govuk-details" open>' in updated
    assert stub.count("/credentials/set-password") == 0
    assert PASSWORD not in updated
    answer = browser.post("/set-password", typed)

    assert answer.headers["Location"] == "/login"
    changed = {"first_name": "Usha", "position_id": "p2", "mdo_id": "m2"}
    assert stub.bodies("/credentials/set-password") == [{"token": "good", "password": PASSWORD, **changed}]


def test_what_the_owner_leaves_as_it_is_is_not_sent(browser: Browser, stub: Stub) -> None:
    browser.get("/set-password?token=good")
    same = {"first_name": "Asha", "last_name": "Rao", "position_id": "p1", "mdo_1": ""}

    browser.post("/set-password", {"password": PASSWORD, **same})

    assert stub.bodies("/credentials/set-password") == [{"token": "good", "password": PASSWORD}]


def test_a_correction_that_is_refused_is_shown_at_its_field(browser: Browser, stub: Stub) -> None:
    browser.get("/set-password?token=good")
    stub.fail("/credentials/set-password", 422, "name_not_valid", errors={"first_name": ["No."]})

    answer = browser.post(
        "/set-password", {"password": PASSWORD, "first_name": "www.x.in", "last_name": "Rao"}
    )
    page = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert 'href="#first_name"' in page
    assert '<details class="govuk-details" open>' in page


def test_a_reset_link_says_so(browser: Browser) -> None:
    browser.get("/set-password?token=reset")

    page = browser.get("/set-password").get_data(as_text=True)

    assert "Choose a new password" in page
    assert "Bharat Sanchar Nigam Limited (BSNL)" in page
    assert 'id="first_name"' not in page


@pytest.mark.parametrize(
    ("token", "heading"),
    [
        ("used", "This link was already used"),
        ("expired", "This link has expired"),
        ("overtaken", "There is a newer link"),
        ("nonsense", "This link does not work"),
    ],
)
def test_a_dead_link_offers_a_new_one(browser: Browser, token: str, heading: str) -> None:
    browser.get(f"/set-password?token={token}")

    answer = browser.get("/set-password")

    assert answer.status_code == 410
    assert heading in answer.get_data(as_text=True)
    assert 'href="/register/resend"' in answer.get_data(as_text=True)
    assert 'href="/forgot"' in answer.get_data(as_text=True)


def test_without_a_link_the_page_says_where_it_is(browser: Browser, stub: Stub) -> None:
    assert "Open the link from your mail" in browser.get("/set-password").get_data(as_text=True)
    assert stub.calls == []


def test_signing_in_leads_home_and_shows_who_you_are(browser: Browser, stub: Stub) -> None:
    stub.me = {**stub.me, "portals": [{"slug": "mdo", "name": "MDO portal"}]}
    answer = browser.sign_in()
    page = browser.get("/home").get_data(as_text=True)

    assert answer.headers["Location"] == "/home"
    assert "Hello, Asha" in page
    assert "Bharat Sanchar Nigam Limited (BSNL)" in browser.get("/profile").get_data(as_text=True)
    assert 'href="/mdo"' in page
    assert "portal-spv" not in page


def test_signing_in_in_hindi_stays_in_hindi(browser: Browser) -> None:
    answer = browser.post("/hi/login", {"email": ME["email"], "password": PASSWORD})

    assert answer.headers["Location"] == "/hi/home"
    assert "नमस्ते" in browser.get("/hi/home").get_data(as_text=True)


def test_a_failed_sign_in_is_neutral_and_keeps_the_address(browser: Browser) -> None:
    answer = browser.post("/login", {"email": ME["email"], "password": "wrong-password", "next": "/home"})
    page = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert "<title>Error: Sign in" in page
    assert f'value="{ME["email"]}"' in page
    assert 'name="next" value="/home"' in page
    assert "wrong-password" not in page


def test_a_limit_says_how_long_to_wait(browser: Browser, stub: Stub) -> None:
    stub.fail("/auth/token", 429, "too_many", headers={"Retry-After": "90"})

    answer = browser.sign_in()

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "90"
    assert "Wait 2 minutes" in answer.get_data(as_text=True)


def test_an_outage_keeps_what_was_typed(browser: Browser, stub: Stub) -> None:
    stub.overrides["/auth/token"] = httpx.ConnectError("down")

    answer = browser.sign_in()

    assert answer.status_code == 503
    assert f'value="{ME["email"]}"' in answer.get_data(as_text=True)


def test_empty_fields_are_named(browser: Browser, stub: Stub) -> None:
    page = browser.post("/login", {}).get_data(as_text=True)

    assert 'href="#email"' in page
    assert 'href="#password"' in page
    assert stub.count("/auth/token") == 0


@pytest.mark.parametrize("email", [ME["email"], "nobody@bsnl.co.in"])
def test_a_forgotten_password_gets_the_same_answer_for_all(browser: Browser, stub: Stub, email: str) -> None:
    answer = browser.post("/forgot", {"email": email})

    assert answer.headers["Location"] == "/forgot/sent"
    assert stub.bodies("/credentials/forgot") == [{"email": email}]


def test_a_guest_is_sent_to_sign_in_and_back(browser: Browser) -> None:
    assert browser.get("/home").headers["Location"] == "/login?next=/home"
    assert browser.get("/hi/home").headers["Location"] == "/hi/login?next=/hi/home"


def test_n05_a_hostile_name_is_text(browser: Browser, stub: Stub) -> None:
    stub.me |= {
        "first_name": "<img src=x onerror=alert(1)>{{7*7}}",
        "portals": [{"slug": '"><b>', "name": "<b>x"}],
    }
    browser.sign_in()

    page = browser.get("/home").get_data(as_text=True)

    assert "<img src=x" not in page
    assert "<b>" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;{{7*7}}" in page
