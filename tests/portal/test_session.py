"""Cookie, records and grants."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from pymongo.database import Database

from portal.app import create_app
from portal.settings import PortalSettings
from portal.store import MongoStore
from tests.portal.conftest import BASE, Browser, MemoryStore
from tests.portal.stub import Stub


def test_w02_the_cookie_has_exactly_these_attributes(browser: Browser) -> None:
    header = browser.sign_in().headers["Set-Cookie"]
    name, _, rest = header.partition("=")
    parts = {part.split("=")[0].strip() for part in rest.split(";")[1:]}

    assert name == "__Host-sid"
    assert parts == {"Expires", "Max-Age", "Secure", "HttpOnly", "Path", "SameSite"}
    assert "Path=/" in header
    assert "SameSite=Lax" in header
    assert len(rest.split(";")[0]) >= 43


def test_w02_signing_in_gives_a_new_id_and_the_old_one_is_dead(app: Flask, browser: Browser) -> None:
    browser.get("/login")
    before = browser.cookie()
    browser.sign_in()

    thief = app.test_client()
    thief.set_cookie("__Host-sid", before, domain="localhost", secure=True)

    assert browser.cookie() != before
    assert thief.get("/home", base_url=BASE).status_code == 303


def test_w02_no_token_reaches_the_browser(browser: Browser, stub: Stub, store: MemoryStore) -> None:
    answers = [browser.sign_in(), browser.get("/home"), browser.get("/logout")]

    shown = "".join(answer.get_data(as_text=True) + str(answer.headers) for answer in answers)
    assert stub.round == 1
    assert "secret" not in shown
    assert "secret" not in json.dumps(store.kinds["sessions"], default=str)


def test_w02_the_store_does_not_hold_the_cookie(browser: Browser, store: MemoryStore) -> None:
    browser.sign_in()

    assert browser.cookie()
    assert browser.cookie() not in json.dumps(store.kinds, default=str)


def test_w02_signing_out_ends_it_here_and_at_identity(
    app: Flask, browser: Browser, stub: Stub, store: MemoryStore
) -> None:
    browser.sign_in()
    kept, refresh = browser.cookie(), stub.refresh

    answer = browser.post("/logout")
    thief = app.test_client()
    thief.set_cookie("__Host-sid", kept, domain="localhost", secure=True)

    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert stub.bodies("/auth/revoke") == [{"refresh_token": refresh}]
    assert store.kinds["grants"] == {}
    assert browser.get("/home").status_code == 303
    assert thief.get("/home", base_url=BASE).status_code == 303


def test_signing_out_works_while_identity_is_away(browser: Browser, stub: Stub, store: MemoryStore) -> None:
    browser.sign_in()
    stub.fail("/auth/revoke", 503, "unavailable")

    assert browser.post("/logout").status_code == 303
    assert store.kinds["grants"] == {}


def test_an_idle_session_ends(browser: Browser, store: MemoryStore) -> None:
    browser.sign_in()
    store.age("sessions", "seen_at", 1801)

    assert browser.get("/home").headers["Location"] == "/login?next=/home"


def test_a_session_in_use_lives_on_and_the_clock_is_written_once_a_minute(
    browser: Browser, store: MemoryStore
) -> None:
    browser.sign_in()
    browser.get("/home")
    first = [record["seen_at"] for record in store.kinds["sessions"].values()]
    browser.get("/home")

    assert [record["seen_at"] for record in store.kinds["sessions"].values()] == first
    store.age("sessions", "seen_at", 61)
    browser.get("/home")
    assert max(r["seen_at"] for r in store.kinds["sessions"].values()) >= first[0]


def test_a_session_ends_after_its_absolute_time(browser: Browser, store: MemoryStore) -> None:
    browser.sign_in()
    store.age("sessions", "expires_at", 43201)

    assert browser.get("/home").status_code == 303


def test_an_expired_access_token_is_renewed_without_notice(
    browser: Browser, stub: Stub, store: MemoryStore
) -> None:
    browser.sign_in()
    store.age("grants", "access_until", 601)

    assert browser.get("/home").status_code == 200
    assert stub.count("/auth/refresh") == 1


def test_a_refused_access_token_is_renewed_once(browser: Browser, stub: Stub) -> None:
    browser.sign_in()
    stub.access = "changed-elsewhere"

    assert browser.get("/home").status_code == 200
    assert stub.count("/auth/refresh") == 1


def test_a_dead_family_leads_to_sign_in_and_back(browser: Browser, stub: Stub, store: MemoryStore) -> None:
    browser.sign_in()
    stub.access = stub.refresh = "revoked"

    answer = browser.get("/home")

    assert answer.headers["Location"] == "/login?next=/home"
    assert "Your session ended" in browser.get("/login").get_data(as_text=True)
    assert store.kinds["grants"] == {}


def test_twenty_requests_at_once_refresh_once(
    app: Flask, browser: Browser, stub: Stub, store: MemoryStore
) -> None:
    browser.sign_in()
    cookie = browser.cookie()
    store.age("grants", "access_until", 601)
    gate = threading.Barrier(20)

    def visit(_: int) -> int:
        client = app.test_client()
        client.set_cookie("__Host-sid", cookie, domain="localhost", secure=True)
        gate.wait()
        return client.get("/home", base_url=BASE).status_code

    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(visit, range(20)))

    assert statuses == [200] * 20
    assert stub.count("/auth/refresh") == 1


@pytest.fixture
def mongo(database: Database[dict[str, Any]]) -> MongoStore:
    """The store on a real server."""
    return MongoStore(database)


def test_the_real_store_keeps_leases_and_forgets(mongo: MongoStore) -> None:
    now = datetime.now(UTC)
    mongo.ensure_indexes()
    mongo.write("grants", "g", {"access_token": "a", "expires_at": now + timedelta(hours=1)})

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda _: mongo.lease("g", now + timedelta(seconds=5), "a"), range(8)))

    assert won.count(True) == 1
    assert not mongo.lease("g", now + timedelta(seconds=5), "other")
    mongo.write("grants", "g", {"expires_at": now - timedelta(seconds=1)})
    assert mongo.read("grants", "g") is None
    mongo.delete("grants", "g")
    assert mongo.read("grants", "g") is None


def test_a_session_survives_a_restart_of_the_portal(
    settings: PortalSettings, stub: Stub, mongo: MongoStore
) -> None:
    before = Browser(create_app(settings, stub.transport(), mongo).test_client())
    before.sign_in()

    after = Browser(create_app(settings, stub.transport(), mongo).test_client())
    after.client.set_cookie("__Host-sid", before.cookie(), domain="localhost", secure=True)

    assert "Hello, Asha" in after.get("/home").get_data(as_text=True)
    assert after.post("/courses/procure-1/enrol", page="/courses/procure-1").status_code == 303
    assert "procure-1" in stub.progress.enrolments
