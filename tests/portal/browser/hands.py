"""How a person uses a page: by pointer, or by keyboard alone."""

from __future__ import annotations

from babel.messages.pofile import read_po
from playwright.sync_api import Locator, Page

import portal

PO = f"{portal.__path__[0]}/translations/hi/LC_MESSAGES/messages.po"


def say(locale: str) -> dict[str, str]:
    """The site's texts in a language, by the English one."""
    if locale == "en":
        return {}
    with open(PO, "rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id and isinstance(m.id, str)}


class Pointer:
    """Clicks and fills in."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        """A button, a link, a summary."""
        target.click()

    def write(self, target: Locator, text: str) -> None:
        """A text field."""
        target.fill(text)

    def tick(self, target: Locator) -> None:
        """A checkbox."""
        target.check()

    def pick(self, target: Locator) -> None:
        """A radio button."""
        target.check()

    def choose(self, target: Locator, value: str) -> None:
        """An option of a select."""
        target.select_option(value)


class Keyboard(Pointer):
    """Tab, Enter, Space, arrows and letters; nothing is clicked."""

    def reach(self, target: Locator) -> None:
        """Go forward by Tab until the target has the focus, at most once around the page."""
        target.wait_for()
        if self.page.evaluate("document.activeElement === document.body"):
            self.page.keyboard.press("Tab")  # The skip link comes first and leads past the menu.
            if target.evaluate("e => Boolean(e.closest('main'))"):
                self.page.keyboard.press("Enter")
        for _ in range(200):
            if target.evaluate("e => e === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach {target}")

    def press(self, target: Locator) -> None:
        self.reach(target)
        self.page.keyboard.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        self.reach(target)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def tick(self, target: Locator) -> None:
        self.reach(target)
        self.page.keyboard.press("Space")

    def pick(self, target: Locator) -> None:
        name = target.get_attribute("name")
        first = self.page.locator(f'input[name="{name}"]').first
        self.reach(first)
        self.page.keyboard.press("Space")
        for _ in range(12):
            if target.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"The arrows do not reach {target}")

    def choose(self, target: Locator, value: str) -> None:
        self.reach(target)
        for _ in range(60):
            if target.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"The arrows do not reach {value}")
