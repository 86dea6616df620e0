"""The pages in Chromium: with and without JavaScript, hostile text, no report of the policy."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from werkzeug.serving import make_server

from deploy.local.stack import Stack
from portal.app import create_app
from portal.settings import PortalSettings
from tests.mailbox import Mailbox, link
from tests.portal.conftest import MemoryStore
from tests.portal.stub import ME, PASSWORD, Stub

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HOSTILE = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "{{7*7}}", "${7*7}",
    "'\"><script>alert(1)</script>", "javascript:alert(1)", "<a href=//evil.test>x</a>", "%s{}%(a)s", "\u202eevil",
    "<iframe src=//evil.test>", "<style>*{display:none}</style>", "</title><script>alert(1)</script>", "x" * 300,
    "<base href=//evil.test>", "<meta http-equiv=refresh content=0;url=//evil.test>", "<form action=//evil.test>",
    "<input onfocus=alert(1) autofocus>", "<details open ontoggle=alert(1)>", "<math><mi xlink:href=x>", "<!--",
    "]]>", "&lt;script&gt;", "<object data=//evil.test>", "<embed src=//evil.test>", "<link rel=stylesheet href=//e>",
    "<body onload=alert(1)>", "`alert(1)`", "{% include 'x' %}", "<video src=//evil.test onerror=alert(1)>",
]  # fmt: skip
pytestmark = pytest.mark.browser


@pytest.fixture
def site(stub: Stub, store: MemoryStore) -> Iterator[str]:
    """The portal on a free port of the loopback."""
    made: list[Flask] = []
    server = make_server("127.0.0.1", 0, lambda environ, start: made[0](environ, start), threaded=True)
    url = f"http://127.0.0.1:{server.server_port}"
    settings = PortalSettings(
        gateway_url="http://gateway.test", secret_key="test-only", public_url=url, environment="test"
    )
    made.append(create_app(settings, stub.transport(), store))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield url
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=[True, False], ids=["javascript", "no-javascript"])
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page that fails the test for a dialog, a script error or a report of the policy."""
    context = chromium.new_context(java_script_enabled=request.param, viewport={"width": 360, "height": 800})
    page = context.new_page()
    faults: list[str] = []
    page.on("dialog", lambda dialog: (faults.append(dialog.message), dialog.dismiss())[1])
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if "Content Security" in line.text else None)
    yield page
    context.close()
    assert faults == []


def fill(page: Page, javascript: bool) -> None:
    """Fill in the registration, with the list updated by hand where there is no JavaScript."""
    for name, value in (("first_name", "Asha"), ("last_name", "Rao"), ("email", ME["email"])):
        page.fill(f"#{name}", value)
    page.select_option("#position_id", "p1")
    for level, value in (("mdo_1", "m1"), ("mdo_2", "d1"), ("mdo_3", "o1")):
        page.select_option(f"#{level}", value)
        if not javascript and level != "mdo_3":
            page.click("button[name=update]")
    page.check("#declaration")


def sign_in(page: Page, site: str) -> None:
    """Sign in through the page."""
    page.goto(f"{site}/login")
    page.fill("#email", ME["email"])
    page.fill("#password", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_url(f"{site}/home")


def test_the_journey_from_registration_to_signing_out(
    page: Page, site: str, stub: Stub, request: pytest.FixtureRequest
) -> None:
    page.goto(f"{site}/register")
    fill(page, "no-javascript" not in request.node.name)
    page.get_by_role("button", name="Sign up").click()
    page.wait_for_url(f"{site}/register/sent")
    assert stub.bodies("/registrations")[0]["mdo_id"] == "o1"

    page.goto(f"{site}/set-password?token=good")
    assert page.url == f"{site}/set-password"
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Set password").click()
    page.wait_for_url(f"{site}/login")

    sign_in(page, site)
    assert page.get_by_role("heading", level=1).inner_text() == "Hello, Asha"
    cookie = page.context.cookies()[0]
    assert (cookie["name"], cookie["secure"], cookie["httpOnly"]) == ("__Host-sid", True, True)

    page.locator(".k-menu summary").click()
    page.locator(".k-menu").get_by_role("link", name="Sign out").click()
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.wait_for_load_state()
    page.goto(f"{site}/me/learning")
    assert "/login" in page.url
    page.go_back()
    page.wait_for_load_state()
    assert "Hello, Asha" not in page.content()


def test_w02_no_token_is_in_storage_address_or_page(
    page: Page, site: str, request: pytest.FixtureRequest
) -> None:
    sign_in(page, site)

    assert "secret" not in page.content() + page.url + str(page.context.storage_state())


def test_n05_hostile_names_make_no_dialog_and_no_report(page: Page, site: str, stub: Stub) -> None:
    sign_in(page, site)
    for first, last, position in zip(HOSTILE[::3], HOSTILE[1::3], HOSTILE[2::3], strict=True):
        stub.me |= {"first_name": first, "last_name": last, "position": {"id": "p", "name": {"en": position}}}
        page.goto(f"{site}/home")
        assert page.locator("h1").inner_text().startswith("Hello")
        assert (
            page.locator("img, iframe, object, embed, base, main svg:not(.k-bar), main script").count() == 0
        )


def test_pages_do_not_scroll_sideways_at_320_pixels(
    page: Page, site: str, request: pytest.FixtureRequest
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    for path in ("/", "/register", "/login", "/hi/", "/hi/register", "/hi/login", "/hi/privacy", "/nope"):
        page.goto(site + path)
        box = page.locator("main").bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 320


def choose(page: Page, level: str, words: str, javascript: bool) -> None:
    """Choose a unit by its name and have the next level offered."""
    value = page.locator(f"#{level} option", has_text=words).first.get_attribute("value")
    page.select_option(f"#{level}", value)
    if not javascript:
        page.click("button[name=update]")


def test_a_person_registers_and_signs_in_on_the_real_platform(
    page: Page, stack: Stack, mail: Mailbox, request: pytest.FixtureRequest
) -> None:
    javascript = "no-javascript" not in request.node.name
    email = f"asha.{'js' if javascript else 'plain'}@bsnl.co.in"
    page.goto(f"{stack.url}/register")
    for name, value in (("first_name", "Asha"), ("last_name", "Rao"), ("email", email)):
        page.fill(f"#{name}", value)
    page.select_option("#position_id", index=1)
    choose(page, "mdo_1", "Communications", javascript)
    choose(page, "mdo_2", "Telecommunications", javascript)
    page.check("#declaration")
    page.get_by_role("button", name="Sign up").click()
    page.wait_for_url(f"{stack.url}/register/sent")

    page.goto(link(mail.wait(email)[0]))
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Set password").click()
    page.wait_for_url(f"{stack.url}/login")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_url(f"{stack.url}/onboarding")
    come_in(page, stack.url)

    page.goto(f"{stack.url}/learn?q=procurement")
    assert page.locator(".k-main h2").count() >= 3
    page.goto(f"{stack.url}/courses/finance-non-finance")
    page.get_by_role("button", name="Enrol").click()
    page.get_by_role("link", name="Start").click()
    page.wait_for_url("**/courses/finance-non-finance/m/*")
    page.goto(f"{stack.url}/home/widgets/continue")
    assert "Finance" in page.locator("#continue").inner_text()


def come_in(page: Page, url: str) -> None:
    """The wizard in short, and the mandatory profile, on the real services."""
    page.get_by_role("button", name="Let’s Go").click()
    page.fill("#title", "Buying for the office")
    page.fill("#activity", "Compare offers")
    page.keyboard.press("Enter")
    page.locator("main h3", has_text="Buying for the office").wait_for()
    page.locator("button[name=continue]").click()
    for step in ("topics", "competencies/current", "competencies/desired"):
        page.wait_for_url(f"{url}/onboarding/{step}")
        page.locator("button[name=skip]").click()
    page.wait_for_url(f"{url}/onboarding/walkthrough")
    page.get_by_role("button", name="Done").click()
    page.wait_for_url(f"{url}/profile/edit")
    page.select_option("#group", "b")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(f"{url}/home")
    assert page.get_by_role("heading", level=1).inner_text() == "Hello, Asha"
