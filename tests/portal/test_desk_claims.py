"""The MDO portal: disputes and their answers, the roll of a session, mail domains that are asked for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.portal.conftest import Browser
from tests.portal.stub import Stub

ROLL = "/mdo/attendance/finance-1/res-meet"


@pytest.fixture
def admin(browser: Browser) -> Browser:
    browser.sign_in()
    return browser


def text(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def test_disputes_are_listed_by_state_with_the_person_and_the_course(admin: Browser) -> None:
    page = text(admin.get("/mdo/disputes"))

    assert "बलजीत सिंह: Public procurement: first steps" in page.replace('<span lang="hi">', "").replace(
        "</span>", ""
    )
    assert "मैंने यह पाठ पढ़ लिया था" in page
    assert "Nothing here yet." in text(admin.get("/mdo/disputes?status=answered"))
    assert "/mdo/disputes/di1" in text(admin.get("/mdo/disputes?status=all"))


def test_a_dispute_is_shown_with_its_evidence_and_the_look_has_its_reason(admin: Browser, stub: Stub) -> None:
    page = text(admin.get("/mdo/disputes/di1"))

    assert "Read it for at least 60 seconds." in page
    assert "You began this part." in page
    assert stub.desk.claims.reasons == ["Dispute di1"]


def test_an_answer_is_given_once_and_twice_is_harmless(admin: Browser, stub: Stub) -> None:
    first = admin.post("/mdo/disputes/di1", {"text": "Watch the last part."})
    twice = admin.post("/mdo/disputes/di1", {"text": "Watch it all."}, page="/logout")

    assert first.headers["Location"] == "/mdo/disputes"
    assert twice.status_code == 409
    assert "Somebody answered this already." in text(twice)
    assert "Watch the last part." in text(twice)
    assert stub.desk.claims.disputes["di1"]["answer"] == "Watch the last part."


@pytest.mark.parametrize("typed", ["", "no", "x" * 1001])
def test_an_answer_that_is_none_is_named_and_kept(admin: Browser, stub: Stub, typed: str) -> None:
    answer = admin.post("/mdo/disputes/di1", {"text": typed})

    assert answer.status_code == 422
    assert 'href="#text"' in text(answer)
    assert f">{typed}</textarea>" in text(answer)
    assert stub.desk.claims.disputes["di1"]["status"] == "open"


def test_nobody_answers_the_own_dispute(admin: Browser, stub: Stub) -> None:
    stub.fail("progress/disputes/di1/answer", 403, "own_request", "Somebody else has to answer this.")

    answer = admin.post("/mdo/disputes/di1", {"text": "Granted"})

    assert answer.status_code == 422
    assert "somebody else decides" in text(answer)


def test_evidence_that_is_missing_leaves_the_answer_possible(admin: Browser, stub: Stub) -> None:
    stub.fail("progress/people/u2/enrolments/en-u2/why", 503, "down")
    page = text(admin.get("/mdo/disputes/di1"))

    assert "k-failed" in page
    assert 'id="text"' in page


def test_disputes_that_do_not_answer_leave_the_overview_whole(admin: Browser, stub: Stub) -> None:
    stub.fail("progress/disputes", 503, "down")

    answer = admin.get("/mdo")

    assert answer.status_code == 200
    assert "<dt>Disputes</dt><dd>–</dd>" in text(answer)


def test_the_roll_is_reached_by_course_and_session(admin: Browser, stub: Stub) -> None:
    assert 'href="/mdo/attendance/finance-1"' in text(admin.get("/mdo/attendance"))
    assert [r.url.params["resource_type"] for r in stub.requests if r.url.path.endswith("/search")] == [
        "session"
    ]
    assert f'href="{ROLL}"' in text(admin.get("/mdo/attendance/finance-1"))


def test_the_roll_shows_who_is_marked_and_offers_the_others(admin: Browser) -> None:
    page = text(admin.get(ROLL))

    assert "1 Dec 2026, 10:00" in page
    assert 'name="user_ids" value="u2"' in page
    assert 'value="u9"' not in page
    assert '<li class="k-break">' in page.split("Marked present")[1].split("</ul>")[0]


def test_marking_tells_who_could_not_be_marked_and_why(admin: Browser, stub: Stub) -> None:
    answer = admin.post(ROLL, {"user_ids": ["u2", "u7"]})  # type: ignore[dict-item]  # two ticks
    page = text(admin.get(ROLL))

    assert answer.headers["Location"] == ROLL
    assert stub.desk.claims.present == {"u2": True, "u9": True}
    assert "1 person is marked present. Not marked: u7 (not enrolled)" in page
    assert "Nobody is left to mark on this page." in page
    assert admin.post(ROLL, {"user_ids": "u2"}, page="/logout").status_code == 303


def test_marking_nobody_names_the_field(admin: Browser, stub: Stub) -> None:
    answer = admin.post(ROLL, {})

    assert answer.status_code == 422
    assert 'href="#user_ids"' in text(answer)
    assert stub.count("progress/sessions/finance-1/res-meet/attendance") == 2


@pytest.mark.parametrize(
    "path", ["/mdo/attendance/none", "/mdo/attendance/finance-1/res-case", "/mdo/disputes/none"]
)
def test_an_unknown_thing_is_404(admin: Browser, path: str) -> None:
    assert admin.get(path).status_code == 404


def test_a_domain_is_asked_for_with_its_key_and_its_state_is_shown(admin: Browser, stub: Stub) -> None:
    typed = {"name": "drdo.in", "mode": "approval", "reason": "A new office", "key": "k" * 24}
    answer = admin.post("/mdo/domains", typed)
    sent = [r for r in stub.requests if r.method == "POST" and r.url.path.endswith("/domain-requests")]

    assert answer.headers["Location"] == "/mdo/domains"
    assert sent[0].headers["Idempotency-Key"] == "k" * 24
    assert "Not decided yet" in text(admin.get("/mdo/domains"))
    stub.desk.people.asked[-1] |= {"status": "declined", "decision_reason": "Not an office of the State."}
    assert "Not an office of the State." in text(admin.get("/mdo/domains"))


def test_a_refused_domain_is_named_and_kept(admin: Browser, stub: Stub) -> None:
    stub.fail("/domain-requests", 422, "domain_not_valid", "No.", errors={"name": ["No."]})

    answer = admin.post(
        "/mdo/domains", {"name": "drdo", "mode": "direct", "reason": "A new office"}, page="/logout"
    )

    assert answer.status_code == 422
    assert 'href="#name"' in text(answer)
    assert 'value="drdo"' in text(answer)
    assert ">A new office</textarea>" in text(answer)
    assert text(answer).count("k-failed") == 1


def test_n05_notes_and_names_of_others_are_text(admin: Browser, stub: Stub) -> None:
    bad = "<script>alert(1)</script>"
    stub.desk.people.users["u2"]["display_name"] = bad
    stub.desk.claims.disputes["di1"]["note"] = bad
    stub.desk.people.asked[0] |= {"name": bad, "reason": bad}

    for path in ("/mdo/disputes", "/mdo/disputes/di1", ROLL, "/mdo/domains"):
        page = text(admin.get(path))
        assert "alert(1)" in page, path
        assert "<script>alert" not in page, path
