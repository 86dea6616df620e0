"""Forms from elsewhere are refused; reading changes nothing."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.portal.conftest import BASE, Browser, MemoryStore
from tests.portal.stub import ME, PASSWORD, Stub
from tests.portal.test_routes import GOLDEN, filled, routes

# One address for each unsafe route: the route as it is written -> an address of it.
POSTS = {
    "/attempts/<attempt_id>/<int:n>": "/attempts/at1/1",
    "/attempts/<attempt_id>/all": "/attempts/at1/all",
    "/attempts/<attempt_id>/submit": "/attempts/at1/submit",
    "/courses/<course_id>/assessments/<assessment_id>": "/courses/finance-1/assessments/as-final",
    "/courses/<course_id>/enrol": "/courses/procure-1/enrol",
    "/courses/<course_id>/leave": "/courses/finance-1/leave",
    "/courses/<course_id>/m/<module_id>/<resource_id>": "/courses/finance-1/m/mod1/res-case",
    "/courses/<course_id>/review": "/courses/finance-1/review",
    "/courses/<course_id>/review/delete": "/courses/finance-1/review/delete",
    "/courses/<course_id>/reviews/<review_id>/report": "/courses/finance-1/reviews/rev1/report",
    "/courses/<course_id>/viewed": "/courses/finance-1/viewed",
    "/display": "/display",
    "/forgot": "/forgot",
    "/home/recommended/<course_id>": "/home/recommended/finance-1",
    "/learning/updates": "/learning/updates",
    "/login": "/login",
    "/logout": "/logout",
    "/me/why/<enrolment_id>": "/me/why/en-finance-1",
    "/notifications": "/notifications",
    "/onboarding": "/onboarding",
    "/onboarding/competencies/current": "/onboarding/competencies/current",
    "/onboarding/competencies/desired": "/onboarding/competencies/desired",
    "/onboarding/roles": "/onboarding/roles",
    "/onboarding/roles/<role_id>": "/onboarding/roles/r2",
    "/onboarding/roles/<role_id>/activities/<activity_id>/delete": "/onboarding/roles/r2/activities/a1/delete",
    "/onboarding/roles/<role_id>/delete": "/onboarding/roles/r2/delete",
    "/onboarding/topics": "/onboarding/topics",
    "/onboarding/topics/new": "/onboarding/topics/new",
    "/onboarding/walkthrough": "/onboarding/walkthrough",
    "/profile/edit": "/profile/edit",
    "/register": "/register",
    "/register/resend": "/register/resend",
    "/register/sent": "/register/sent",
    "/set-password": "/set-password",
}
# All others, the role portals' among them: the golden list names them, and each gets an address of its own.
DESK = [line.split(maxsplit=1) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
POSTS |= {path: filled(path) for method, path in DESK if method == "POST" and path not in POSTS}
POSTS = dict(sorted(POSTS.items()))
GOOD = {"email": ME["email"], "password": PASSWORD}


def test_w03_every_unsafe_route_is_in_the_table(app: Flask) -> None:
    assert sorted(POSTS) == [line.split(maxsplit=1)[1] for line in routes(app) if not line.startswith("GET")]
    adapter = app.url_map.bind("localhost")
    assert [adapter.match(path, method="POST", return_rule=True)[0].rule for path in POSTS.values()] == list(
        POSTS
    )


def answers(browser: Browser, token: str, headers: dict[str, str]) -> set[int]:
    """The statuses that a signed-in browser gets from all unsafe routes."""
    sent = {**GOOD, "csrf_token": token}
    return {
        browser.client.post(path, data=sent, base_url=BASE, headers=headers).status_code
        for path in POSTS.values()
    }


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {"Origin": "https://localhost.evil.test"},
        {"Origin": "http://localhost"},
        {"Origin": ""},
        {},
    ],
)
def test_w03_a_foreign_or_missing_origin_is_refused(
    browser: Browser, stub: Stub, headers: dict[str, str]
) -> None:
    browser.sign_in()
    token = browser.token("/logout")
    stub.calls.clear()

    assert answers(browser, token, headers) == {403}
    assert not [call for call in stub.calls if call[0] != "GET"]


@pytest.mark.parametrize("token", ["", "wrong", "IjEyMyI.aaaaaa.bbbbbbbb"])
def test_w03_a_missing_or_wrong_token_is_refused(browser: Browser, stub: Stub, token: str) -> None:
    browser.sign_in()
    stub.calls.clear()

    assert answers(browser, token, {"Origin": BASE}) == {400}
    assert not [call for call in stub.calls if call[0] != "GET"]


def test_w03_the_token_of_another_browser_is_refused(app: Flask, browser: Browser) -> None:
    stolen = Browser(app.test_client()).token("/login")
    browser.get("/login")

    answer = browser.client.post(
        "/login", data={**GOOD, "csrf_token": stolen}, base_url=BASE, headers={"Origin": BASE}
    )

    assert answer.status_code == 400


def test_w03_text_plain_json_is_refused(browser: Browser, stub: Stub) -> None:
    browser.get("/login")

    answer = browser.client.post(
        "/login", data='{"email":"a"}', content_type="text/plain", base_url=BASE, headers={"Origin": BASE}
    )

    assert answer.status_code == 400
    assert not [call for call in stub.calls if call[0] == "POST"]


def test_w03_a_same_site_referer_stands_in_for_the_origin(browser: Browser) -> None:
    token = browser.token("/login")

    answer = browser.client.post(
        "/login", data={**GOOD, "csrf_token": token}, base_url=BASE, headers={"Referer": BASE + "/login"}
    )

    assert answer.status_code == 303


def test_w03_reading_changes_nothing(app: Flask, browser: Browser, stub: Stub, store: MemoryStore) -> None:
    browser.sign_in()
    before = stub.refresh, sorted(store.kinds["grants"])
    stub.calls.clear()

    for line in routes(app):
        method, path = line.split(maxsplit=1)
        if method == "GET":
            browser.get(filled(path))
            browser.client.head(filled(path), base_url=BASE)

    assert (stub.refresh, sorted(store.kinds["grants"])) == before
    changing = [call for call in stub.calls if call != ("POST", "/people")]  # Names by id: a POST that reads.
    assert {method for method, _ in changing} <= {"GET"}
    assert browser.get("/home").status_code == 200
