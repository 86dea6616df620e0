"""What a person may rely on, in Chromium: one effect for a double click, a visible focus, text that stays text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.portal.browser.conftest import Open
from tests.portal.browser.screens import GUEST, LEARNER
from tests.portal.browser.site import Site
from tests.portal.browser.test_journey import HOSTILE
from tests.portal.browser.walk import sign_in
from tests.portal.stub import ME, PASSWORD, Stub

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
STOPS = 60
# The element with focus: its name, whether its looks changed with the focus, and what lies over its middle.
FOCUS = """() => {
  const now = document.activeElement;
  if (!now || now === document.body) return null;
  const box = now.getBoundingClientRect();
  const label = now.id && document.querySelector(`label[for="${CSS.escape(now.id)}"]`);
  const drawn = label && box.width && Number(getComputedStyle(now).opacity) === 0 ? label : now;
  const looks = () => ["", "::before", "::after"].map((part) => {
    const style = getComputedStyle(drawn, part || null);
    return [style.outline, style.boxShadow, style.backgroundColor, style.borderColor, style.color].join();
  }).join(";");
  const seen = looks();
  const x = Math.min(Math.max(box.x + box.width / 2, 0), innerWidth - 1);
  const y = box.y + box.height / 2;
  const over = document.elementFromPoint(x, y);
  const hidden = y < 0 || y > innerHeight || !(over && (now.contains(over) || over.contains(now) || over === label));
  now.blur();
  const plain = looks();
  now.focus({ preventScroll: true });
  return { name: `${now.tagName} ${now.id || now.textContent.trim().slice(0, 40)}`, same: seen === plain, hidden };
}"""


def stops(page: Page) -> list[dict[str, object]]:
    """Each stop of Tab on a page, from the first to the last."""
    found: list[dict[str, object]] = []
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None or (found and stop == found[0]):
            break
        found.append(stop)
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["register", "roles", "current", "home", "learn", "course", "profile-edit"])
def test_the_focus_is_seen_at_each_stop_of_tab(open_page: Open, site: Site, name: str, scheme: str) -> None:
    page = open_page(width=1280, color_scheme=scheme)
    if name in LEARNER:
        sign_in(page, site.url)
    page.goto(site.url + (GUEST | LEARNER)[name])

    found = stops(page)

    assert len(found) > 10
    assert [stop for stop in found if stop["same"] or stop["hidden"]] == []


@pytest.mark.parametrize("javascript", [True, False])
def test_a_double_click_and_a_reload_have_one_effect(open_page: Open, site: Site, javascript: bool) -> None:
    site.stub = Stub(newcomer=True)
    page = open_page(javascript=javascript)
    sign_in(page, site.url)
    page.goto(f"{site.url}/onboarding/roles")
    page.fill("#title", "Buying for the office")
    page.fill("#activity", "Compare offers")
    page.get_by_role("button", name="Add", exact=True).first.dblclick()
    page.locator("main h3", has_text="Buying for the office").wait_for()
    page.reload()

    assert [role["title"] for role in site.stub.onboarding.roles] == ["Buying for the office"]
    assert page.locator("main h3", has_text="Buying for the office").count() == 1


def test_a_session_that_ended_comes_back_to_where_one_was(open_page: Open, site: Site) -> None:
    page = open_page()
    sign_in(page, site.url)
    site.store.kinds["grants"].clear()
    page.goto(f"{site.url}/hi/me/learning?state=active")
    assert "/hi/login" in page.url
    page.fill("#email", ME["email"])
    page.fill("#password", PASSWORD)
    page.click("main form button[type=submit]")

    page.wait_for_url(f"{site.url}/hi/me/learning?state=active")


def test_n05_hostile_titles_and_reviews_make_no_dialog_and_no_report(open_page: Open, site: Site) -> None:
    page = open_page()
    sign_in(page, site.url)
    course = site.stub.catalog.courses["finance-1"]
    for title, review, author in zip(HOSTILE[::3], HOSTILE[1::3], HOSTILE[2::3], strict=True):
        course |= {"title": {"en": title}, "keywords": [review], "summary": {"en": author}}
        site.stub.catalog.reviews[0] |= {"text": review, "author_label": author}
        site.stub.catalog.html = f"<p>Read</p>{title}{review}{author}"
        site.stub.progress.enrolments["finance-1"]["title"] = {"en": title}
        for path in ("/learn", "/courses/finance-1", "/courses/finance-1/m/mod1", "/me/learning"):
            page.goto(site.url + path)
            strange = page.locator(
                "main script, iframe, object, embed, base, main [onerror], main form[action^='//']"
            )
            assert (page.url, strange.count()) == (site.url + path, 0)
