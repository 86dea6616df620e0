"""Forms from elsewhere are refused; reading changes nothing."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.portal.conftest import BASE, Browser, MemoryStore
from tests.portal.stub import ME, PASSWORD, Stub
from tests.portal.test_routes import routes

POSTS = ["/login", "/logout", "/register", "/register/sent", "/register/resend", "/set-password", "/forgot"]
GOOD = {"email": ME["email"], "password": PASSWORD}


def test_w03_every_unsafe_route_is_in_the_table(app: Flask) -> None:
    assert sorted(POSTS) == [line.split()[1] for line in routes(app) if not line.startswith("GET")]


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "origin", ["https://evil.test", "null", "https://localhost.evil.test", "http://localhost", ""]
)
def test_w03_a_foreign_origin_is_refused(browser: Browser, stub: Stub, path: str, origin: str) -> None:
    token = browser.token("/login")

    answer = browser.client.post(
        path, data={**GOOD, "csrf_token": token}, base_url=BASE, headers={"Origin": origin}
    )

    assert answer.status_code == 403
    assert not [call for call in stub.calls if call[0] == "POST"]


@pytest.mark.parametrize("path", POSTS)
def test_w03_a_missing_origin_and_referer_is_refused(browser: Browser, stub: Stub, path: str) -> None:
    token = browser.token("/login")

    answer = browser.client.post(path, data={**GOOD, "csrf_token": token}, base_url=BASE)

    assert answer.status_code == 403
    assert not [call for call in stub.calls if call[0] == "POST"]


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("token", ["", "wrong", "IjEyMyI.aaaaaa.bbbbbbbb"])
def test_w03_a_missing_or_wrong_token_is_refused(browser: Browser, stub: Stub, path: str, token: str) -> None:
    browser.get("/login")

    answer = browser.client.post(
        path, data={**GOOD, "csrf_token": token}, base_url=BASE, headers={"Origin": BASE}
    )

    assert answer.status_code == 400
    assert not [call for call in stub.calls if call[0] == "POST"]


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
        if method == "GET" and "<" not in path:
            browser.get(path)
            browser.client.head(path, base_url=BASE)

    assert (stub.refresh, sorted(store.kinds["grants"])) == before
    assert {method for method, _ in stub.calls} <= {"GET"}
    assert browser.get("/home").status_code == 200
