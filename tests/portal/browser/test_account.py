"""The own data and another address in Chromium, without JavaScript and with it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.portal.browser.conftest import Open
from tests.portal.browser.site import Site
from tests.portal.browser.walk import sign_in
from tests.portal.stub import PASSWORD
from tests.portal.stub.privacy import copy_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
NEW = "asha.gill@bsnl.co.in"


def press(page: Page, name: str) -> None:
    """Press a button of the page, by the name people hear."""
    page.locator("main").get_by_role("button", name=name).first.click()
    page.wait_for_load_state()


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_a_person_consents_takes_a_copy_asks_for_erasure_and_keeps_the_account(
    open_page: Open, site: Site, tmp_path: Path, javascript: bool
) -> None:
    page, own = open_page(javascript=javascript), site.stub.privacy
    own.archive = _archive()
    sign_in(page, site.url)
    page.goto(f"{site.url}/account")
    page.get_by_role("link", name="Privacy: your data, copies, erasure").click()

    press(page, "I accept this notice")
    assert [(one["version"], one["locale"]) for one in own.consents] == [("2026-11", "en")]
    press(page, "Ask for a copy")
    own.copies[0] = copy_of(own.copies[0]["id"], "ready")
    page.get_by_role("link", name="Check again").click()
    with page.expect_download() as begun:
        page.get_by_role("button", name="Fetch the copy").click()
    begun.value.save_as(tmp_path / "own.zip")
    assert zipfile.ZipFile(tmp_path / "own.zip").namelist() == ["identity.json"]

    page.get_by_role("link", name="What is erased and what is kept").click()
    assert "The audit log, with your id alone: 400 days." in page.locator("main").inner_text()
    page.fill("#password", "not mine")
    press(page, "Erase my account in 48 hours")
    assert page.title().startswith("Error:")
    page.fill("#password", PASSWORD)
    press(page, "Erase my account in 48 hours")
    assert "22 Nov 2026, 15:00" in page.locator("main").inner_text()
    press(page, "Cancel: keep my account")
    assert own.due_at is None

    page.get_by_role("link", name="See the list").click()
    assert "opened your account" in page.locator("main table").first.inner_text()


def test_another_address_holds_once_its_link_was_confirmed(open_page: Open, site: Site) -> None:
    page = open_page(javascript=False)
    sign_in(page, site.url)
    page.goto(f"{site.url}/account/email")
    page.fill("#email", NEW)
    page.fill("#password", PASSWORD)
    press(page, "Send the link")
    assert NEW in page.locator("main .govuk-inset-text").inner_text()

    page.goto(f"{site.url}/confirm-email?token=address")
    assert page.url == f"{site.url}/confirm-email"
    press(page, "Confirm the new address")

    assert page.url == f"{site.url}/login"
    assert site.stub.me["email"] == NEW


def _archive() -> bytes:
    """A small archive as identity makes it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("identity.json", "{}")
    return made.getvalue()
