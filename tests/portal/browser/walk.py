"""Steps that several browser tests take."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.portal.browser.site import Site
from tests.portal.stub import ME, PASSWORD


def sign_in(page: Page, url: str, prefix: str = "") -> None:
    """Sign in through the page."""
    page.goto(f"{url}{prefix}/login")
    page.fill("#email", ME["email"])
    page.fill("#password", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_load_state()


def begun_attempt(page: Page, url: str) -> str:
    """Begin the final test of the course in progress; return the path of the attempt."""
    page.goto(f"{url}/courses/finance-1/assessments/as-final")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/attempts/*/1")
    return page.url.removeprefix(url).removesuffix("/1")


def open_the_gate(site: Site) -> None:
    """Put the wizard and the mandatory profile behind the person, so that all pages open."""
    site.stub.onboarding.state = "done"
    site.stub.onboarding.fields["group"] = "b"
