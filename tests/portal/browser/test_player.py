"""The player in Chromium: resume, offline, what is in the browser, weight, narrow screens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.portal.browser.conftest import Open
from tests.portal.browser.site import Site
from tests.portal.browser.walk import sign_in
from tests.portal.stub.waiting import let_things_wait

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
MODULE = "/courses/finance-1/m/mod1"


def play_to(page: Page, second: float) -> None:
    """Play until the clip is at a second, then pause."""
    page.locator("video").evaluate("v => v.play()")
    for _ in range(400):
        if page.locator("video").evaluate("v => v.currentTime") >= second:
            break
        page.wait_for_timeout(25)
    page.locator("video").evaluate("v => v.pause()")


def until(page: Page, done: Any) -> None:
    """Wait until something holds, at most ten seconds."""
    for _ in range(200):
        if done():
            return
        page.wait_for_timeout(50)
    raise AssertionError("It did not happen.")


def test_a_video_resumes_where_it_was_paused_and_sends_what_was_queued_offline(
    open_page: Open, site: Site
) -> None:
    resources = site.stub.progress.enrolments["finance-1"]["resources"]
    page = open_page()
    sign_in(page, site.url)
    page.goto(site.url + MODULE)
    play_to(page, 1.2)
    until(page, lambda: resources.get("res-video", {}).get("position", 0) > 1)
    position = resources["res-video"]["position"]

    page.reload()
    until(page, lambda: abs(page.locator("video").evaluate("v => v.currentTime") - position) < 0.1)
    assert page.locator("[data-resume]").is_visible()

    page.wait_for_timeout(300)
    page.context.set_offline(True)
    play_to(page, position + 0.8)
    until(page, lambda: "offline" in page.locator("#saved").inner_text())
    assert resources["res-video"]["position"] == position
    page.context.set_offline(False)
    until(page, lambda: resources["res-video"]["position"] > position)
    until(page, lambda: page.evaluate("Object.keys(localStorage).length") == 0)


def test_w02_neither_token_nor_person_is_in_the_browser(open_page: Open, site: Site) -> None:
    page = open_page()
    sign_in(page, site.url)
    page.goto(site.url + MODULE)
    page.context.set_offline(True)
    play_to(page, 0.5)
    until(page, lambda: page.evaluate("Object.keys(localStorage).length") == 1)

    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "secret" not in page.content() + kept + str(page.context.cookies())
    assert "Asha" not in kept
    assert "u1" not in kept


def test_the_offline_page_is_shown_without_a_connection(open_page: Open, site: Site) -> None:
    page = open_page()
    sign_in(page, site.url)
    page.goto(f"{site.url}/home")
    until(page, lambda: page.evaluate("navigator.serviceWorker.ready.then(r => Boolean(r.active))"))

    page.context.set_offline(True)
    page.goto(f"{site.url}/me/learning")

    assert page.locator("h1").inner_text() == "You are offline"


def test_a_late_part_of_home_is_filled_in_by_the_page(open_page: Open, site: Site) -> None:
    page = open_page()
    sign_in(page, site.url)

    with site.stub.holding("notifier"):
        page.goto(f"{site.url}/home")
        assert "Still loading." in page.locator("#notices").inner_text()

    page.locator("#notices", has_text="A course is due for you.").wait_for()


@pytest.mark.parametrize("path", ["/home", "/learn", "/courses/finance-1", MODULE])
def test_a_first_load_is_light(open_page: Open, site: Site, path: str) -> None:
    page = open_page(service_workers="block")
    sign_in(page, site.url)
    page.route("**/api/**", lambda route: route.abort())
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    client.send("Network.clearBrowserCache")
    sizes: list[float] = []
    client.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))

    page.goto(site.url + path, wait_until="networkidle")

    assert sum(size > 0 for size in sizes) <= 8
    assert sum(sizes) <= 60_000


def test_pages_of_a_learner_do_not_scroll_sideways_at_320_pixels(open_page: Open, site: Site) -> None:
    page = open_page(width=320)
    sign_in(page, site.url)
    let_things_wait(site.stub)
    wide = {}
    for path in (
        "/home",
        "/onboarding/roles",
        "/learn?q=procurement",
        "/courses/finance-1",
        MODULE,
        "/me/learning",
        "/me/certificates/KY-0001",
        "/me/version/en-finance-1",
        "/account",
        "/account/privacy",
        "/mdo/mandates/ma1",
        "/mdo/attendance/finance-1/res-meet",
    ):
        for prefix in ("", "/hi"):
            page.goto(site.url + prefix + path)
            wide[prefix + path] = page.evaluate("document.documentElement.scrollWidth")

    assert {path: width for path, width in wide.items() if width > 320} == {}
