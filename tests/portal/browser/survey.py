"""What is found on a tour through all pages: axe, our own checks, reports of the policy, the markup, the links."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.portal.browser.site import Site
from tests.portal.browser.tour import Tour
from tests.portal.browser.walk import sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Response

AXE = Path(__file__).parents[1] / "tools" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIGHTS = (("light", 360), ("dark", 1280))
OWN = """() => {
  const wrong = [];
  for (const bar of document.querySelectorAll("progress, meter")) {
    if (!bar.getAttribute("aria-label") && !bar.labels.length) wrong.push("progress without a name");
  }
  if (document.querySelectorAll("h1").length !== 1) wrong.push("not one h1");
  let level = 0;
  for (const head of document.querySelectorAll("h1, h2, h3, h4")) {
    const now = Number(head.tagName[1]);
    if (now > level + 1 && level) wrong.push(`heading ${head.textContent.trim().slice(0, 40)} jumps`);
    level = now;
  }
  if (document.documentElement.scrollWidth > innerWidth + 1) wrong.push("scrolls sideways");
  return wrong;
}"""
WIDER = """(size) => {
  document.documentElement.style.fontSize = size;
  const wide = document.documentElement.scrollWidth;
  document.documentElement.style.fontSize = "";
  return wide - innerWidth;
}"""
# What is right is not described, and style sheets are not fetched again: no rule of these tags asks for either.
RUN = """(tags) => axe.run(document, {
  runOnly: { type: "tag", values: tags }, resultTypes: ["violations"], preload: false, elementRef: false,
})"""
LINKS = """() => [...document.querySelectorAll("a[href]")].map((link) => link.href.split("#")[0])
  .filter((address) => address.startsWith(`${origin}/`) && address !== location.href.split("#")[0])"""


@dataclass
class Survey:
    """All that was found in one language, by page and state."""

    faults: dict[str, list[str]] = field(default_factory=dict)
    reports: list[str] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)  # By address, of pages that answered 200.
    markup: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    broken: dict[str, int] = field(default_factory=dict)  # Links of pages that lead nowhere, with the status.

    def note(self, name: str, found: list[str]) -> None:
        """Keep faults of a page."""
        if found:
            self.faults.setdefault(name, []).extend(found)


def axe(page: Page) -> list[str]:
    """What axe finds, as rule and element; the text is evaluated, for the policy refuses a foreign script tag."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(RUN, TAGS)["violations"]
    return [f"{one['id']}: {one['nodes'][0]['target']}" for one in found]


def reflow(page: Page) -> list[str]:
    """Whether a page scrolls sideways at 320 pixels, or with text of twice the size."""
    wrong = []
    for width, size in ((320, "100%"), (1280, "200%")):
        page.set_viewport_size({"width": width, "height": 800})
        if page.evaluate(WIDER, size) > 1:
            wrong.append(f"scrolls sideways at {width} pixels with text of {size}")
    return wrong


def look(page: Page) -> list[str]:
    """The faults of the page now shown, in both colours and all widths."""
    wrong = reflow(page)
    for scheme, width in SIGHTS:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two names
        page.set_viewport_size({"width": width, "height": 800})
        wrong += [f"{scheme} {width}: {one}" for one in axe(page) + page.evaluate(OWN)]
    return wrong


def survey(browser: Browser, site: Site, prefix: str) -> Survey:
    """Look at every page in every state in one language."""
    found = Survey()
    context = browser.new_context(viewport={"width": 360, "height": 800}, service_workers="block")
    context.set_default_timeout(15_000)
    page = context.new_page()
    documents: list[Response] = []
    page.on("response", lambda answer: documents.append(answer) if is_page(answer) else None)
    page.on("pageerror", lambda error: found.reports.append(str(error)))
    page.on(
        "console", lambda line: found.reports.append(line.text) if "Content Security" in line.text else None
    )
    for name in Tour(page, site, prefix):
        found.markup[name] = documents[-1].text()
        if documents[-1].status == 200:
            found.titles[urlsplit(page.url).path] = page.title()
            found.links |= dict.fromkeys(page.evaluate(LINKS), name)
        documents.clear()
        found.note(name, look(page))
    context.close()
    found.broken = broken(browser, site, found.links)
    return found


def broken(browser: Browser, site: Site, links: dict[str, str]) -> dict[str, int]:
    """Links of pages, as a signed-in person follows them, that answer with an error; files are the gateway's."""
    context = browser.new_context(java_script_enabled=False)
    sign_in(context.new_page(), site.url)
    found = {}
    for link, name in links.items():
        if urlsplit(link).path.startswith("/api/"):
            continue
        status = context.request.get(link).status
        if status >= 400:
            found[f"{name}: {link}"] = status
    context.close()
    return found


def is_page(answer: Response) -> bool:
    """Whether an answer is the page itself."""
    return answer.request.resource_type == "document" and not 300 <= answer.status < 400
