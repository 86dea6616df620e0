"""The pages as files: html-validate finds no error, and finds what is broken on purpose."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.portal.browser.conftest import Open
from tests.portal.browser.hub_pages import EMPTY
from tests.portal.browser.screens import ATTEMPT, GUEST, LEARNER, NEWCOMER
from tests.portal.browser.site import Site
from tests.portal.browser.walk import begun_attempt, open_the_gate, sign_in
from tests.portal.stub import Stub

if TYPE_CHECKING:
    from playwright.sync_api import Page

TOOLS = Path(__file__).parents[1] / "tools"
BINARY = TOOLS / "node_modules" / ".bin" / "html-validate"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.matrix,
    pytest.mark.timeout(300),
    pytest.mark.skipif(
        not BINARY.exists(), reason="html-validate is not installed: make browser installs it"
    ),
]


def faults(folder: Path) -> list[str]:
    """What html-validate finds in the files of a folder: file, line, rule."""
    command = [str(BINARY), "--config", str(TOOLS / "htmlvalidate.json"), "--formatter", "json", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    found = json.loads(done.stdout or "[]")
    assert done.returncode in (0, 1), done.stderr
    return [
        f"{Path(one['filePath']).name}:{fault['line']} {fault['ruleId']}: {fault['message']}"
        for one in found
        for fault in one["messages"]
    ]


def keep(page: Page, folder: Path, url: str, pages: dict[str, str]) -> None:
    """Write pages as the server sends them, in both languages."""
    for name, path in pages.items():
        for prefix in ("", "/hi"):
            text = page.request.get(url + prefix + path).text()
            (folder / f"{name}{prefix.replace('/', '-')}.html").write_text(text, encoding="utf-8")


def test_html_validate_finds_no_error_in_any_page(open_page: Open, site: Site, tmp_path: Path) -> None:
    page = open_page(javascript=False)
    keep(page, tmp_path, site.url, GUEST)
    sign_in(page, site.url)
    attempt = begun_attempt(page, site.url)
    keep(page, tmp_path, site.url, LEARNER | {name: attempt + end for name, end in ATTEMPT.items()})
    site.stub.down = {"catalog"}
    keep(page, tmp_path, site.url, {"home-part-down": "/home", "unavailable": "/learn"})
    site.stub = Stub(newcomer=True)
    page.context.clear_cookies()
    sign_in(page, site.url)
    keep(page, tmp_path, site.url, NEWCOMER)
    open_the_gate(site)
    keep(page, tmp_path, site.url, EMPTY)

    assert len(list(tmp_path.iterdir())) > 140
    assert faults(tmp_path) == []


def test_html_validate_finds_what_is_broken_on_purpose(tmp_path: Path) -> None:
    (tmp_path / "broken.html").write_text('<p id="a"><div id="a"></p><img src="x">', encoding="utf-8")

    rules = {fault.split()[1] for fault in faults(tmp_path)}

    assert {"no-dup-id:", "wcag/h37:"} <= rules
