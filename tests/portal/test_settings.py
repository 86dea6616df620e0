"""What a person is told and in which language; a course whose final test is open."""

from __future__ import annotations

import pytest

from tests.portal.conftest import Browser
from tests.portal.stub import Stub

PATH = "/notifications/settings"
ALL = {
    "notice-mandate_due": "1",
    "notice-welcome": "1",
    "notice-approval_needed": "1",
    "notice-new_kind": "1",
}


def test_kinds_ways_and_quiet_hours_are_chosen(browser: Browser, stub: Stub) -> None:
    browser.sign_in()
    typed = {**ALL, "mail-mandate_due": "daily", "mail-new_kind": "none", "from": "22:00", "to": "06:30"}
    del typed["notice-welcome"]

    answer = browser.post(PATH, typed)

    assert answer.headers["Location"] == PATH
    assert stub.bodies("/preferences/me")[-1] == {
        "kinds": {
            "mandate_due": {"mail": True, "notice": True, "digest": True},
            "welcome": {"mail": True, "notice": False, "digest": False},
            "new_kind": {"mail": False, "notice": True, "digest": False},
        },
        "quiet_hours": {"from": "22:00", "to": "06:30"},
    }
    page = browser.get(PATH).get_data(as_text=True)
    assert '<option value="daily" selected>' in page
    assert 'name="from" value="22:00"' in page
    assert "password_changed" not in page


def test_no_quiet_hours_are_none_and_half_of_them_are_refused(browser: Browser, stub: Stub) -> None:
    browser.sign_in()

    browser.post(PATH, {**ALL, "from": "", "to": ""})
    refused = browser.post(PATH, {**ALL, "from": "22:00", "to": ""})

    assert stub.bodies("/preferences/me")[0]["quiet_hours"] is None
    assert refused.status_code == 422
    assert "Give two different times" in refused.get_data(as_text=True)
    assert 'name="from" value="22:00"' in refused.get_data(as_text=True)
    assert stub.notifier.quiet is None


def test_browsing_is_switched_off_and_on(browser: Browser, stub: Stub) -> None:
    browser.sign_in()

    browser.post(PATH, {"browsing_form": "1"})
    assert stub.catalog.browsing is False
    assert 'name="browsing" value="1">' in browser.get(PATH).get_data(as_text=True)
    browser.post(PATH, {"browsing_form": "1", "browsing": "1"})

    assert stub.catalog.browsing is True
    assert 'name="browsing" value="1" checked>' in browser.get(PATH).get_data(as_text=True)


def test_the_settings_of_notices_stay_open_while_the_catalog_is_down(browser: Browser, stub: Stub) -> None:
    browser.sign_in()
    stub.down = {"catalog"}

    answer = browser.get(PATH)

    assert answer.status_code == 200
    assert "This part is not available at the moment." in answer.get_data(as_text=True)


def test_the_language_of_the_page_becomes_that_of_the_profile(browser: Browser, stub: Stub) -> None:
    browser.sign_in()
    page = browser.get("/me/learning").get_data(as_text=True)

    answer = browser.post("/language", {"language": "hi", "next": "/hi/me/learning"}, page="/me/learning")

    assert 'name="next" value="/hi/me/learning"' in page
    assert answer.headers["Location"] == "/hi/me/learning"
    assert stub.bodies("/profiles/me") == [{"locale": "hi"}]


@pytest.mark.parametrize("language", ["xx", ""])
def test_n08_a_strange_language_or_address_is_not_followed(
    browser: Browser, stub: Stub, language: str
) -> None:
    browser.sign_in()

    answer = browser.post("/language", {"language": language, "next": "//evil.test"}, page="/display")

    assert answer.headers["Location"] == "/"
    assert stub.bodies("/profiles/me") == []


def test_the_language_changes_while_the_profile_does_not_answer(browser: Browser, stub: Stub) -> None:
    browser.sign_in()
    stub.down = {"onboarding"}

    answer = browser.post("/language", {"language": "hi", "next": "/hi/learn"}, page="/display")

    assert answer.headers["Location"] == "/hi/learn"


def test_a_guest_changes_the_language_by_a_link(browser: Browser) -> None:
    assert 'href="/hi/login" lang="hi"' in browser.get("/login").get_data(as_text=True)


@pytest.mark.parametrize("path", ["/me/learning", "/home", "/courses/finance-1"])
def test_all_parts_done_with_the_final_test_open_says_so(browser: Browser, stub: Stub, path: str) -> None:
    stub.progress.enrolments["finance-1"]["percent"] = 100
    browser.sign_in()

    english, hindi = (browser.get(prefix + path).get_data(as_text=True) for prefix in ("", "/hi"))

    assert "All parts done, final test open" in english
    assert "सभी भाग पूरे, अंतिम परीक्षा बाकी" in hindi
    assert "In progress ·" not in english


def test_a_final_test_without_attempts_left_says_so(browser: Browser, stub: Stub) -> None:
    found = stub.progress.enrolments["finance-1"]
    found["percent"] = 100
    for test in found["assessments"].values():
        test |= {"status": "failed", "attempts_left": 0}
    browser.sign_in()

    assert "All parts done, final test not passed" in browser.get("/me/learning").get_data(as_text=True)
