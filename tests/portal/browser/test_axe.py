"""Accessibility: axe finds nothing on the pages, and finds what is broken on purpose; our own checks beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.portal.browser.conftest import Open
from tests.portal.browser.hub_pages import EMPTY
from tests.portal.browser.screens import ATTEMPT, GUEST, LEARNER, NEWCOMER
from tests.portal.browser.site import Site
from tests.portal.browser.walk import begun_attempt, open_the_gate, sign_in
from tests.portal.stub import Stub

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE = Path(__file__).parents[1] / "tools" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CORE = [
    "home",
    "roles",
    "desired",
    "learn-found",
    "course-enrolled",
    "module-1",
    "my-learning",
    "profile-edit",
]
OWN = """() => {
  const wrong = [];
  for (const bar of document.querySelectorAll("progress, meter")) {
    if (!bar.getAttribute("aria-label") && !bar.labels.length) wrong.push("progress without a name");
  }
  if (document.querySelectorAll("h1").length !== 1) wrong.push("not one h1");
  let level = 0;
  for (const head of document.querySelectorAll("h1, h2, h3, h4")) {
    const now = Number(head.tagName[1]);
    if (now > level + 1 && level) wrong.push(`heading ${head.textContent.trim().slice(0, 40)} jumps`);
    level = now;
  }
  if (document.documentElement.scrollWidth > innerWidth + 1) wrong.push("scrolls sideways");
  return wrong;
}"""
BROKEN = """() => {
  document.documentElement.removeAttribute("lang");
  document.querySelector("main").insertAdjacentHTML("beforeend",
    `<img src="/favicon.ico"><p class="k-broken-contrast">Hard to read</p><progress></progress>
     <div class="k-broken-target"><a href="#a">a</a><a href="#b">b</a></div>`);
}"""
needs_axe = pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make browser installs it")
pytestmark = [pytest.mark.browser, needs_axe]


def axe(page: Page) -> list[str]:
    """What axe finds, as rule and element; the text is evaluated, for the policy refuses a foreign script tag."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(
        "t => axe.run(document, {runOnly: {type: 'tag', values: t}})", TAGS
    )["violations"]
    return [f"{one['id']}: {one['nodes'][0]['target']}" for one in found]


def check(page: Page, site: Site, pages: dict[str, str], prefix: str = "") -> dict[str, list[str]]:
    """The faults of some pages, by name."""
    faults: dict[str, list[str]] = {}
    for name, path in pages.items():
        page.goto(site.url + prefix + path)
        faults[name + prefix] = axe(page) + page.evaluate(OWN)
    return {name: found for name, found in faults.items() if found}


def test_the_pages_of_daily_use_have_no_violation(open_page: Open, site: Site) -> None:
    page = open_page()
    sign_in(page, site.url)

    assert check(page, site, {name: LEARNER[name] for name in CORE}) == {}


def test_what_is_broken_on_purpose_is_found(open_page: Open, site: Site) -> None:
    page = open_page()
    page.route("**/portal.*.css", _with_faults)
    page.goto(f"{site.url}/login")
    page.evaluate(BROKEN)

    rules = {found.split(":")[0] for found in axe(page)}
    assert {"color-contrast", "html-has-lang", "image-alt", "target-size"} <= rules
    assert "progress without a name" in page.evaluate(OWN)


def _with_faults(route: Any) -> None:
    """The site's style sheet with two rules that are wrong on purpose."""
    answer = route.fetch()
    bad = (
        ".k-broken-contrast{color:#aaa;background:#fff}"
        ".k-broken-target a{display:inline-block;width:9px;height:9px;font-size:9px;overflow:hidden}"
    )
    route.fulfill(response=answer, body=answer.text() + bad)


@pytest.mark.matrix
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("prefix", ["", "/hi"])
def test_no_page_has_a_violation(open_page: Open, site: Site, prefix: str, scheme: str, width: int) -> None:
    page = open_page(width=width, color_scheme=scheme)
    faults = check(page, site, GUEST, prefix)
    sign_in(page, site.url, prefix)
    faults |= check(page, site, LEARNER, prefix)
    attempt = begun_attempt(page, site.url)
    faults |= check(page, site, {name: attempt + end for name, end in ATTEMPT.items()}, prefix)
    site.stub.down = {"catalog"}
    faults |= check(page, site, {"home-part-down": "/home", "unavailable": "/learn"}, prefix)

    assert faults == {}


@pytest.mark.matrix
@pytest.mark.parametrize("prefix", ["", "/hi"])
def test_no_empty_or_refused_page_has_a_violation(open_page: Open, site: Site, prefix: str) -> None:
    site.stub = Stub(newcomer=True)
    page = open_page()
    sign_in(page, site.url, prefix)
    faults = check(page, site, NEWCOMER, prefix)
    open_the_gate(site)
    faults |= check(page, site, EMPTY, prefix)
    for name, path in (
        ("profile", "/profile/edit"),
        ("topic", "/onboarding/topics/new"),
        ("register", "/register"),
        ("ask", "/discuss/ask"),
        ("opening", "/mdo/openings/new"),
        ("event", "/events/organise/new"),
    ):
        page.goto(site.url + prefix + path)
        page.locator("main form button[type=submit]:not([name])").last.click()
        page.wait_for_load_state()
        faults |= {f"{name}-refused{prefix}": found for found in [axe(page) + page.evaluate(OWN)] if found}

    assert faults == {}
