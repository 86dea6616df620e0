"""Registration and the mail that follows."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.views.register import masked
from tests.portal.conftest import Browser, MemoryStore
from tests.portal.stub import Stub

FILLED = {
    "first_name": "Asha", "last_name": "राव", "position_id": "p1", "email": "asha.rao@bsnl.co.in",
    "mdo_1": "m1", "mdo_2": "d1", "mdo_3": "o1", "declaration": "y",
}  # fmt: skip


def test_a_person_registers(browser: Browser, stub: Stub) -> None:
    answer = browser.post("/register", FILLED)
    page = browser.get("/register/sent").get_data(as_text=True)

    assert answer.headers["Location"] == "/register/sent"
    assert stub.bodies("/registrations") == [
        {
            "first_name": "Asha", "last_name": "राव", "position_id": "p1", "email": "asha.rao@bsnl.co.in",
            "mdo_id": "o1", "declaration": True, "locale": "en",
        }
    ]  # fmt: skip
    assert "a•••@bsnl.co.in" in page
    assert "asha.rao" not in page


def test_the_language_of_the_page_goes_with_the_registration(browser: Browser, stub: Stub) -> None:
    browser.post("/hi/register", FILLED)

    assert stub.bodies("/registrations")[0]["locale"] == "hi"
    assert stub.requests[-1].headers["Accept-Language"] == "hi"


def test_units_are_offered_level_by_level_without_javascript(browser: Browser, stub: Stub) -> None:
    first = browser.get("/register").get_data(as_text=True)
    second = browser.post("/register", {"mdo_1": "m1", "first_name": "Asha", "update": "1"})
    page = second.get_data(as_text=True)

    assert 'name="mdo_2"' not in first
    assert second.status_code == 200
    assert "Department of Telecommunications" in page
    assert 'value="Asha"' in page
    assert "There is a problem" not in page
    assert stub.count("/registrations") == 0


def test_a_unit_of_another_ministry_is_dropped(browser: Browser, stub: Stub) -> None:
    browser.post("/register", {**FILLED, "mdo_1": "m2"})

    assert stub.bodies("/registrations")[0]["mdo_id"] == "m2"


def test_a_foreign_domain_is_refused_and_the_accepted_ones_are_named(browser: Browser) -> None:
    answer = browser.post("/register", {**FILLED, "email": "asha@gmail.com"})
    page = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert "<title>Error: Register" in page
    assert 'href="#email"' in page
    assert "bsnl.co.in" in page
    assert "and all below it" in page
    for typed in ("Asha", "राव", "asha@gmail.com"):
        assert f'value="{typed}"' in page
    assert page.count("selected") == 4
    assert "checked" in page


def test_every_missing_field_is_named(browser: Browser, stub: Stub) -> None:
    page = browser.post("/register", {}).get_data(as_text=True)

    for field in ("first_name", "last_name", "position_id", "email", "mdo_1", "declaration"):
        assert f'href="#{field}"' in page
    assert stub.count("/registrations") == 0


@pytest.mark.parametrize("field", ["mdo_id", "position_id", "declaration", "first_name"])
def test_a_refusal_of_the_api_stands_at_its_field(browser: Browser, stub: Stub, field: str) -> None:
    stub.fail("/registrations", 422, "some_rule", "No.", errors={field: ["This is not right."]})

    page = browser.post("/register", FILLED).get_data(as_text=True)

    assert f'href="#{"mdo_3" if field == "mdo_id" else field}"' in page
    assert "This is not right." in page


def test_the_mail_can_be_asked_for_again_after_a_minute(
    app: Flask, browser: Browser, stub: Stub, store: MemoryStore
) -> None:
    browser.post("/register", FILLED)
    early = browser.post("/register/sent")
    for record in store.kinds["sessions"].values():
        record["values"]["sent_at"] -= 61
    later = browser.post("/register/sent")

    assert early.status_code == 429
    assert early.headers["Retry-After"]
    assert later.status_code == 303
    assert stub.bodies("/registrations/resend") == [{"email": FILLED["email"]}]


def test_a_new_link_can_be_asked_for_without_a_session(browser: Browser, stub: Stub) -> None:
    assert browser.post("/register/resend", {"email": "x@bsnl.co.in"}).headers["Location"] == "/register/sent"
    assert stub.bodies("/registrations/resend") == [{"email": "x@bsnl.co.in"}]


def test_the_page_of_the_sent_mail_needs_a_registration(browser: Browser) -> None:
    assert browser.get("/register/sent").headers["Location"] == "/register"


def test_the_form_needs_the_lists_and_says_when_they_are_away(browser: Browser, stub: Stub) -> None:
    stub.fail("/mdos", 503, "unavailable", headers={"Retry-After": "7"})

    answer = browser.get("/register")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "7"


@pytest.mark.parametrize(
    ("email", "shown"), [("asha@bsnl.co.in", "a•••@bsnl.co.in"), ("x", "•••"), ("@b", "•••"), ("", "•••")]
)
def test_an_address_is_masked(email: str, shown: str) -> None:
    assert masked(email) == shown


def test_n05_hostile_input_comes_back_as_text(browser: Browser) -> None:
    hostile = '"><script>alert(1)</script>{{7*7}}'

    page = browser.post("/register", {"first_name": hostile, "email": hostile}).get_data(as_text=True)

    assert "<script>alert" not in page
    assert "49" not in page.split("<main")[1].split("</main>")[0]
