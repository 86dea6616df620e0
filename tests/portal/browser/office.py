"""People with roles, each at a browser of their own, on the real platform with a second factor."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pyotp

from deploy.local.__main__ import demo_accounts
from deploy.local.stack import Stack
from services.identity.commands.bootstrap import DEMO_PASSWORD
from services.identity.rules.second_factor import STEP

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page


class Official:
    """One person in front of the site; `secret` is in the authenticator app."""

    def __init__(self, page: Page, url: str, email: str, password: str = DEMO_PASSWORD) -> None:
        self.page, self.url, self.email, self.password = page, url, email, password
        self.secret = ""
        self.main = page.locator("main")

    def go(self, path: str) -> None:
        """Open an address."""
        self.page.goto(self.url + path)

    def press(self, name: str) -> None:
        """A button or link of the page by its name, as people hear it."""
        button = self.main.get_by_role("button", name=name)
        (button if button.count() else self.main.get_by_role("link", name=name)).first.click()
        self.page.wait_for_load_state()

    def write(self, **fields: str) -> None:
        """Fill in text fields by their names."""
        for name, text in fields.items():
            self.page.fill(f"main [name='{name}']", text)

    def choose(self, **fields: str) -> None:
        """Choose in lists by the words shown."""
        for name, words in fields.items():
            option = self.page.locator(f"main select[name='{name}'] option", has_text=words).first
            self.page.select_option(f"main select[name='{name}']", option.get_attribute("value"))

    def tick(self, words: str) -> None:
        """A checkbox or radio button by its label."""
        boxes = self.page.locator("main input[type=checkbox], main input[type=radio]")
        boxes.and_(self.page.get_by_label(words)).first.check()

    def sign_in(self) -> None:
        """Address and password, and a code once there is a second factor."""
        self.go("/login")
        self.write(email=self.email, password=self.password)
        self.press("Sign in")
        if self.secret:
            # The code of the next step: the present one was used to switch the factor on.
            self.write(code=pyotp.TOTP(self.secret).at(time.time() + STEP))
            self.press("Sign in")

    def set_up_factor(self) -> None:
        """What a new administrator is led to: the secret, its first code, the recovery codes."""
        self.page.wait_for_url(f"{self.url}/account/security/factor")
        self.press("Show the secret")
        self.secret = (self.main.locator("code").first.inner_text()).replace(" ", "")
        self.write(code=pyotp.TOTP(self.secret).now())
        self.press("Switch the second factor on")
        self.main.locator(".k-codes").wait_for()

    def sign_out(self) -> None:
        """Leave."""
        self.go("/logout")
        self.press("Sign out")

    def soon(self, path: str, found: Callable[[Locator], bool], seconds: float = 20) -> None:
        """Open a page again until it shows something; events need a moment."""
        end = time.monotonic() + seconds
        while True:
            self.go(path)
            if found(self.main):
                return
            assert time.monotonic() < end, f"{path} does not show it: {self.main.inner_text()[:600]}"
            self.page.wait_for_timeout(250)


class Office:
    """The demo accounts by role, signed in the first time they are asked for."""

    def __init__(self, stack: Stack, browser: Browser) -> None:
        self.stack, self.browser = stack, browser
        self.people: dict[str, Official] = {}
        self.faults: list[str] = []
        demo_accounts(stack)

    def guest(self) -> Official:
        """Somebody at a browser that nobody used."""
        context = self.browser.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on(
            "console", lambda line: self.faults.append(line.text) if "Content Security" in line.text else None
        )
        return Official(page, self.stack.url, "")

    def person(self, email: str) -> Official:
        """A demo account; who has a role sets up the second factor first."""
        if email not in self.people:
            one = self.people[email] = self.guest()
            one.email = email
            one.sign_in()
            if not email.startswith("demo.learner"):
                one.set_up_factor()
        return self.people[email]

    def close(self) -> None:
        """Close all browsers."""
        for one in self.people.values():
            one.page.context.close()
