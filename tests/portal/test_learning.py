"""Learn, courses, the player, tests, reviews and what one has achieved."""

from __future__ import annotations

import pytest

from tests.portal.conftest import BASE, Browser, MemoryStore
from tests.portal.stub import Stub

RIGHT = {
    1: {"a-q1": "o1"},
    2: {"a-q2": ["o1", "o2"]},
    3: {"a-q3": "government"},
    4: {"a-q4-l1": "r2", "a-q4-l2": "r1"},
}


@pytest.fixture
def learner(browser: Browser) -> Browser:
    browser.sign_in()
    return browser


def text(browser: Browser, path: str) -> str:
    """The page behind an address."""
    return browser.get(path, follow_redirects=True).get_data(as_text=True)


def test_an_empty_search_lists_everything_and_guests_may_look(browser: Browser) -> None:
    page = text(browser, "/learn?q=")

    assert "4 courses" in page
    assert "Keywords: procurement, tender" in page


def test_filters_reach_the_api_and_chips_drop_them(learner: Browser, stub: Stub) -> None:
    page = text(learner, "/learn?q=procurement&provider=istm&provider=nifm&sort=newest&nonsense=1")

    asked = next(r for r in stub.requests if r.url.path.endswith("/search")).url.params
    assert asked.get_list("provider") == ["istm", "nifm"]
    assert "nonsense" not in asked
    assert 'href="/learn?q=procurement&amp;provider=nifm&amp;sort=newest&amp;nonsense=1"' in page
    assert "<mark>procurement</mark>" in page


def test_a_search_without_a_match_says_what_to_do(browser: Browser) -> None:
    page = text(browser, "/learn?q=procurmant")

    assert "Nothing matches." in page
    assert "Did you mean" in page


def test_a_guest_sees_a_course_and_is_asked_to_sign_in(browser: Browser) -> None:
    page = text(browser, "/courses/procure-1")

    assert 'href="/login?next=/courses/procure-1"' in page
    assert "Buying in the open" in page


def test_enrolling_changes_the_button_and_a_second_time_nothing(learner: Browser, stub: Stub) -> None:
    learner.post("/courses/procure-1/enrol", {"key": "k1"}, page="/courses/procure-1")
    page = text(learner, "/courses/procure-1")
    learner.post("/courses/procure-1/enrol", {"key": "k1"}, page="/courses/procure-1")

    assert "You are enrolled." in page
    assert "Start</a>" in page
    assert len([e for e in stub.progress.enrolments if e == "procure-1"]) == 1


@pytest.mark.parametrize(
    ("slug", "words"),
    [
        ("course_unknown", "This course is new."),
        ("course_retired", "no longer offered"),
        ("not_for_your_mdo", "open to another organisation only"),
    ],
)
def test_a_refused_enrolment_says_why(learner: Browser, stub: Stub, slug: str, words: str) -> None:
    stub.fail("progress/enrolments", 422, slug)

    answer = learner.post("/courses/procure-1/enrol", {}, page="/courses/procure-1")

    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)


def test_resume_leads_to_the_place_one_left(learner: Browser, stub: Stub) -> None:
    stub.progress.enrolments["finance-1"]["last_resource_id"] = "res-try"

    assert (
        learner.get("/courses/finance-1/resume").headers["Location"] == "/courses/finance-1/m/mod2#r-res-try"
    )
    assert learner.get("/courses/procure-1/resume").headers["Location"] == "/courses/procure-1"


def test_positions_reach_the_api_with_receipts(learner: Browser, stub: Stub) -> None:
    event = {
        "event_id": "e1",
        "enrolment_id": "en-finance-1",
        "resource_id": "res-video",
        "kind": "position",
        "position": 2.42,
    }
    headers = {"Origin": BASE, "X-CSRFToken": learner.token("/logout")}

    sent = [
        learner.client.post("/learning/updates", json={"items": [event]}, base_url=BASE, headers=headers)
        for _ in "ab"
    ]

    assert [answer.json["receipts"][0]["receipt"] for answer in sent if answer.json] == [
        "accepted",
        "duplicate",
    ]
    assert 'data-position="2.42"' in text(learner, "/courses/finance-1/m/mod1")


@pytest.mark.parametrize("body", [{}, {"items": []}, {"items": "x"}, [], {"items": [{}] * 101}])
def test_a_malformed_queue_is_refused(learner: Browser, body: object) -> None:
    headers = {"Origin": BASE, "X-CSRFToken": learner.token("/logout")}

    answer = learner.client.post("/learning/updates", json=body, base_url=BASE, headers=headers)

    assert answer.status_code == 422


def test_too_soon_says_how_long_to_wait(learner: Browser, stub: Stub) -> None:
    stub.progress.too_soon = True

    answer = learner.post("/courses/finance-1/m/mod1/res-case", {"kind": "complete"}, page="/logout")

    assert answer.status_code == 422
    assert "Try again in 20 seconds." in answer.get_data(as_text=True)


def test_a_recording_can_be_declared_watched_without_javascript(learner: Browser, stub: Stub) -> None:
    learner.post("/courses/finance-1/m/mod1/res-video", {"kind": "watched"}, page="/logout")

    assert stub.bodies("/updates")[0]["from"] == 0
    assert stub.progress.enrolments["finance-1"]["resources"]["res-video"]["status"] == "completed"


def test_a_refused_receipt_is_shown_in_its_words(learner: Browser, stub: Stub) -> None:
    import httpx

    refusal = {
        "receipt": "refused",
        "reason": "too_fast",
        "sentence": {"en": "There was no time for it.", "hi": "x"},
    }
    stub.overrides["progress/enrolments/en-finance-1/updates"] = httpx.Response(200, json=refusal)

    answer = learner.post("/courses/finance-1/m/mod1/res-video", {"kind": "watched"}, page="/logout")

    assert answer.status_code == 422
    assert "There was no time for it." in answer.get_data(as_text=True)


def test_an_exercise_needs_words_and_keeps_them(learner: Browser, stub: Stub) -> None:
    empty = learner.post(
        "/courses/finance-1/m/mod2/res-try", {"kind": "submitted", "text": " "}, page="/logout"
    )
    learner.post(
        "/courses/finance-1/m/mod2/res-try", {"kind": "submitted", "text": "Five lines"}, page="/logout"
    )

    assert empty.status_code == 422
    assert stub.bodies("/updates")[0]["text"] == "Five lines"


def take(browser: Browser, answers: dict[int, dict[str, object]]) -> str:
    """Walk through the final test, one question to a page; return the page of the result."""
    browser.post("/courses/finance-1/assessments/as-final", {})
    for n, given in answers.items():
        browser.post(f"/attempts/at1/{n}", {**given, "go": str(n + 1)})  # type: ignore[dict-item]
    return browser.post(
        "/attempts/at1/submit", {}, page="/attempts/at1/review", follow_redirects=True
    ).get_data(as_text=True)


def test_a_test_is_saved_question_by_question_and_graded(learner: Browser, stub: Stub) -> None:
    page = take(learner, RIGHT)

    assert [q["answer"] for q in stub.progress.attempts["at1"]["questions"]] == [
        "o1",
        ["o1", "o2"],
        "government",
        {"l1": "r2", "l2": "r1"},
    ]
    assert "Your result: 100%" in page
    assert "4 of 4" in page


def test_a_failed_test_says_what_is_left_and_shows_no_right_answer(learner: Browser) -> None:
    page = take(learner, {1: {"a-q1": "o2"}})

    assert "Not passed yet" in page
    assert "2 attempts left" in page
    assert "See the first module." in page
    assert "The need" not in page


def test_an_attempt_goes_on_where_it_was(learner: Browser) -> None:
    learner.post("/courses/finance-1/assessments/as-final", {})
    learner.post("/attempts/at1/1", {"a-q1": "o2", "go": "2"})

    assert (
        learner.post("/courses/finance-1/assessments/as-final", {}).headers["Location"] == "/attempts/at1/1"
    )
    assert 'value="o2" checked' in text(learner, "/attempts/at1/1")


def test_a_question_can_be_marked_and_all_shown_at_once(learner: Browser) -> None:
    learner.post("/courses/finance-1/assessments/as-final", {})
    learner.post("/attempts/at1/2", {"a-q2": ["o3"], "flag": "q2"})  # type: ignore[dict-item]

    assert "Marked" in text(learner, "/attempts/at1/review")
    assert 'value="o3" checked' in text(learner, "/attempts/at1/all")


def test_an_answer_after_the_end_says_so(learner: Browser, stub: Stub) -> None:
    learner.post("/courses/finance-1/assessments/as-final", {})
    stub.fail("progress/attempts/at1/answers/q1", 422, "time_over")

    answer = learner.post("/attempts/at1/1", {"a-q1": "o1", "go": "2"})

    assert answer.status_code == 422
    assert "The time of this attempt is over." in answer.get_data(as_text=True)


def test_without_attempts_left_the_test_cannot_begin(learner: Browser, stub: Stub) -> None:
    state = stub.progress.enrolments["finance-1"]["assessments"]["as-final"]
    state |= {"attempts_left": 0, "status": "failed", "best": 25}

    assert "Take assessment" not in text(learner, "/courses/finance-1/assessments/as-final")
    answer = learner.post("/courses/finance-1/assessments/as-final", {}, page="/logout")
    assert (answer.status_code, "You have no attempts left." in answer.get_data(as_text=True)) == (422, True)


def test_handing_in_twice_grades_once(learner: Browser, stub: Stub) -> None:
    take(learner, RIGHT)

    answer = learner.post("/attempts/at1/submit", {}, page="/logout")

    assert answer.headers["Location"] == "/attempts/at1/result"
    assert stub.progress.enrolments["finance-1"]["assessments"]["as-final"]["attempts_used"] == 1


def test_a_review_needs_a_begun_course(learner: Browser) -> None:
    answer = learner.post("/courses/procure-1/review", {"stars": "5", "text": "Good"})

    assert answer.status_code in (403, 422)
    assert "when you are enrolled and have begun it" in answer.get_data(as_text=True)


def test_a_review_is_written_edited_and_deleted(learner: Browser, stub: Stub) -> None:
    stub.catalog.begun.add("finance-1")
    learner.post("/courses/finance-1/review", {"stars": "4", "text": "बहुत उपयोगी"})
    page = text(learner, "/courses/finance-1/review")
    learner.post("/courses/finance-1/review/delete", {}, page="/courses/finance-1/review")

    assert 'value="4" checked' in page
    assert "बहुत उपयोगी" in page
    assert stub.catalog.mine == {}


@pytest.mark.parametrize("typed", [{"text": "No stars"}, {"stars": "5", "text": "x" * 2001}])
def test_a_refused_review_keeps_what_was_typed(learner: Browser, typed: dict[str, str]) -> None:
    answer = learner.post("/courses/finance-1/review", typed)

    assert answer.status_code == 422
    assert typed["text"] in answer.get_data(as_text=True)


def test_a_review_of_others_can_be_reported(learner: Browser, stub: Stub) -> None:
    learner.post("/courses/finance-1/reviews/rev1/report", {"reason": "spam", "note": ""})

    assert stub.bodies("/reports") == [{"reason": "spam"}]


def test_leaving_keeps_progress_and_asks_why(learner: Browser, stub: Stub) -> None:
    assert learner.post("/courses/finance-1/leave", {}).status_code == 422

    learner.post("/courses/finance-1/leave", {"reason": "no_time"})

    assert stub.bodies("/withdraw") == [{"reason": "no_time"}]
    assert "Enrol again" in text(learner, "/courses/finance-1")


def test_a_certificate_is_shown_drawn_and_downloaded(learner: Browser) -> None:
    pdf, drawing = learner.get("/me/certificates/KY-0001.pdf"), learner.get("/me/certificates/KY-0001/qr.svg")

    assert pdf.headers["Content-Disposition"] == 'attachment; filename="certificate-KY-0001.pdf"'
    assert (pdf.mimetype, drawing.mimetype) == ("application/pdf", "image/svg+xml")
    assert "/verify/KY-0001" in text(learner, "/me/certificates/KY-0001")


def test_anyone_can_verify_a_certificate(browser: Browser, stub: Stub) -> None:
    assert browser.get("/verify?number=KY-0001").headers["Location"] == "/verify/KY-0001"
    assert "This certificate is valid" in text(browser, "/verify/KY-0001")
    stub.progress.certificates["KY-0001"]["status"] = "revoked"
    assert "This certificate has been revoked" in text(browser, "/verify/KY-0001")
    assert browser.get("/verify/KY-9999").status_code == 404
    assert browser.get("/verify?number=//evil.test").status_code == 200


def test_a_limited_verification_says_to_wait(browser: Browser, stub: Stub) -> None:
    stub.fail("progress/verify/KY-0001", 429, "too_many", headers={"Retry-After": "30"})

    answer = browser.get("/verify/KY-0001")

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")


def test_n05_what_others_wrote_is_text(learner: Browser, stub: Stub, store: MemoryStore) -> None:
    bad = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    stub.catalog.courses["finance-1"] |= {"title": {"en": bad}, "keywords": [bad]}
    stub.catalog.reviews[0] |= {"text": bad, "author_label": bad}
    stub.catalog.html = (
        f"<p>Read</p>{bad}<a href='javascript:alert(1)'>x</a><form action='//evil.test'></form>"
    )
    stub.progress.enrolments["finance-1"]["title"] = {"en": bad}
    paths = [
        "/home",
        "/learn",
        "/courses/finance-1",
        "/courses/finance-1/m/mod1",
        "/me/learning",
        "/learn?q=script",
    ]

    shown = {path: text(learner, path) for path in paths}

    assert [path for path, page in shown.items() if "<script>alert" in page or "<img src=x" in page] == []
    assert "javascript:" not in shown["/courses/finance-1/m/mod1"]
    assert "evil.test" not in shown["/courses/finance-1/m/mod1"]
