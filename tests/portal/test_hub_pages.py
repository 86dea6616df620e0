"""What the pages of the hubs show: discussions, people, openings, events, and their role pages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.portal.conftest import Browser
from tests.portal.stub import Stub
from tests.portal.stub.community_events import LINK
from tests.portal.stub.roles import PORTALS, ROLES
from tests.portal.test_hubs import send, text


@pytest.fixture
def learner(browser: Browser) -> Browser:
    """Signed in, with every role."""
    browser.sign_in()
    return browser


def test_a_question_leads_to_its_thread_and_keeps_its_space(learner: Browser, stub: Stub) -> None:
    asked = {"title": "Which form is it?", "body": "For leave.", "space": "course:finance-1"}
    answer = send(learner, "/discuss/ask", asked)

    assert answer.headers["Location"] == "/discuss/threads/th4"
    assert stub.community.discuss.threads["th4"]["space"]["id"] == "course:finance-1"
    assert 'value="course:finance-1" selected' in text(learner, "/discuss/ask?space=course:finance-1")
    assert 'href="/discuss/spaces/course:finance-1"' in text(learner, "/courses/finance-1")


def test_only_who_asked_accepts_and_nobody_votes_for_an_own_post(learner: Browser) -> None:
    mine, theirs = text(learner, "/discuss/threads/th1"), text(learner, "/discuss/threads/th2")

    assert '/discuss/threads/th1/replies/rp1/accept"' in mine
    assert '/discuss/threads/th1/replies/rp2/accept"' not in mine
    assert '/discuss/threads/th1/vote"' not in mine
    assert '/discuss/threads/th2/vote"' in theirs
    assert "/accept" not in theirs
    assert "/discuss/threads/th2/edit" not in theirs


def test_an_accepted_reply_says_so_and_the_acceptance_can_be_taken_back(learner: Browser) -> None:
    send(learner, "/discuss/threads/th1/replies/rp1/accept")
    assert "Accepted answer" in text(learner, "/discuss/threads/th1")

    send(learner, "/discuss/threads/th1/unaccept")
    assert "Accepted answer" not in text(learner, "/discuss/threads/th1")


def test_a_button_leads_back_to_the_part_of_the_list_one_read(learner: Browser) -> None:
    answer = send(learner, "/discuss/threads/th1/replies/rp1/vote?sort=oldest&cursor=abc")

    assert answer.headers["Location"] == "/discuss/threads/th1?sort=oldest&cursor=abc#r-rp1"


def test_the_author_reads_that_a_post_is_hidden_or_removed_and_why(learner: Browser, stub: Stub) -> None:
    assert "hidden from others until a moderator decides" in text(learner, "/discuss/threads/th3")

    stub.community.discuss.threads["th3"] |= {"state": "removed", "removed_reason": "विज्ञापन है।"}
    page = text(learner, "/discuss/threads/th3")
    assert "Only you still see it." in page
    assert "विज्ञापन है।" in page
    assert 'id="reply"' not in page


def test_an_erased_author_and_one_without_a_name_are_told_apart(learner: Browser, stub: Stub) -> None:
    gone: dict[str, Any] = {"id": None, "name": None, "position": None, "mdo": None}
    stub.community.discuss.threads["th1"]["author"] = gone
    stub.community.discuss.replies["rp1"] |= {"author": gone | {"id": "u9"}, "state": "erased", "body": ""}
    page = text(learner, "/discuss/threads/th1")

    assert "a former member" in page
    assert "an official" in page
    assert "gone with its author" in page


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/discuss/threads/th1/edit", {"title": "मेरा शीर्षक", "body": "नया"}),
        ("/discuss/threads/th1/replies/rp2/edit", {"body": "मेरा शीर्षक"}),
        ("/mdo/openings/op1/edit",
         {"title_en": "मेरा शीर्षक", "mdo_id": "o1", "position_id": "p2", "last_date": "2027-01-31", "places": "1",
          "level-c-comm": "3"}),
        ("/events/organise/ev1/edit", {"place": "मेरा शीर्षक", "capacity": "0"}),
    ],
)  # fmt: skip
def test_an_edit_that_came_too_late_shows_both_texts(
    learner: Browser, path: str, typed: dict[str, str]
) -> None:
    answer = send(learner, path, {**typed, "version": "7"})
    page = answer.get_data(as_text=True)

    assert answer.status_code == 409
    assert "What is stored now" in page
    assert "मेरा शीर्षक" in page
    assert send(learner, path, {**typed, "version": "1"}).status_code == 303


def test_suggestions_give_their_reasons_and_a_request_carries_the_note(learner: Browser, stub: Stub) -> None:
    page = text(learner, "/network")
    assert "Has the competency Communication that you want." in page
    assert "हम दोनों आरटीआई देखते हैं।" in page

    stub.community.network.connections.clear()
    answer = send(learner, "/network/people/u3/connect", {"note": "नमस्ते"})
    assert answer.headers["Location"] == "/network/sent"
    assert "नमस्ते" in text(learner, "/network/sent")


def test_asking_who_asked_first_connects(learner: Browser) -> None:
    assert send(learner, "/network/people/u2/connect").headers["Location"] == "/network/connections"
    assert "बलजीत सिंह" in text(learner, "/network/connections")


def test_the_opt_out_is_a_tick_taken_away(learner: Browser, stub: Stub) -> None:
    send(learner, "/network/settings", {})
    assert stub.bodies("network/settings")[-1] == {"suggested": False}

    send(learner, "/network/settings", {"suggested": "y"})
    assert stub.bodies("network/settings")[-1] == {"suggested": True}


def test_an_opening_shows_what_fits_what_lacks_and_the_courses(learner: Browser) -> None:
    page = text(learner, "/careers/op1")

    assert 'value="60"' in page
    assert "What fits" in page
    assert "you have not shown it yet, needed is Advanced" in page
    assert 'href="/courses/finance-1"' in page
    assert "/careers/op1/watch" in page
    assert "/careers/op2/watch" not in text(learner, "/careers/op2")


def test_who_qualifies_already_is_told_so_at_once(learner: Browser) -> None:
    send(learner, "/careers/op2/watch")

    assert "You qualify already" in text(learner, "/careers/op2")


def test_applying_twice_is_refused_and_the_note_stays(learner: Browser) -> None:
    send(learner, "/careers/op1/apply", {"note": "पहला"})
    again = send(learner, "/careers/op1/apply", {"note": "दूसरा"})

    assert again.status_code == 409
    assert "You have applied already." in again.get_data(as_text=True)
    assert "पहला" in text(learner, "/careers/applications")


def test_only_registered_people_get_the_link_and_times_are_indian(learner: Browser, stub: Stub) -> None:
    assert "1 Dec 2026, 15:00 – 16:30 IST" in text(learner, "/events/ev1")
    assert "1 दिस॰ 2026, 15:00 – 16:30 भारतीय समय" in text(learner, "/hi/events/ev1")
    assert LINK in text(learner, "/events/ev1")

    send(learner, "/events/ev1/leave")
    assert LINK not in text(learner, "/events/ev1")
    stub.community.events.events["ev1"] |= {"mine": "registered", "state": "ended"}
    assert LINK not in text(learner, "/events/ev1")


def test_a_full_event_tells_the_place_in_the_waiting_list(learner: Browser) -> None:
    send(learner, "/events/ev2/register")
    page = text(learner, "/events/ev2")

    assert "place 3 in the list" in page
    assert "You wait for a place" in page


def test_the_calendar_file_is_handed_on_as_it_is(learner: Browser) -> None:
    answer = learner.get("/events/ev1/calendar.ics")

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="karmayogi.ics"'
    assert answer.get_data(as_text=True).startswith("BEGIN:VCALENDAR\r\n")


def test_z03_organisers_are_offered_their_pages(learner: Browser) -> None:
    assert "/events/organise" in text(learner, "/events")


def test_z03_organising_is_closed_to_people_without_a_role(browser: Browser, stub: Stub) -> None:
    stub.me = {
        **stub.me,
        "roles": [one for one in ROLES if one["role"] == "FRAC_ADMIN"],
        "portals": PORTALS[3:],
    }
    browser.sign_in()
    stub.calls.clear()

    paths = ("", "/new", "/ev1", "/ev1/edit", "/ev1/people", "/ev1/cancel")
    assert {browser.get(f"/events/organise{path}").status_code for path in paths} == {403}
    assert {name for _, name in stub.calls if name.startswith("community")} == set()
    assert "/events/organise" not in text(browser, "/events")


def test_a_reviewer_reviews_but_writes_nothing(browser: Browser, stub: Stub) -> None:
    stub.me = {**stub.me, "roles": [one for one in ROLES if one["role"] == "CONTENT_REVIEWER"]}
    browser.sign_in()

    assert browser.get("/events/organise/new").status_code == 403
    assert "/events/organise/new" not in text(browser, "/events/organise")
    assert "/events/organise/ev3/publish" in text(browser, "/events/organise/ev3")


def test_an_event_is_typed_in_indian_time_and_sent_in_utc(learner: Browser, stub: Stub) -> None:
    typed = {
        "title_en": "Filing", "starts_at": "2027-01-05T10:30", "ends_at": "2027-01-05T12:00", "capacity": "40",
        "kind": "talk", "language": "en", "audience": "mdo", "mdo_id": "o1", "speakers": "A\n\nB", "topics": "t-rti",
    }  # fmt: skip
    answer = send(learner, "/events/organise/new", typed)
    sent = stub.bodies("organising/sessions")[-1]

    assert answer.headers["Location"] == "/events/organise/ev7"
    assert (sent["starts_at"], sent["ends_at"]) == ("2027-01-05T05:00:00Z", "2027-01-05T06:30:00Z")
    assert (sent["title"], sent["speakers"], sent["topics"]) == ({"en": "Filing"}, ["A", "B"], ["t-rti"])
    assert 'value="2027-01-05T10:30"' in text(learner, "/events/organise/ev7/edit")


def test_of_a_published_event_only_what_may_change_is_sent(learner: Browser, stub: Stub) -> None:
    send(learner, "/events/organise/ev1/edit", {"place": "कक्ष 9", "capacity": "60", "title_en": "Other"})

    assert set(stub.bodies("organising/sessions/ev1")[-1]) == {
        "about",
        "join_url",
        "place",
        "speakers",
        "capacity",
    }


def test_nobody_publishes_an_own_event_and_attendance_waits_for_the_beginning(
    learner: Browser, stub: Stub
) -> None:
    stub.community.events.events["ev3"]["created_by"]["id"] = "u1"
    assert "/events/organise/ev3/publish" not in text(learner, "/events/organise/ev3")

    assert 'name="user_ids"' not in text(learner, "/events/organise/ev1/people")
    assert 'name="user_ids"' in text(learner, "/events/organise/ev5/people")
    assert send(learner, "/events/organise/ev5/people").status_code == 422
    send(learner, "/events/organise/ev5/people", {"user_ids": "u2"})
    assert stub.community.events.marked == ["u2"]


def test_an_opening_asks_for_competencies_found_by_words_or_by_position(learner: Browser, stub: Stub) -> None:
    typed = {
        "title_en": "Buyer",
        "mdo_id": "o1",
        "position_id": "p1",
        "last_date": "2027-03-31",
        "places": "1",
    }
    found = send(learner, "/mdo/openings/new", {**typed, "find": "1", "find_words": "communication"})
    fetched = send(learner, "/mdo/openings/new", {**typed, "fetch": "1"})

    assert 'name="level-c-comm"' in found.get_data(as_text=True)
    assert 'value="Buyer"' in fetched.get_data(as_text=True)
    assert 'name="level-' in fetched.get_data(as_text=True)
    assert send(learner, "/mdo/openings/new", typed).status_code == 422
    made = send(learner, "/mdo/openings/new", {**typed, "level-c-comm": "3", "level-c-other": "0"})
    assert made.headers["Location"] == "/mdo/openings/op4"
    assert stub.bodies("recruiting/openings")[-1]["competencies"] == [{"competency_id": "c-comm", "level": 3}]


@pytest.mark.parametrize("portal", ["spv", "mdo"])
def test_a_reported_post_is_decided_with_a_reason_but_not_by_its_author(
    learner: Browser, stub: Stub, portal: str
) -> None:
    page = text(learner, f"/{portal}/moderation")
    assert "सस्ता सामान खरीदें!" in page
    assert f"/{portal}/moderation/reply/rp9" in page

    stub.community.discuss.reported[0]["author"]["id"] = "u1"
    assert f"/{portal}/moderation/reply/rp9" not in text(learner, f"/{portal}/moderation")
    stub.fail("community/moderation/posts/reply/rp9", 403, "own_post")
    refused = send(learner, f"/{portal}/moderation/reply/rp9", {"decision": "keep", "reason": "ठीक है"})
    assert (refused.status_code, "your own post" in refused.get_data(as_text=True)) == (403, True)
