"""What a learner can ask and accept about the own progress: disputes, attendance, a new version."""

from __future__ import annotations

import pytest

from tests.portal.conftest import Browser
from tests.portal.stub import Stub

WHY, VERSION = "/me/why/en-finance-1", "/me/version/en-finance-1"


@pytest.fixture
def learner(browser: Browser) -> Browser:
    browser.sign_in()
    return browser


def text(browser: Browser, path: str) -> str:
    return str(browser.get(path).get_data(as_text=True))


def test_a_dispute_is_sent_once_and_its_state_is_shown(learner: Browser, stub: Stub) -> None:
    first = learner.post(WHY, {"note": "I read it all"})
    twice = learner.post(WHY, {"note": "I read it all"}, page="/logout")
    page = text(learner, WHY)

    assert first.headers["Location"] == twice.headers["Location"] == WHY
    assert [one["note"] for one in stub.progress.disputes] == ["I read it all"]
    assert "Not answered yet" in page
    assert "Your note is with your organisation" in page
    assert "<textarea" not in page


def test_another_note_before_the_answer_is_refused_and_kept(learner: Browser) -> None:
    learner.post(WHY, {"note": "I read it all"})

    answer = learner.post(WHY, {"note": "And the video"}, page="/logout")
    page = answer.get_data(as_text=True)

    assert answer.status_code == 409
    assert "You have asked already. Wait for the answer." in page
    assert ">And the video</textarea>" in page


def test_the_answer_stands_on_the_page_and_one_can_write_again(learner: Browser, stub: Stub) -> None:
    learner.post(WHY, {"note": "I read it all"})
    done = {"status": "answered", "answer": "Watch the last part.", "answered_at": "2026-11-21T09:30:00Z"}
    stub.progress.disputes[0] |= done

    page = text(learner, WHY)

    assert "Watch the last part." in page
    assert "21 Nov 2026, 15:00" in page
    assert '<textarea class="govuk-textarea" id="note"' in page


@pytest.mark.parametrize("note", ["", "no", "x" * 1001])
def test_a_note_that_is_no_note_is_named_and_kept(learner: Browser, stub: Stub, note: str) -> None:
    answer = learner.post(WHY, {"note": note})
    page = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert 'href="#note"' in page
    assert f">{note}</textarea>" in page
    assert stub.progress.disputes == []


def test_a_session_says_when_and_where_and_who_marks_the_attendance(learner: Browser, stub: Stub) -> None:
    page = text(learner, "/courses/finance-1/m/mod2")

    assert "1 Dec 2026, 10:00" in page
    assert "Room 12" in page
    assert "Bring the rules." in page
    assert "Your attendance is not marked yet." in page
    assert f'href="{WHY}"' in page
    stub.progress.enrolments["finance-1"]["resources"]["res-meet"] = {"status": "completed"}
    assert "Your attendance is marked." in text(learner, "/courses/finance-1/m/mod2")


def test_a_new_version_is_offered_where_one_learns(learner: Browser, stub: Stub) -> None:
    paths = ("/courses/finance-1", "/courses/finance-1/m/mod1")
    assert [f'href="{VERSION}"' in text(learner, path) for path in paths] == [False, False]

    stub.progress.enrolments["finance-1"]["new_version"] = 2

    assert [f'href="{VERSION}"' in text(learner, path) for path in paths] == [True, True]


def test_the_page_of_a_new_version_says_what_changes_and_what_carries_over(
    learner: Browser, stub: Stub
) -> None:
    stub.progress.enrolments["finance-1"]["new_version"] = 2
    page = text(learner, VERSION)
    told = {
        "New parts": "A morning with questions",
        "Parts that are left out": "Further reading",
        "Carries over: completed parts": "Case study: forty chairs",
        "Does not carry over": "The rules in short",
        "Tests still to pass": "Final test",
    }

    for heading, part in told.items():
        assert part in page.split(f">{heading}</h2>")[1].split("</ul>")[0]
    assert "<dd>25%</dd>" in page
    assert "<dd>20%</dd>" in page
    assert "A part that is the same keeps its progress." in page


def test_accepting_moves_once_and_twice_is_harmless(learner: Browser, stub: Stub) -> None:
    stub.progress.enrolments["finance-1"]["new_version"] = 2

    first = learner.post(VERSION)
    twice = learner.post(VERSION, page="/logout")

    assert first.headers["Location"] == twice.headers["Location"] == "/courses/finance-1"
    assert stub.progress.enrolments["finance-1"]["version"] == 2
    assert "You take the newest version: 2." in text(learner, VERSION)


def test_a_completed_course_stays_with_its_version(learner: Browser, stub: Stub) -> None:
    stub.progress.enrolments["rti-1"]["new_version"] = 2

    answer = learner.post("/me/version/en-rti-1", page="/logout")
    page = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert 'class="govuk-error-summary"' in page
    assert "Only a course in progress can move to a new version." in page
    assert ">Move to the new version<" not in page


def test_the_page_of_a_new_version_answers_without_the_catalogue(learner: Browser, stub: Stub) -> None:
    stub.progress.enrolments["finance-1"]["new_version"] = 2
    stub.down = {"catalog"}

    answer = learner.get(VERSION)

    assert answer.status_code == 200
    assert "res-meet" in answer.get_data(as_text=True)


def test_the_step_one_is_at_is_said_in_words_also_without_a_language(browser: Browser, stub: Stub) -> None:
    stub.__init__(newcomer=True)  # type: ignore[misc]  # everything empty, on the same transport
    stub.onboarding.fields["locale"] = None
    stub.me = {**stub.me, "locale": None}
    browser.sign_in()
    browser.post("/onboarding", {})

    assert "You are at step 2 of 6: Your roles and activities." in text(browser, "/onboarding")
    assert "आप 6 में से चरण 2 पर हैं:" in text(browser, "/hi/onboarding")
    assert [browser.get(path).status_code for path in ("/profile", "/profile/edit", "/account")] == [200] * 3
    assert "not given" in text(browser, "/profile")
