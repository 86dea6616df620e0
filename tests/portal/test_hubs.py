"""The hubs of the community: what each button and form sends, what a refusal looks like, who sees what."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import portal.calls
from tests.portal.conftest import BASE, Browser
from tests.portal.stub import Stub

HOSTILE = "<script>alert(1)</script>'\"><img src=x onerror=alert(1)>"
DOCUMENTED = Path(portal.calls.__file__).parents[2] / "docs" / "openapi" / "community.json"
FILES = ("discuss", "network", "careers", "events")
CALL = re.compile(r'api\.(get|post|put|patch|delete|download)\(\s*f"\{_V1\}([^"]*)"')


@pytest.fixture
def learner(browser: Browser) -> Browser:
    """Signed in, with every role."""
    browser.sign_in()
    return browser


def send(learner: Browser, path: str, data: dict[str, Any] | None = None) -> Any:
    """Send a form with the token of some page."""
    return learner.post(path, data or {}, page="/logout")


def text(learner: Browser, path: str) -> str:
    """The page behind an address."""
    return learner.get(path).get_data(as_text=True)


def called() -> set[tuple[str, str]]:
    """Method and path of each call of the hubs, with every parameter as {}."""
    sources = [
        (Path(portal.calls.__file__).parent / f"{name}.py").read_text(encoding="utf-8") for name in FILES
    ]
    found = {pair for source in sources for pair in CALL.findall(source)}
    return {("get" if verb == "download" else verb, re.sub(r"\{\w+\}", "{}", path)) for verb, path in found}


@pytest.mark.skipif(not DOCUMENTED.exists(), reason="The service community is not part of this tree")
def test_every_call_of_the_hubs_has_its_route() -> None:
    paths = json.loads(DOCUMENTED.read_text(encoding="utf-8"))["paths"]
    offered = {
        (verb, re.sub(r"\{\w+\}", "{}", path).removeprefix("/api/community/v1"))
        for path, verbs in paths.items()
        for verb in verbs
    }

    assert called() - offered == set()
    assert len(called()) > 50


BUTTONS = [
    ("/discuss/threads/th2/vote", "community/threads/th2/vote"),
    ("/discuss/threads/th2/unvote", "community/threads/th2/vote"),
    ("/discuss/threads/th2/follow", "community/threads/th2/follow"),
    ("/discuss/threads/th1/unfollow", "community/threads/th1/follow"),
    ("/discuss/threads/th3/delete", "community/threads/th3"),
    ("/discuss/threads/th1/unaccept", "community/threads/th1/accepted"),
    ("/discuss/threads/th1/replies/rp1/vote", "community/replies/rp1/vote"),
    ("/discuss/threads/th1/replies/rp1/unvote", "community/replies/rp1/vote"),
    ("/discuss/threads/th1/replies/rp1/accept", "community/threads/th1/accepted"),
    ("/discuss/threads/th1/replies/rp2/delete", "community/replies/rp2"),
    ("/network/people/u3/dismiss", "community/network/suggestions/u3/dismiss"),
    ("/network/people/u3/disconnect", "community/network/connections/u3"),
    ("/network/people/u3/block", "community/network/blocks/u3"),
    ("/network/people/u4/unblock", "community/network/blocks/u4"),
    ("/network/requests/cn1/accept", "community/network/requests/cn1/accept"),
    ("/network/requests/cn1/decline", "community/network/requests/cn1/decline"),
    ("/network/requests/cn2/withdraw", "community/network/requests/cn2/withdraw"),
    ("/network/settings", "community/network/settings"),
    ("/careers/op1/save", "community/openings/op1/save"),
    ("/careers/op2/unsave", "community/openings/op2/save"),
    ("/careers/op1/watch", "community/openings/op1/watch"),
    ("/careers/op1/unwatch", "community/openings/op1/watch"),
    ("/careers/op1/apply", "community/openings/op1/applications"),
    ("/careers/applications/ap1/withdraw", "community/applications/ap1/withdraw"),
    ("/events/ev2/register", "community/sessions/ev2/registration"),
    ("/events/ev1/leave", "community/sessions/ev1/registration"),
    ("/events/organise/ev4/submit", "community/organising/sessions/ev4/submit"),
    ("/events/organise/ev3/publish", "community/organising/sessions/ev3/publish"),
    ("/mdo/openings/op3/publish", "community/recruiting/openings/op3/publish"),
    ("/mdo/openings/op2/close", "community/recruiting/openings/op2/close"),
    ("/mdo/openings/op2/applications/ap1/shortlisted", "community/recruiting/applications/ap1"),
    ("/mdo/openings/op2/applications/ap1/declined", "community/recruiting/applications/ap1"),
    ("/spv/moderation/reply/rp9", "community/moderation/posts/reply/rp9"),
    ("/mdo/moderation/reply/rp9", "community/moderation/posts/reply/rp9"),
]


@pytest.mark.parametrize(("path", "call"), BUTTONS)
def test_a_button_makes_its_one_call_and_leads_on(learner: Browser, stub: Stub, path: str, call: str) -> None:
    token = learner.token("/logout")
    stub.calls.clear()

    data = {"csrf_token": token, "decision": "remove", "reason": "विज्ञापन"}
    answer = learner.client.post(path, data=data, base_url=BASE, headers={"Origin": BASE})

    assert answer.status_code == 303
    assert [name for method, name in stub.calls if method != "GET"] == [call]


@pytest.mark.parametrize("path", [path for path, _ in BUTTONS])
def test_a_button_needs_the_token_of_its_form(learner: Browser, stub: Stub, path: str) -> None:
    stub.calls.clear()

    assert learner.client.post(path, base_url=BASE, headers={"Origin": BASE}).status_code == 400
    assert [name for method, name in stub.calls if method != "GET"] == []


@pytest.mark.parametrize(
    ("status", "shown"), [(403, 403), (404, 404), (409, 409), (422, 422), (429, 429), (503, 503)]
)
@pytest.mark.parametrize(
    ("path", "call"),
    [
        ("/discuss/threads/th2/vote", "community/threads/th2/vote"),
        ("/network/requests/cn1/accept", "community/network/requests/cn1/accept"),
        ("/careers/op1/watch", "community/openings/op1/watch"),
        ("/events/ev2/register", "community/sessions/ev2/registration"),
        ("/events/organise/ev3/publish", "community/organising/sessions/ev3/publish"),
        ("/mdo/openings/op3/publish", "community/recruiting/openings/op3/publish"),
    ],
)  # fmt: skip
def test_a_refused_button_says_so_with_its_status(
    learner: Browser, stub: Stub, path: str, call: str, status: int, shown: int
) -> None:
    stub.fail(call, status, "own_session" if status == 403 else "some_reason", "Not now.")

    assert send(learner, path).status_code == shown


def test_an_incomplete_profile_is_told_as_being_passed_on(learner: Browser, stub: Stub) -> None:
    stub.fail("community/threads/th2/vote", 403, "profile_incomplete")
    stub.fail("community/threads/th1/replies", 403, "profile_incomplete")

    assert "your profile is being passed on" in send(learner, "/discuss/threads/th2/vote").get_data(
        as_text=True
    )
    page = send(learner, "/discuss/threads/th1/replies", {"body": "मेरा उत्तर"}).get_data(as_text=True)
    assert "your profile is being passed on" in page
    assert "मेरा उत्तर" in page


FORMS = [
    ("/discuss/ask", {"title": "Why?", "space": "topic:t-rti"}, "title", "Why?"),
    ("/discuss/threads/th1/replies", {"body": ""}, "body", ""),
    ("/discuss/threads/th1/edit", {"title": "तीस दिन", "body": ""}, "body", "तीस दिन"),
    ("/discuss/threads/th1/replies/rp2/edit", {"body": " "}, "body", ""),
    ("/discuss/threads/th2/report", {"note": "देखें"}, "reason", "देखें"),
    ("/network/people/u3/connect", {"note": "न" * 301}, "note", "न" * 301),
    ("/careers/op1/apply", {"note": "क" * 1001}, "note", "क" * 1001),
    (
        "/events/organise/new",
        {"title_en": "Filing", "starts_at": "soon", "capacity": "many"},
        "starts_at",
        "many",
    ),
    ("/events/organise/ev3/return", {"reason": ""}, "reason", ""),
    ("/mdo/openings/new", {"title_hi": "खरीद", "last_date": "x", "level-c-comm": "3"}, "last_date", "खरीद"),
]


@pytest.mark.parametrize(("path", "data", "field", "typed"), FORMS)
def test_a_form_names_the_field_and_keeps_what_was_typed(
    learner: Browser, path: str, data: dict[str, str], field: str, typed: str
) -> None:
    answer = send(learner, path, data)
    page = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert "<title>Error:" in page
    assert f'href="#{field}"' in page
    assert f'id="{field}"' in page
    assert typed in page


def test_a_second_sending_carries_the_key_of_the_first(learner: Browser, stub: Stub) -> None:
    asked = {"title": "Which form?", "body": "For leave.", "space": "topic:t-rti", "key": "k1"}
    for _ in range(2):
        send(learner, "/discuss/ask", asked)
        send(learner, "/discuss/threads/th1/replies", {"body": "यह रहा।", "key": "k2"})
        send(learner, "/careers/op1/apply", {"key": "k3"})

    keys = [
        r.headers.get("Idempotency-Key")
        for r in stub.requests
        if r.method == "POST" and "community" in r.url.path
    ]
    assert keys == ["k1", "k2", "k3"] * 2


@pytest.mark.parametrize("part", ["discussions", "people", "openings", "events"])
def test_a_rail_of_home_fails_alone_and_says_when_it_is_empty(
    learner: Browser, stub: Stub, part: str
) -> None:
    path = {"events": "sessions"}.get(part, part)
    stub.fail(f"community/home/{path}", 500, "broken")
    assert text(learner, f"/home/widgets/{part}").count("k-failed") == 1

    stub.overrides.clear()
    full = text(learner, f"/home/widgets/{part}")
    stub.community.__init__(empty=True)
    empty = text(learner, f"/home/widgets/{part}")
    assert ("k-card" in full, "k-card" in empty) == (True, False)


def test_n05_hostile_text_is_text(learner: Browser, stub: Stub) -> None:
    hubs = stub.community
    hubs.discuss.threads["th1"] |= {"title": HOSTILE, "body": HOSTILE, "excerpt": HOSTILE}
    hubs.discuss.replies["rp1"] |= {
        "body": HOSTILE,
        "author": {"id": "u2", "name": HOSTILE, "position": None, "mdo": None},
    }
    hubs.discuss.reported[0] |= {"title": HOSTILE, "body": HOSTILE}
    hubs.network.connections["cn1"]["note"] = hubs.careers.applications["ap1"]["note"] = HOSTILE
    hubs.careers.openings["op2"] |= {"title": {"en": HOSTILE}, "about": {"en": HOSTILE}}
    hubs.events.events["ev1"] |= {"title": {"en": HOSTILE}, "place": HOSTILE, "speakers": [HOSTILE]}
    paths = (
        "/discuss", "/discuss/threads/th1", "/discuss/threads/th1/edit", "/network", "/careers", "/careers/op2",
        "/events", "/careers/applications", "/events/ev1", "/events/organise/ev1", "/mdo/openings/op2",
        "/spv/moderation", "/home",
    )  # fmt: skip

    for path in paths:
        page = text(learner, path)
        assert "alert(1)" in page, path
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path
