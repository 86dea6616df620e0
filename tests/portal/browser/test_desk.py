"""The role portals in Chromium, without JavaScript: what each kind of administrator does from end to end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.portal.browser.conftest import Open
from tests.portal.browser.site import FILES, Site
from tests.portal.browser.walk import sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def press(page: Page, name: str) -> None:
    """Press a button of the page, by the name people hear."""
    page.locator("main").get_by_role("button", name=name).first.click()
    page.wait_for_load_state()


def test_an_administrator_approves_mandates_and_watches(open_page: Open, site: Site) -> None:
    page, desk = open_page(javascript=False), site.stub.desk
    sign_in(page, site.url)
    page.goto(f"{site.url}/mdo/approvals")
    press(page, "Approve चित्रा नायर")
    press(page, "Approve बलजीत सिंह")
    assert (desk.people.registrations, desk.onboarding.changes) == ([], [])

    page.goto(f"{site.url}/mdo/mandates/new")
    page.fill("#title_en", "Rules")
    page.fill("#title_hi", "नियम")
    page.fill("#find_words", "procurement")
    press(page, "Find")
    page.locator("input[name=course_ids]").first.check()
    page.locator("input[name=mdo_ids]").last.check()
    page.fill("#due", "2027-03-31")
    page.fill("#reason", "Order of the ministry")
    press(page, "Save as a draft")
    press(page, "Try it")
    assert "12" in page.locator("#tried").inner_text()
    press(page, "Publish")
    assert desk.progress.mandates["ma2"]["status"] == "published"

    page.goto(f"{site.url}/mdo/progress")
    assert "18" in page.locator("main table").first.inner_text()


def test_an_administrator_changes_a_mandate_sees_what_it_does_and_publishes_it(
    open_page: Open, site: Site
) -> None:
    page, mandate = open_page(javascript=False), site.stub.desk.progress.mandates["ma1"]
    sign_in(page, site.url)
    page.goto(f"{site.url}/mdo/mandates/ma1")
    page.get_by_role("link", name="Change the mandate").click()
    mandate["version"] = 2
    page.fill("#due", "2027-06-30")
    page.fill("#reason", "Order of the ministry")
    press(page, "Save")
    assert "What is stored now" in page.locator("main").inner_text()
    assert page.input_value("#reason") == "Order of the ministry"
    press(page, "Save")

    saved = page.locator("main table").first.inner_text()
    assert "Order of the ministry" in saved
    assert "30 Jun 2027" in saved
    assert mandate["rule"]["reason"] == "वार्षिक प्रशिक्षण"
    press(page, "Try it")
    assert "12" in page.locator("#tried").inner_text()
    press(page, "Publish the change")
    assert mandate["rule"]["reason"] == "Order of the ministry"
    assert page.locator("#changes").count() == 0


def test_an_administrator_answers_a_dispute_and_marks_who_was_there(open_page: Open, site: Site) -> None:
    page, claims = open_page(javascript=False), site.stub.desk.claims
    sign_in(page, site.url)
    page.goto(f"{site.url}/mdo/disputes")
    page.locator("main h2 a").first.click()
    page.fill("#text", "Read it for a minute more.")
    press(page, "Send the answer")
    assert claims.disputes["di1"]["status"] == "answered"

    page.goto(f"{site.url}/mdo/attendance")
    page.locator("main h2 a").first.click()
    page.locator("main ul.k-plain a").first.click()
    page.locator("input[name=user_ids]").first.check()
    press(page, "Mark present")
    assert claims.present == {"u2": True, "u9": True}


def test_a_provider_authors_uploads_and_submits_and_a_reviewer_publishes(open_page: Open, site: Site) -> None:
    page, desk = open_page(javascript=False), site.stub.desk
    sign_in(page, site.url)
    page.goto(f"{site.url}/cbp/new")
    page.fill("#title_en", "Tenders")
    page.select_option("#provider_id", "istm")
    press(page, "Begin")
    page.get_by_role("link", name="Files").click()
    page.select_option("#kind", "captions")
    page.set_input_files("#file", FILES / "en.vtt")
    press(page, "Upload")
    assert b"".join(desk.catalog.pieces) == (FILES / "en.vtt").read_bytes()

    page.goto(f"{site.url}/cbp/courses/new-1")
    page.get_by_role("link", name="Add a module").click()
    page.fill("#title_en", "First")
    press(page, "Save")
    page.select_option("#kind", "html")
    press(page, "Add")
    page.fill("#title_en", "Read this")
    page.fill("#html_en", "<p>Text</p>")
    press(page, "Save")
    page.goto(f"{site.url}/cbp/courses/new-1")
    press(page, "Send to review")
    page.get_by_role("link", name="Review it").click()
    page.get_by_label("Approve: it can be published").check()
    press(page, "Decide")
    press(page, "Publish")

    course = desk.catalog.courses["new-1"]
    assert (course["status"], course["modules"][0]["resources"][0]["html"]) == (
        "published",
        {"en": "<p>Text</p>"},
    )


def test_the_platform_adds_a_domain_and_grants_a_role(open_page: Open, site: Site) -> None:
    page, desk = open_page(javascript=False), site.stub.desk
    sign_in(page, site.url)
    page.goto(f"{site.url}/spv/domains")
    page.fill("#name", "drdo.in")
    page.fill("#reason", "A new organisation")
    press(page, "Ask")
    assert desk.people.asked[-1]["name"] == "drdo.in"
    press(page, "Approve gov.in")
    assert desk.people.asked[0]["status"] == "approved"

    page.goto(f"{site.url}/spv/people/u2")
    page.select_option("#role", "CONTENT_REVIEWER")
    press(page, "Grant")
    assert desk.people.grants["u2"][0]["role"] == "CONTENT_REVIEWER"


def test_figures_are_drawn_where_scripts_run(open_page: Open, site: Site) -> None:
    page = open_page(width=1280)
    sign_in(page, site.url)
    page.goto(f"{site.url}/mdo/progress")

    page.locator(".k-drawing canvas").wait_for()
    assert "Nov 2026" in page.locator("#months").inner_text()
