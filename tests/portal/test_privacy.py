"""The own data: consent to a version in a language, a copy, erasure with its notice, who looked."""

from __future__ import annotations

from typing import Any

import pytest

from tests.portal.conftest import Browser
from tests.portal.stub import PASSWORD, Stub
from tests.portal.stub.privacy import copy_of

PAGE = "/account/privacy"


@pytest.fixture
def person(browser: Browser) -> Browser:
    browser.sign_in()
    return browser


def text(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def test_the_notice_is_shown_with_version_and_language(person: Browser) -> None:
    page, hindi = text(person.get(PAGE)), text(person.get(f"/hi{PAGE}"))

    assert "Version 2026-11, shown in English." in page
    assert "To make and secure your account." in page
    assert "आपका खाता बनाने और सुरक्षित रखने के लिए।" in hindi
    assert "You have not said yet" in page


def test_consent_names_the_version_and_the_language_it_was_read_in(person: Browser, stub: Stub) -> None:
    answer = person.post(f"/hi{PAGE}/consent", {"version": "2026-11", "accepted": "1"}, page=f"/hi{PAGE}")

    assert answer.headers["Location"] == f"/hi{PAGE}#consent"
    assert stub.bodies("/me/consent") == [{"version": "2026-11", "locale": "hi", "accepted": True}]
    page = text(person.get(PAGE))
    assert "You have accepted the present notice." in page
    assert "version 2026-11, read in Hindi" in page


def test_pressing_twice_is_noted_once_and_a_withdrawal_is_noted(person: Browser, stub: Stub) -> None:
    form = {"version": "2026-11", "accepted": "1"}
    for accepted in ("1", "1", "0", "0"):
        person.post(f"{PAGE}/consent", {**form, "accepted": accepted}, page=PAGE)

    assert [one["accepted"] for one in stub.privacy.consents] == [True, False]
    assert "The present notice is not accepted." in text(person.get(PAGE))


def test_a_notice_that_is_older_than_the_present_one_is_not_accepted_unread(
    person: Browser, stub: Stub
) -> None:
    stub.privacy.version = "2027-01"

    answer = person.post(f"{PAGE}/consent", {"version": "2026-11", "accepted": "1"}, page=PAGE)

    assert answer.status_code == 422
    assert "There is a newer notice by now" in text(answer)
    assert "Version 2027-01" in text(answer)
    assert stub.privacy.consents == []


def test_a_copy_is_asked_for_once_shown_as_it_grows_and_fetched(person: Browser, stub: Stub) -> None:
    for _ in range(2):
        assert person.post(f"{PAGE}/copies", page=PAGE).headers["Location"] == f"{PAGE}#copies"
    assert [one["state"] for one in stub.privacy.copies] == ["waiting", "expired"]
    page = text(person.get(PAGE))
    assert "Being made" in page
    assert "Ask for a copy" not in page
    assert person.post(f"{PAGE}/copies/ex1", page=PAGE).status_code == 409

    stub.privacy.copies[0] = copy_of("ex1", "ready")
    file, same = (person.post(f"{PAGE}/copies/ex1", page=PAGE) for _ in range(2))
    page = text(person.get(PAGE))
    stub.privacy.copies[0]["fetch_until"] = None
    again = person.post(f"{PAGE}/copies/ex1", page=PAGE)

    assert file.get_data() == same.get_data() == b"PK archive"
    assert "Until 30 Nov 2026, 15:00" in page
    assert file.headers["Content-Disposition"] == 'attachment; filename="my-data.zip"'
    assert (file.mimetype, file.headers["Cache-Control"]) == ("application/zip", "no-store")
    assert again.status_code == 422
    assert "was fetched already" in text(again)
    assert "Ask for a copy" in text(again)


def test_an_unknown_copy_is_not_found(person: Browser) -> None:
    assert person.post(f"{PAGE}/copies/none", page=PAGE).status_code == 404


def test_what_a_law_keeps_and_the_notice_are_said_before_the_password_is_asked(person: Browser) -> None:
    page = text(person.get(f"{PAGE}/erasure"))

    assert "The audit log, with your id alone: 400 days. Rules ask for logs to be kept." in page
    assert "48 hours after you ask" in page


def test_an_erasure_needs_the_password_tells_its_time_and_can_be_cancelled(
    person: Browser, stub: Stub
) -> None:
    wrong = person.post(f"{PAGE}/erasure", {"password": "wrong"})
    asked = person.post(f"{PAGE}/erasure", {"password": PASSWORD})
    twice = person.post(f"{PAGE}/erasure", {"password": PASSWORD}, page=PAGE)
    page = text(person.get(PAGE))

    assert wrong.status_code == 422
    assert 'href="#password"' in text(wrong)
    assert asked.headers["Location"] == twice.headers["Location"] == f"{PAGE}#erasure"
    assert "Your account is erased on 22 Nov 2026, 15:00" in page
    assert "15:00" in text(person.get(f"{PAGE}/erasure"))
    for _ in range(2):
        cancelled = person.post(f"{PAGE}/erasure/cancel", page=PAGE)
        assert cancelled.headers["Location"] == f"{PAGE}#erasure"
    assert stub.privacy.due_at is None
    assert "Will be erased" not in text(person.get(PAGE))


def test_the_list_of_looks_names_person_deed_and_reason(person: Browser) -> None:
    page = text(person.get(f"{PAGE}/looks"))

    assert "बलजीत सिंह" in page
    assert "opened your account" in page
    assert "प्रश्न का उत्तर" in page
    assert "The mail service of the platform" in page
    assert "looked at your progress in a course" in page


@pytest.mark.parametrize("path", ["/me/access-log", "progress/me/access-log"])
def test_a_list_of_looks_that_does_not_answer_fails_alone(person: Browser, stub: Stub, path: str) -> None:
    stub.fail(path, 503, "down")

    answer = person.get(f"{PAGE}/looks")

    assert answer.status_code == 200
    assert text(answer).count("k-failed") == 1


def test_each_list_of_looks_is_turned_by_itself(person: Browser, stub: Stub) -> None:
    person.get(f"{PAGE}/looks?part=progress&cursor=next")

    asked = [one.url for one in stub.requests if one.url.path.endswith("/access-log")]
    assert sorted((one.path.split("/")[2], one.params.get("cursor", "")) for one in asked) == [
        ("identity", ""), ("progress", "next"),
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["/privacy-notice", "/me/consent", "/me/exports", "/me/erasure"])
def test_a_part_that_does_not_answer_fails_alone(person: Browser, stub: Stub, path: str) -> None:
    stub.fail(path, 503, "down")

    answer = person.get(PAGE)

    assert answer.status_code == 200
    assert text(answer).count("k-failed") == 1


def test_n05_names_and_reasons_of_others_are_text(person: Browser, stub: Stub) -> None:
    bad = "<script>alert(1)</script>"
    stub.privacy.looks[0] |= {"who": bad, "reason": bad}

    page = text(person.get(f"{PAGE}/looks"))

    assert "alert(1)" in page
    assert "<script>alert" not in page
