"""Write pictures of every page into screens/: both languages, three widths, both colours; a person looks at them."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.portal.browser.site import ARGS, CHROMIUM, Site
from tests.portal.browser.tour import Tour

FOLDER = Path(__file__).parents[3] / "screens"
WIDTHS = (360, 768, 1280)
STATES = ("-refused", "-empty", "error-", "home-without-")


def sights(name: str) -> list[tuple[str, int]]:
    """In which colours and widths a page is drawn: a refused or empty one on a phone only."""
    widths = WIDTHS[:1] if any(state in name for state in STATES) else WIDTHS
    return [(scheme, width) for scheme in ("light", "dark") for width in widths]


def shoot(page: Page, name: str) -> int:
    """Pictures of the page now shown; returns how many."""
    for scheme, width in sights(name):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]  # one of two
        page.set_viewport_size({"width": width, "height": 800})
        end = "" if scheme == "light" else f"-{scheme}"
        page.screenshot(path=FOLDER / f"{name}-{width}{end}.png", full_page=True)
    return len(sights(name))


def main(only: list[str]) -> None:
    """All pages, or those whose name holds one of the words."""
    FOLDER.mkdir(exist_ok=True)
    site, count = Site(), 0
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=ARGS)
        for code, prefix in (("en", ""), ("hi", "/hi")):
            page = browser.new_context(service_workers="block").new_page()
            for name in Tour(page, site, prefix):
                if not only or any(word in f"{name}-{code}" for word in only):
                    count += shoot(page, f"{name}-{code}")
            page.context.close()
        browser.close()
    site.close()
    print(f"{count} pictures in {FOLDER.name}/")


if __name__ == "__main__":
    main(sys.argv[1:])
