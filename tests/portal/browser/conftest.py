"""One Chromium and one portal on the stub for all browser tests; pages that fail for a dialog or a report."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.portal.browser.site import ARGS, CHROMIUM, Site
from tests.portal.browser.survey import Survey, survey
from tests.portal.stub import Stub

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Open = Callable[..., "Page"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; its absence fails where CI=true."""
    if not CHROMIUM.exists() and os.environ.get("CI") != "true":
        pytest.skip("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=ARGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def running() -> Iterator[Site]:
    """The portal on a free port of the loopback."""
    site = Site()
    yield site
    site.close()


@pytest.fixture
def site(running: Site) -> Site:
    """The running portal with a fresh stub behind it."""
    running.stub = Stub()
    return running


@pytest.fixture(scope="session", params=["", "/hi"], ids=["english", "hindi"])
def surveyed(chromium: Browser, running: Site, request: pytest.FixtureRequest) -> Survey:
    """Every page in every state, looked at once in a language for all tests."""
    return survey(chromium, running, request.param)


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Open]:
    """Makes pages; fails the test for a dialog, a script error or a report of the policy on any of them."""
    contexts: list[Any] = []
    faults: list[str] = []

    def make(javascript: bool = True, width: int = 360, **more: Any) -> Page:
        size = {"width": width, "height": 800}
        context = chromium.new_context(java_script_enabled=javascript, viewport=size, **more)
        contexts.append(context)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("dialog", lambda dialog: (faults.append(dialog.message), dialog.dismiss())[1])
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if "Content Security" in line.text else None)
        return page

    yield make
    for context in contexts:
        context.close()
    assert faults == []
