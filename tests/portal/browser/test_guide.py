"""The sign-up guide from the first page to the verified certificate, in four ways of using the site."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.portal.browser.conftest import Open
from tests.portal.browser.hands import Keyboard, Pointer, say
from tests.portal.browser.site import Site
from tests.portal.stub import ME, PASSWORD, Stub

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser
MODES = {
    "javascript": (True, Pointer, "en"),
    "no-javascript": (False, Pointer, "en"),
    "keyboard": (True, Keyboard, "en"),
    "hindi": (True, Pointer, "hi"),
}


class Walk:
    """A person in front of the site in one mode; `button` and `link` find by the words of the language."""

    def __init__(self, page: Page, site: Site, mode: str) -> None:
        self.javascript, hands, self.locale = MODES[mode]
        self.page, self.site = page, site
        self.do = hands(page)
        self.words = say(self.locale)
        self.prefix = "" if self.locale == "en" else f"/{self.locale}"

    def go(self, path: str) -> None:
        """Open an address, as from a bookmark or a mail."""
        self.page.goto(self.site.url + self.prefix + path)

    def text(self, english: str) -> str:
        """The words on the page for the English ones."""
        return self.words.get(english, english)

    def named(self, role: str, english: str) -> Locator:
        """The first button or link of the main part with this name; a link may look like a button."""
        name = re.compile(r"^\s*" + re.escape(self.text(english)))
        main = self.page.locator("main")
        return main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name)).first

    def press(self, role: str, english: str) -> None:
        """Use a button or a link."""
        self.do.press(self.named(role, english))

    def at(self, path: str) -> None:
        """Wait until the page of this address is there; a pattern with *."""
        self.page.wait_for_url(f"{self.site.url}{self.prefix}{path}")

    def until(self, done: Callable[[], bool]) -> None:
        """Wait until the service knows, at most ten seconds."""
        for _ in range(200):
            if done():
                return
            self.page.wait_for_timeout(50)
        raise AssertionError("The service was not told.")

    def css(self, selector: str) -> Locator:
        """The first element."""
        return self.page.locator(selector).first


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "mode",
    [
        "javascript",
        "no-javascript",
        pytest.param("keyboard", marks=pytest.mark.matrix),
        pytest.param("hindi", marks=pytest.mark.matrix),
    ],
)
def test_the_guide_from_registering_to_the_certificate(mode: str, open_page: Open, site: Site) -> None:
    site.stub = Stub(newcomer=True)
    walk = Walk(open_page(MODES[mode][0], 1280 if mode == "keyboard" else 360), site, mode)
    for part in (
        register,
        sign_in,
        roles,
        topics,
        competencies,
        profile,
        find,
        learn,
        examine,
        achieve,
        review,
    ):
        part(walk)


def register(walk: Walk) -> None:
    """Step 1 to 3 of the guide, and the link of the mail."""
    walk.go("/")
    walk.press("button", "Register")
    walk.at("/register")
    for name, value in (("first_name", "Asha"), ("last_name", "Rao")):
        walk.do.write(walk.css(f"#{name}"), value)
    walk.do.choose(walk.css("#position_id"), "p1")
    walk.do.write(walk.css("#email"), ME["email"])
    for level, value in (("mdo_1", "m1"), ("mdo_2", "d1"), ("mdo_3", "o1")):
        walk.do.choose(walk.css(f"#{level}"), value)
        if not walk.javascript and level != "mdo_3":
            walk.do.press(walk.css("button[name=update]"))
    walk.do.tick(walk.css("#declaration"))
    walk.press("button", "Sign up")
    walk.at("/register/sent")
    walk.go("/set-password?token=good")
    walk.do.write(walk.css("#password"), PASSWORD)
    walk.press("button", "Set password")
    walk.at("/login")


def sign_in(walk: Walk) -> None:
    """Sign in and press Let's Go."""
    walk.do.write(walk.css("#email"), ME["email"])
    walk.do.write(walk.css("#password"), PASSWORD)
    walk.press("button", "Sign in")
    walk.at("/onboarding")
    walk.press("button", "Let’s Go")
    walk.at("/onboarding/roles")


def roles(walk: Walk) -> None:
    """Enter adds; edit and delete; what is typed and not added is saved on Continue."""
    made = walk.site.stub.onboarding.roles
    walk.do.write(walk.css("#title"), "Buying for the office")
    walk.do.write(walk.css("#activity"), "Write tender documents")
    walk.page.keyboard.press("Enter")
    walk.named("link", "Edit").wait_for()
    walk.press("link", "Edit")
    walk.do.write(walk.css("#title"), "Purchasing")
    walk.press("button", "Save")
    walk.at("/onboarding/roles")
    walk.do.write(walk.css("#title"), "Files")
    walk.press("button", "Add")
    walk.page.locator("main h3", has_text="Files").wait_for()
    walk.do.press(walk.page.locator("main li.k-card", has_text="Files").locator('a[href$="/delete"]').first)
    walk.press("button", "Delete")
    walk.at("/onboarding/roles")
    walk.do.write(walk.css(f"#activity_{made[0]['id']}"), "Compare offers")
    walk.press("button", "Continue")
    walk.at("/onboarding/topics")
    assert [(r["title"], [a["text"] for a in r["activities"]]) for r in made] == [
        ("Purchasing", ["Write tender documents", "Compare offers"])
    ]


def topics(walk: Walk) -> None:
    """Choose a topic, add one, go on."""
    walk.do.tick(walk.css("#topic-t-procure"))
    walk.press("button", "Add topic")
    walk.at("/onboarding/topics/new")
    walk.do.write(walk.css("#name"), "Drone survey")
    walk.do.write(walk.css("#reason"), "New work")
    walk.press("button", "Propose the topic")
    walk.at("/onboarding/topics")
    assert "Drone survey" in walk.css("main").inner_text()
    walk.press("button", "Continue")
    walk.at("/onboarding/competencies/current")
    assert walk.site.stub.onboarding.topics == ["t-procure"]


def competencies(walk: Walk) -> None:
    """Current with a level, desired with a higher one, the walkthrough, Done."""
    for which, level, after in (("current", 2, "competencies/desired"), ("desired", 3, "walkthrough")):
        summary = walk.page.locator(
            "summary", has=walk.page.locator(":scope", has_text=re.compile("procurement|खरीद"))
        )
        walk.do.press(summary.first)
        walk.do.pick(walk.css(f"#level-c-procure-{level}"))
        walk.press("button", "Continue")
        walk.at(f"/onboarding/{after}")
        assert getattr(walk.site.stub.onboarding, which) == {"c-procure": level}
    walk.press("button", "Done")
    walk.at("/profile/edit")


def profile(walk: Walk) -> None:
    """The mandatory profile opens home."""
    walk.do.choose(walk.css("#group"), "b")
    walk.press("button", "Save")
    walk.at("/home")
    assert "Asha" in walk.css("h1").inner_text()


def find(walk: Walk) -> None:
    """Search, filter, open a course, enrol."""
    walk.do.press(walk.page.locator("nav").get_by_role("link", name=walk.text("Learn"), exact=True))
    walk.at("/learn")
    walk.do.write(walk.css("#q"), "procurement")
    walk.page.keyboard.press("Enter")
    walk.page.wait_for_url("**/learn?*procurement*")
    filters = walk.css("#provider-1")
    if not filters.is_visible():
        walk.do.press(walk.css(".k-facets__summary"))
    walk.do.tick(filters)
    if not walk.javascript:
        walk.press("button", "Apply filters")
    walk.page.locator(".k-chip").wait_for()
    walk.do.press(walk.css(".k-main h2 a"))
    walk.at("/courses/procure-1")
    walk.press("button", "Enrol")
    walk.named("button", "Start").wait_for()


def learn(walk: Walk) -> None:
    """All resources of both modules."""
    walk.press("button", "Start")
    walk.page.wait_for_url("**/m/mod1*")
    part = walk.site.stub.progress.enrolments["procure-1"]["resources"]
    if walk.javascript:
        walk.css("video").evaluate("v => { v.playbackRate = 8; return v.play(); }")
        walk.until(lambda: part.get("res-video", {}).get("status") == "completed")
    else:
        walk.press("button", "I have watched it to the end")
        walk.page.locator(".govuk-notification-banner").wait_for()
    for resource in ("res-case", "res-pdf"):
        walk.do.press(walk.css(f"#r-{resource} > form button"))
        walk.page.locator(f"#r-{resource} .govuk-tag--green").wait_for()
    walk.press("button", "Next module")
    walk.page.wait_for_url("**/m/mod2")
    walk.do.write(walk.css("#text-res-try"), "Wanted: forty chairs.")
    walk.press("button", "Hand in")
    walk.page.locator("#r-res-try .govuk-tag--green").wait_for()
    assert part["res-video"]["status"] == "completed"


def examine(walk: Walk) -> None:
    """The final test, one question to a page."""
    walk.do.press(walk.page.locator("#player nav a").last)
    walk.press("button", "Take assessment")
    answers: list[Callable[[], None]] = [
        lambda: walk.do.pick(walk.css("#a-q1-1")),
        lambda: [walk.do.tick(walk.css(f"#a-q2-{n}")) for n in (1, 2)] and None,
        lambda: walk.do.write(walk.css("#a-q3"), "government"),
        lambda: (
            [walk.do.choose(walk.css(f"#a-q4-{left}"), right) for left, right in (("l1", "r2"), ("l2", "r1"))]
            and None
        ),
    ]
    for n, answer in enumerate(answers, 1):
        walk.page.wait_for_url(f"**/attempts/at1/{n}")
        answer()
        walk.do.press(walk.css("#answers .govuk-button-group button"))
    walk.page.wait_for_url("**/review")
    walk.press("button", "Hand in")
    walk.page.wait_for_url("**/result")
    assert walk.css("h1").inner_text() == walk.text("Passed")


def achieve(walk: Walk) -> None:
    """Certificate and its public verification; the dashboard counts it."""
    walk.press("button", "Certificate")
    walk.page.wait_for_url("**/me/certificates/KY-0001")
    assert walk.css(".k-certificate img").evaluate("image => image.naturalWidth") > 0
    walk.do.press(walk.page.locator('.k-certificate a[href*="/verify/"]'))
    walk.page.wait_for_url("**/verify/KY-0001")
    assert walk.css("h1").inner_text() == walk.text("This certificate is valid")
    walk.go("/me/learning")
    assert "100%" in walk.css("main").inner_text()


def review(walk: Walk) -> None:
    """Stars and a text, shown on the page of the course."""
    walk.go("/courses/procure-1/review")
    walk.do.pick(walk.page.locator('input[name="stars"][value="4"]'))
    walk.do.write(walk.css("#text"), "Clear. स्पष्ट।")
    walk.press("button", "Save the review")
    walk.page.wait_for_url("**/courses/procure-1#reviews")
    assert "Clear. स्पष्ट।" in walk.css("#reviews").inner_text()
