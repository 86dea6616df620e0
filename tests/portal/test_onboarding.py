"""The wizard and the profile: the gate, every button saves, refusals are shown where they belong."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.portal.conftest import Browser
from tests.portal.stub import Stub


@pytest.fixture
def stub() -> Stub:
    return Stub(newcomer=True)


@pytest.fixture
def newcomer(browser: Browser) -> Browser:
    browser.sign_in()
    return browser


def text(browser: Browser, path: str) -> str:
    """The page behind an address."""
    return browser.get(path, follow_redirects=True).get_data(as_text=True)


@pytest.mark.parametrize(
    "path", ["/home", "/courses/rti-1/review", "/me/learning", "/competencies", "/discuss"]
)
def test_a_newcomer_is_led_to_the_wizard(newcomer: Browser, path: str) -> None:
    answer = newcomer.get(path)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/onboarding")


def test_after_the_wizard_the_profile_is_mandatory(newcomer: Browser, stub: Stub) -> None:
    stub.onboarding.state = "done"

    answer = newcomer.get("/home")

    assert answer.headers["Location"] == "/profile/edit"
    assert "Complete your profile first." in text(newcomer, "/profile/edit")


def test_the_gate_asks_once_in_a_session_when_it_is_passed(newcomer: Browser, stub: Stub) -> None:
    stub.onboarding.state, stub.onboarding.fields["group"] = "done", "b"
    newcomer.get("/home")
    stub.calls.clear()

    newcomer.get("/me/certificates")

    assert stub.count("onboarding/onboarding/me") == 0


def test_the_gate_holds_nobody_up_while_onboarding_is_down(newcomer: Browser, stub: Stub) -> None:
    stub.down = {"onboarding"}

    assert newcomer.get("/me/certificates").status_code == 200


def test_lets_go_leads_to_the_first_open_step(newcomer: Browser) -> None:
    assert "Let’s Go" in text(newcomer, "/onboarding")

    answer = newcomer.post("/onboarding", {})

    assert answer.headers["Location"] == "/onboarding/roles"
    assert "Go on" in text(newcomer, "/onboarding")


def test_add_keeps_a_role_with_its_activity(newcomer: Browser, stub: Stub) -> None:
    answer = newcomer.post(
        "/onboarding/roles", {"title": " Buying ", "activity": "Compare offers", "add": "1"}
    )

    assert answer.headers["Location"] == "/onboarding/roles#title"
    assert [(r["title"], [a["text"] for a in r["activities"]]) for r in stub.onboarding.roles] == [
        ("Buying", ["Compare offers"])
    ]


def test_continue_saves_what_was_typed_and_not_added(newcomer: Browser, stub: Stub) -> None:
    newcomer.post("/onboarding/roles", {"title": "Buying", "add": "1"})

    answer = newcomer.post(
        "/onboarding/roles", {"activity_r1": "Open the offers", "title": "Files", "continue": "1"}
    )

    assert answer.headers["Location"] == "/onboarding/topics"
    assert stub.onboarding.roles[0]["activities"][0]["text"] == "Open the offers"
    assert stub.onboarding.roles[1]["title"] == "Files"
    assert stub.onboarding.steps["roles"] == "saved"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"title": "x" * 101}, "Write at most 100 characters"),
        ({"activity": "Alone"}, "Enter the role this activity belongs to"),
        ({"title": "buying"}, "You have this already."),
    ],
)
def test_a_refused_role_keeps_what_was_typed(newcomer: Browser, typed: dict[str, str], message: str) -> None:
    newcomer.post("/onboarding/roles", {"title": "Buying", "add": "1"})

    answer = newcomer.post("/onboarding/roles", {**typed, "continue": "1"})
    page = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert message in page
    assert "<title>Error: " in page
    assert next(iter(typed.values())) in page


def test_a_double_click_on_add_has_one_key(newcomer: Browser, stub: Stub) -> None:
    newcomer.post("/onboarding/roles", {"title": "Buying", "add": "1", "key": "same-key"})

    sent = [r for r in stub.requests if r.url.path.endswith("/profiles/me/roles") and r.method == "POST"]
    assert sent[0].headers["Idempotency-Key"] == "same-key"


def test_a_role_changed_elsewhere_is_shown_beside_ones_own(newcomer: Browser, stub: Stub) -> None:
    newcomer.post("/onboarding/roles", {"title": "Buying", "activity": "Compare", "add": "1"})
    stub.onboarding.roles[0]["version"] = 5

    answer = newcomer.post("/onboarding/roles/r2", {"title": "Mine", "activity_a1": "Own", "version": "1"})
    page = answer.get_data(as_text=True)

    assert answer.status_code == 409
    assert "What is stored now" in page
    assert 'value="Mine"' in page
    assert 'name="version" value="5"' in page


def test_editing_and_deleting_ask_and_change(newcomer: Browser, stub: Stub) -> None:
    newcomer.post("/onboarding/roles", {"title": "Buying", "activity": "Compare", "add": "1"})

    newcomer.post("/onboarding/roles/r2", {"title": "Purchasing", "activity_a1": "Weigh", "version": "1"})
    assert stub.onboarding.roles[0]["title"] == "Purchasing"
    assert "Its 1 activity goes too." in text(newcomer, "/onboarding/roles/r2/delete")
    newcomer.post("/onboarding/roles/r2/activities/a1/delete", {})
    assert stub.onboarding.roles[0]["activities"] == []
    newcomer.post("/onboarding/roles/r2/delete", {})

    assert stub.onboarding.roles == []


def test_a_head_request_deletes_nothing(newcomer: Browser, stub: Stub) -> None:
    newcomer.post("/onboarding/roles", {"title": "Buying", "activity": "Compare", "add": "1"})

    newcomer.client.head("/onboarding/roles/r2/delete", base_url="https://localhost")

    assert len(stub.onboarding.roles) == 1


def test_searching_topics_keeps_what_is_ticked(newcomer: Browser, stub: Stub) -> None:
    form = {"topic": ["t-rti", "t-tax"], "q": "finan", "find": "1"}
    answer = newcomer.post("/onboarding/topics", form)  # type: ignore[arg-type]
    page = text(newcomer, "/onboarding/topics?q=finan")

    assert answer.status_code == 303
    assert stub.onboarding.topics == ["t-rti", "t-tax"]
    assert "1 topic matches." in page
    assert page.count("checked") == 2


def test_a_topic_that_exists_is_offered(newcomer: Browser) -> None:
    answer = newcomer.post("/onboarding/topics/new", {"name": "taxation", "reason": "I need it"})

    assert answer.status_code == 409
    assert 'href="/onboarding/topics#topic-t-tax"' in answer.get_data(as_text=True)


def test_a_proposed_topic_is_shown_as_proposed(newcomer: Browser) -> None:
    newcomer.post("/onboarding/topics/new", {"name": "Drone survey", "reason": "New work"})

    assert "Drone survey <strong" in text(newcomer, "/onboarding/topics")


def test_a_level_chosen_adds_the_competency_and_search_keeps_it(newcomer: Browser, stub: Stub) -> None:
    newcomer.post("/onboarding/competencies/current", {"level-c-comm": "2", "q": "tele", "find": "1"})
    newcomer.post("/onboarding/competencies/current", {"level-c-telecom": "3", "continue": "1"})

    assert stub.onboarding.current == {"c-comm": 2, "c-telecom": 3}
    newcomer.post("/onboarding/competencies/current", {"remove": "c-comm"})
    assert stub.onboarding.current == {"c-telecom": 3}


def test_a_desired_level_below_the_held_one_warns_and_is_kept(newcomer: Browser, stub: Stub) -> None:
    stub.onboarding.current = {"c-comm": 4}

    newcomer.post("/onboarding/competencies/desired", {"level-c-comm": "2", "add": "1"})

    assert stub.onboarding.desired == {"c-comm": 2}
    assert "below the level you have" in text(newcomer, "/onboarding/competencies/desired")


def test_the_dictionary_down_leaves_the_step_open_to_skip(newcomer: Browser, stub: Stub) -> None:
    stub.fail("onboarding/competencies", 503, "down")

    assert "Skip this step and come back later." in text(newcomer, "/onboarding/competencies/current")
    newcomer.post("/onboarding/competencies/current", {"skip": "1"})
    assert stub.onboarding.steps["current"] == "skipped"


def test_done_leads_to_the_profile_and_the_profile_home(newcomer: Browser, stub: Stub) -> None:
    answer = newcomer.post("/onboarding/walkthrough", {})
    assert answer.headers["Location"] == "/profile/edit"

    form = {
        "position_id": "p1",
        "mdo_1": "m1",
        "mdo_2": "d1",
        "mdo_3": "o1",
        "group": "b",
        "locale": "hi",
        "mobile": "98765 43210",
    }
    answer = newcomer.post("/profile/edit", form)

    assert answer.headers["Location"] == "/home"
    assert stub.onboarding.fields["mobile"] == "9876543210"
    assert "Your profile is complete." in text(newcomer, "/home")


def test_a_change_that_needs_approval_asks_for_the_reason_and_waits(
    browser: Browser, app: Flask, stub: Stub
) -> None:
    stub.onboarding.state, stub.onboarding.fields["group"] = "done", "b"
    browser.sign_in()
    form = {"position_id": "p2", "mdo_1": "m1", "mdo_2": "d1", "mdo_3": "o1", "group": "b", "locale": "en"}

    refused = browser.post("/profile/edit", form)
    browser.post("/profile/edit", {**form, "reason": "Promotion"})

    assert refused.status_code == 422
    assert "Say why." in refused.get_data(as_text=True)
    assert stub.onboarding.pending[0]["to"] == "p2"
    page = text(browser, "/profile")
    assert "Section Officer" in page
    assert "Promotion" in page


def test_a_wrong_mobile_number_is_named(newcomer: Browser) -> None:
    form = {"position_id": "p1", "mdo_1": "m1", "mdo_2": "d1", "mdo_3": "o1", "group": "b", "mobile": "abc"}

    answer = newcomer.post("/profile/edit", form)

    assert answer.status_code == 422
    assert 'href="#mobile"' in answer.get_data(as_text=True)


def test_a_position_written_in_words_stays_while_the_rest_is_changed(newcomer: Browser, stub: Stub) -> None:
    stub.onboarding.fields |= {"position_id": None, "position_text": "Keeper of the lighthouse"}

    page = newcomer.get("/profile/edit").get_data(as_text=True)
    form = {"mdo_1": "m1", "mdo_2": "d1", "mdo_3": "o1", "group": "b", "locale": "en"}
    answer = newcomer.post("/profile/edit", form)

    assert "Keeper of the lighthouse</option>" in page
    assert answer.status_code == 303
    assert (stub.onboarding.fields["group"], stub.onboarding.fields["position_text"]) == (
        "b",
        "Keeper of the lighthouse",
    )
