"""Accessibility: axe and our own checks find nothing on any page, and find what is broken on purpose."""

from __future__ import annotations

from typing import Any

import pytest

from tests.portal.browser.conftest import Open
from tests.portal.browser.screens import LEARNER
from tests.portal.browser.site import Site
from tests.portal.browser.survey import AXE, OWN, axe, look
from tests.portal.browser.walk import sign_in

CORE = [
    "home",
    "roles",
    "desired",
    "learn-found",
    "course-enrolled",
    "module-1",
    "my-learning",
    "profile-edit",
    "mdo-approvals",
    "mdo-progress",
    "cbp-course",
    "spv-domains",
]
BROKEN = """() => {
  document.documentElement.removeAttribute("lang");
  document.querySelector("main").insertAdjacentHTML("beforeend",
    `<img src="/favicon.ico"><p class="k-broken-contrast">Hard to read</p><progress></progress>
     <div class="k-broken-target"><a href="#a">a</a><a href="#b">b</a></div><p class="k-broken-wide">Wide</p>`);
}"""
needs_axe = pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make browser installs it")
pytestmark = [pytest.mark.browser, needs_axe]


@pytest.mark.parametrize("name", CORE)
def test_the_pages_of_daily_use_have_no_violation(open_page: Open, site: Site, name: str) -> None:
    page = open_page()
    sign_in(page, site.url)
    page.goto(site.url + LEARNER[name])

    assert look(page) == []


def test_what_is_broken_on_purpose_is_found(open_page: Open, site: Site) -> None:
    page = open_page()
    page.route("**/portal.*.css", _with_faults)
    page.goto(f"{site.url}/login")
    page.evaluate(BROKEN)

    rules = {found.split(":")[0] for found in axe(page)}
    assert {"color-contrast", "html-has-lang", "image-alt", "target-size"} <= rules
    assert {"progress without a name", "scrolls sideways"} <= set(page.evaluate(OWN))
    assert "scrolls sideways at 320 pixels with text of 100%" in look(page)


def _with_faults(route: Any) -> None:
    """The site's style sheet with rules that are wrong on purpose."""
    answer = route.fetch()
    bad = (
        ".k-broken-contrast{color:#aaa;background:#fff}.k-broken-wide{width:90rem}"
        ".k-broken-target a{display:inline-block;width:9px;height:9px;font-size:9px;overflow:hidden}"
    )
    route.fulfill(response=answer, body=answer.text() + bad)
