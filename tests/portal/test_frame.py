"""Headers, error pages and what the frame shows."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from pymongo.errors import ServerSelectionTimeoutError

from portal.app import create_app
from portal.frame import HEADERS
from portal.links import manifest
from portal.settings import PortalSettings
from tests.portal.conftest import BASE, Browser, MemoryStore
from tests.portal.stub import Stub

PAGES = [
    "/", "/register", "/register/resend", "/set-password", "/login", "/forgot", "/forgot/sent", "/logout", "/help",
    "/accessibility", "/privacy", "/terms", "/sitemap", "/robots.txt", "/healthz", "/nope", "/home", "/hi/",
    "/hi/register", "/hi/login", "/hi/nope", "/register/sent", "/set-password?token=good",
]  # fmt: skip
HTML = [page for page in PAGES if page not in ("/robots.txt", "/healthz", "/home", "/register/sent")]


def check_policy(policy: str) -> None:
    """D24's policy: nothing by default, nothing inline, nobody frames."""
    for part in ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "object-src 'none'"):
        assert part in policy
    assert "unsafe" not in policy
    assert "*" not in policy


@pytest.mark.parametrize("path", [*PAGES, "/static/" + manifest()["portal.css"]])
def test_w01_every_answer_carries_the_headers(browser: Browser, path: str) -> None:
    answer = browser.get(path)

    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    check_policy(answer.headers["Content-Security-Policy"])
    assert "Server" not in answer.headers
    assert answer.headers.getlist("Content-Security-Policy").__len__() == 1


@pytest.mark.parametrize("status", [403, 404, 409, 410, 429, 503])
def test_w01_error_pages_carry_the_headers(browser: Browser, stub: Stub, status: int) -> None:
    browser.sign_in()
    stub.fail("onboarding/profiles/me", status, "some_reason")

    answer = browser.get("/profile")

    assert answer.status_code == status
    check_policy(answer.headers["Content-Security-Policy"])
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["X-Request-ID"] in answer.get_data(as_text=True)


def test_w01_a_crash_is_a_page_with_headers_and_without_details(new_app: Flask) -> None:
    @new_app.get("/crash")
    def crash() -> str:
        raise RuntimeError("private detail")

    answer = new_app.test_client().get("/crash", base_url=BASE)

    assert answer.status_code == 500
    check_policy(answer.headers["Content-Security-Policy"])
    assert "private detail" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("path", HTML)
def test_w01_every_script_has_the_nonce_and_no_style_is_inline(browser: Browser, path: str) -> None:
    answer = browser.get(path, follow_redirects=True)
    page = answer.get_data(as_text=True)
    nonce = re.search(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"])

    assert nonce is not None
    for tag in re.findall(r"<script[^>]*>", page):
        assert f'nonce="{nonce[1]}"' in tag
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)


@pytest.mark.parametrize("path", HTML)
def test_a_page_has_one_heading_a_language_a_title_and_nothing_foreign(browser: Browser, path: str) -> None:
    page = browser.get(path, follow_redirects=True).get_data(as_text=True)

    assert page.count("<h1") == 1
    assert f'<html lang="{"hi" if path.startswith("/hi") else "en"}"' in page
    assert re.search(r"<title>[^<]{3,} – Karmayogi</title>", page)
    assert page.index("govuk-skip-link") < page.index("<header")
    foreign = [
        url for url in re.findall(r'(?:src|href|action)="(https?:[^"]+)"', page) if not url.startswith(BASE)
    ]
    assert foreign == []
    assert "crown" not in page.lower()


@pytest.mark.parametrize("origin", ["https://evil.test", "null", "https://localhost.evil.test"])
def test_w04_no_origin_is_given_access(browser: Browser, origin: str) -> None:
    for path in ("/", "/login", "/nope", "/static/" + manifest()["portal.css"]):
        answer = browser.get(path, headers={"Origin": origin})
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


def test_static_files_are_immutable_and_compressed(browser: Browser) -> None:
    answer = browser.get("/static/" + manifest()["portal.css"], headers={"Accept-Encoding": "br"})

    assert answer.headers["Content-Encoding"] == "br"
    assert "immutable" in answer.headers["Cache-Control"]
    assert len(answer.data) <= 20_000


def test_pages_are_compressed_and_light(browser: Browser) -> None:
    answer = browser.get("/register", headers={"Accept-Encoding": "gzip, br"})

    assert answer.headers["Content-Encoding"] == "br"
    assert len(answer.data) < 5_000


def test_pages_with_a_form_and_signed_in_pages_are_not_stored(browser: Browser) -> None:
    assert browser.get("/login").headers["Cache-Control"] == "no-store"
    browser.sign_in()
    assert browser.get("/home").headers["Cache-Control"] == "no-store"
    assert browser.get("/help").headers["Cache-Control"] == "no-store"


def test_a_public_text_page_may_be_kept_for_a_minute(browser: Browser) -> None:
    answer = browser.get("/help")

    assert answer.headers["Cache-Control"] == "private, max-age=60"
    assert "Cookie" in answer.headers["Vary"]


def test_the_first_page_needs_neither_gateway_nor_store(settings: PortalSettings, stub: Stub) -> None:
    store = MemoryStore()
    store.down = ServerSelectionTimeoutError("down")
    client = create_app(settings, stub.transport(), store).test_client()
    client.set_cookie("__Host-sid", "x" * 43, domain="localhost", secure=True)

    assert client.get("/", base_url=BASE).status_code == 200
    assert client.get("/healthz", base_url=BASE).status_code == 200
    assert client.get("/readyz", base_url=BASE).status_code == 503
    assert client.get("/login", base_url=BASE).status_code == 503
    assert stub.calls == [("GET", "catalog/courses")]


def test_a_language_link_leads_to_the_same_page(browser: Browser) -> None:
    assert 'href="/hi/register" lang="hi"' in browser.get("/register").get_data(as_text=True)
    assert 'href="/register" lang="en"' in browser.get("/hi/register").get_data(as_text=True)


def test_an_oversize_body_is_refused(browser: Browser) -> None:
    assert browser.post("/login", {"email": "x" * 70_000}).status_code == 413
