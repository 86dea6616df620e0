"""Write a picture of every page, in both languages and at three widths, into screens/; a person looks at them."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.portal.browser.desk_pages import DESK
from tests.portal.browser.hub_pages import EMPTY, EMPTY_HUBS, HUBS
from tests.portal.browser.site import ARGS, CHROMIUM, Site
from tests.portal.browser.walk import begun_attempt, open_the_gate, sign_in
from tests.portal.stub import Stub

FOLDER = Path(__file__).parents[3] / "screens"
WIDTHS = (360, 768, 1280)
GUEST = {
    "first-page": "/",
    "register": "/register",
    "login": "/login",
    "forgot": "/forgot",
    "resend": "/register/resend",
    "set-password": "/set-password?token=good",
    "link-used": "/set-password?token=used",
    "logout": "/logout",
    "help": "/help",
    "accessibility": "/accessibility",
    "privacy": "/privacy",
    "terms": "/terms",
    "sitemap": "/sitemap",
    "feedback": "/feedback",
    "display": "/display",
    "offline": "/offline",
    "not-found": "/nope",
    "verify": "/verify",
    "verified": "/verify/KY-0001",
    "verify-unknown": "/verify/none",
    "course-guest": "/courses/procure-1",
}
LEARNER = {
    "onboarding": "/onboarding",
    "roles": "/onboarding/roles",
    "role": "/onboarding/roles/r2",
    "role-delete": "/onboarding/roles/r2/delete",
    "topics": "/onboarding/topics",
    "topic-new": "/onboarding/topics/new",
    "current": "/onboarding/competencies/current",
    "desired": "/onboarding/competencies/desired",
    "walkthrough": "/onboarding/walkthrough",
    "profile": "/profile",
    "profile-edit": "/profile/edit",
    "home": "/home",
    "learn": "/learn",
    "learn-found": "/learn?q=procurement&provider=istm",
    "learn-none": "/learn?q=nothing+like+it",
    "learn-topics": "/learn/topics",
    "learn-providers": "/learn/providers",
    "learn-topic": "/learn/topics/t-rti",
    "course": "/courses/procure-1",
    "course-enrolled": "/courses/finance-1",
    "course-done": "/courses/rti-1",
    "leave": "/courses/finance-1/leave",
    "review": "/courses/finance-1/review",
    "report": "/courses/finance-1/reviews/rev1/report",
    "module-1": "/courses/finance-1/m/mod1",
    "module-2": "/courses/finance-1/m/mod2",
    "test": "/courses/finance-1/assessments/as-final",
    "my-learning": "/me/learning",
    "certificates": "/me/certificates",
    "certificate": "/me/certificates/KY-0001",
    "why": "/me/why/en-finance-1",
    "competencies": "/competencies",
    "competency": "/competencies/c-comm",
    "notifications": "/notifications",
    "notification-settings": "/notifications/settings",
    "security": "/account/security",
    "factor": "/account/security/factor",
    "factor-remove": "/account/security/remove",
    "password": "/account/password",
    "search": "/search?q=finance",
}
LEARNER |= HUBS | DESK
NEWCOMER = {
    "new-onboarding": "/onboarding",
    "new-roles": "/onboarding/roles",
    "new-topics": "/onboarding/topics",
    "new-current": "/onboarding/competencies/current",
    "new-profile": "/profile/edit",
}
NEWCOMER |= EMPTY_HUBS
ATTEMPT = {
    "question-1": "/1",
    "question-2": "/2",
    "question-3": "/3",
    "question-4": "/4",
    "question-all": "/all",
    "test-review": "/review",
}


def shoot(page: Page, site: Site, pages: dict[str, str], only: list[str]) -> int:
    """Pictures of some pages in both languages at all widths; returns how many."""
    count = 0
    for name, path in pages.items():
        for code, prefix in (("en", ""), ("hi", "/hi")):
            if only and not any(word in f"{name}-{code}" for word in only):
                continue
            page.goto(site.url + prefix + path)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 800})
                page.screenshot(path=FOLDER / f"{name}-{code}-{width}.png", full_page=True)
                count += 1
    return count


def main(only: list[str]) -> None:
    """All pages, or those whose name holds one of the words."""
    FOLDER.mkdir(exist_ok=True)
    site = Site()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=ARGS)
        page = browser.new_page(reduced_motion="reduce")
        count = shoot(page, site, GUEST, only)
        sign_in(page, site.url)
        count += shoot(page, site, LEARNER, only)
        attempt = begun_attempt(page, site.url)
        count += shoot(page, site, {name: attempt + end for name, end in ATTEMPT.items()}, only)
        page.goto(f"{site.url}{attempt}/review")
        page.locator("main").get_by_role("button", name="Hand in").click()
        count += shoot(page, site, {"test-result": f"{attempt}/result"}, only)
        site.stub.down = {"catalog"}
        count += shoot(page, site, {"home-part-down": "/home", "unavailable": "/learn"}, only)
        site.stub = Stub(newcomer=True)
        page.context.clear_cookies()
        sign_in(page, site.url)
        count += shoot(page, site, NEWCOMER, only)
        open_the_gate(site)
        count += shoot(page, site, EMPTY, only)
        browser.close()
    site.close()
    print(f"{count} pictures in {FOLDER.name}/")


if __name__ == "__main__":
    main(sys.argv[1:])
