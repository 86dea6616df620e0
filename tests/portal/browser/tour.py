"""Every page in every state, one after the other: filled, refused, failed, empty; for axe, markup and pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from playwright.sync_api import Page

from tests.portal.browser.screens import ATTEMPT, GUEST, LEARNER, NEWCOMER, WAITING
from tests.portal.browser.site import Site
from tests.portal.browser.walk import begun_attempt, sign_in
from tests.portal.stub import CODE, ME, PASSWORD, Stub
from tests.portal.stub.waiting import let_things_wait
from tests.portal.test_pages import pages

SERVICES = ("identity", "onboarding", "catalog", "progress", "notifier", "community")
GUEST_FORMS = ("register", "login", "forgot", "resend", "set-password")
FORMS = (
    "role", "topic-new", "profile-edit", "leave", "review", "report", "why", "factor-remove", "password",
    "mdo-invite", "mdo-bulk", "mdo-mandate-new", "cbp-new", "cbp-edit", "cbp-files", "cbp-review", "spv-unit-new",
    "spv-domains", "spv-providers", "frac-new", "frac-edit", "frac-import", "discuss-ask", "mdo-opening-new",
    "organise-new",
)  # fmt: skip
SEND_EMPTY = """() => {
  const many = (form) => form.querySelectorAll("input:not([type=hidden]), textarea, select").length;
  const forms = [...document.querySelectorAll("main form[method=post]")].sort((a, b) => many(b) - many(a));
  for (const field of forms[0].querySelectorAll("input, textarea, select")) {
    if (["checkbox", "radio"].includes(field.type)) field.checked = false;
    else if (field.type !== "hidden") field.value = "";
  }
  forms[0].noValidate = true;
  const buttons = [...forms[0].querySelectorAll("button:not([name])")];
  forms[0].requestSubmit(buttons.at(-1) || null);
}"""


class Tour:
    """One way through the site in one language; each step yields the name of the page and state now shown."""

    def __init__(self, page: Page, site: Site, prefix: str = "") -> None:
        self.page, self.site, self.prefix = page, site, prefix

    def __iter__(self) -> Iterator[str]:
        yield from self._as_guest()
        yield from self._as_learner()
        yield from self._failed()
        yield from self._as_newcomer()
        yield from self._with_second_factor()

    def _enter(self, stub: Stub) -> None:
        self.page.context.clear_cookies()
        self.site.stub = stub
        sign_in(self.page, self.site.url, self.prefix)

    def _go(self, path: str) -> int:
        answer = self.page.goto(self.site.url + self.prefix + path)
        return answer.status if answer else 0

    def _open(self, places: Mapping[str, str], state: str = "") -> Iterator[str]:
        for name, path in places.items():
            self._go(path)
            yield name + state

    def _sent_empty(self, places: Mapping[str, str], names: tuple[str, ...]) -> Iterator[str]:
        """Forms that come back with what is missing."""
        for name in names:
            self._go(places[name])
            with self.page.expect_navigation():
                self.page.evaluate(SEND_EMPTY)
            assert self.page.locator(".govuk-error-summary").count(), f"{name} is not refused"
            yield f"{name}-refused"

    def _as_guest(self) -> Iterator[str]:
        self.page.context.clear_cookies()
        self.site.stub = Stub()
        yield from self._open(GUEST)
        yield from self._sent_empty(GUEST, GUEST_FORMS)

    def _as_learner(self) -> Iterator[str]:
        self._enter(Stub())
        yield from self._open(LEARNER | self._others())
        yield from self._sent_empty(LEARNER, FORMS)
        attempt = begun_attempt(self.page, self.site.url + self.prefix)
        yield from self._open({name: attempt + end for name, end in ATTEMPT.items()})
        self.page.locator("main form[action$='/submit'] button").click()
        self.page.wait_for_url("**/result")
        yield "test-result"
        let_things_wait(self.site.stub)
        yield from self._open(WAITING)

    def _others(self) -> dict[str, str]:
        """Pages of the list of routes that no list names: a new page is looked at from its first day."""
        named = {path.split("?")[0] for path in (GUEST | LEARNER).values()}
        elsewhere = (
            "/attempts/",
            "/competencies/t-",
            "/providers/t-",
        )  # Begun later; a topic is neither of these.
        late = [p for p in pages(self.site.app) if p not in named and not any(one in p for one in elsewhere)]
        return {path.strip("/").replace("/", "-").replace(".", "-"): path for path in late}

    def _failed(self) -> Iterator[str]:
        for service in SERVICES:
            self.site.stub.down = {service}
            self._go("/home")
            yield f"home-without-{service}"
        self.site.stub.down = {"catalog"}
        yield from self._open(
            {"unavailable": "/learn", "roles": "/onboarding/competencies/current"}, "-failed"
        )
        self.site.stub.down = set()
        self._go("/mdo/people/nobody")
        yield "admin-not-found"
        for status in (403, 409, 410, 413, 429):
            self.site.stub.fail("catalog/search", status, "refused", headers={"Retry-After": "30"})
            assert self._go("/learn") == status
            yield f"error-{status}"
        self.site.stub.overrides.clear()
        self._go("/frac/edit/positions/p1")
        self.page.locator("input[name=version]").evaluate("e => { e.value = '1'; }")
        self.page.locator("main form button").last.click()
        self.page.locator(".govuk-inset-text").wait_for()
        yield "edited-elsewhere"

    def _as_newcomer(self) -> Iterator[str]:
        self._enter(Stub(newcomer=True))
        yield from self._open(NEWCOMER)
        yield from self._sent_empty(NEWCOMER, ("new-profile",))
        self.site.stub.onboarding.state, self.site.stub.onboarding.fields["group"] = "done", "b"
        for name, path in LEARNER.items():
            if self._go(path) == 200:
                yield f"{name}-empty"

    def _with_second_factor(self) -> Iterator[str]:
        self._enter(Stub())
        self._go("/account/security/factor")
        self.page.locator("main form button").last.click()
        self.page.locator("#code").wait_for()
        yield "factor-secret"
        self.page.fill("#code", CODE)
        self.page.locator("main form button").last.click()
        self.page.locator(".k-codes").wait_for()
        yield "factor-codes"
        self.page.context.clear_cookies()
        self._go("/login")
        self.page.fill("#email", ME["email"])
        self.page.fill("#password", PASSWORD)
        self.page.locator("main form button[type=submit]").last.click()
        self.page.locator("#code").wait_for()
        yield "login-code"
