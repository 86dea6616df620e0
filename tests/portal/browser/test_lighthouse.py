"""Lighthouse on eight pages, on a simulated cheap phone and slow network."""

from __future__ import annotations

import json
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.portal.browser.conftest import Open
from tests.portal.browser.screens import GUEST, LEARNER
from tests.portal.browser.site import ARGS, CHROMIUM, Site
from tests.portal.browser.walk import sign_in

BINARY = Path(__file__).parents[1] / "tools" / "node_modules" / ".bin" / "lighthouse"
LEAST = {"performance": 90, "accessibility": 95, "best-practices": 95, "seo": 95}
MOST = {"largest-contentful-paint": 1800, "total-blocking-time": 50, "cumulative-layout-shift": 0.05}
PAGES = ["login", "register", "home", "learn", "course", "module-1", "my-learning", "certificate"]
# A busy machine takes points from a page and never gives any: the best of some runs is the nearest to the truth.
RUNS = 4
pytestmark = [
    pytest.mark.browser,
    pytest.mark.matrix,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not BINARY.exists(), reason="Lighthouse is not installed: make browser installs it"),
]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """One Chromium for all pages, ended by its own id: the one that Lighthouse starts may stay behind."""
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed")
    with tempfile.TemporaryDirectory(prefix="karmayogi-lighthouse-", ignore_cleanup_errors=True) as folder:
        command = [str(CHROMIUM), *ARGS, "--headless=new", "--remote-debugging-port=0",
                   f"--user-data-dir={folder}", "about:blank"]  # fmt: skip
        browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield _port(Path(folder) / "DevToolsActivePort", browser)
        finally:
            browser.send_signal(signal.SIGTERM)
            try:
                browser.wait(10)
            except subprocess.TimeoutExpired:
                browser.kill()
                browser.wait(10)


def _port(file: Path, browser: subprocess.Popen[bytes]) -> int:
    """Where the browser listens, once it has written it down."""
    end = time.monotonic() + 30
    while not (file.exists() and file.read_text().strip()):
        assert browser.poll() is None, "Chromium ended at once"
        assert time.monotonic() < end, "Chromium does not say where it listens"
        time.sleep(0.1)
    return int(file.read_text().split()[0])


def looked_at(url: str, cookie: str, port: int, report: Path) -> dict[str, Any]:
    """Lighthouse's report on one page."""
    parts = [name for name in LEAST if name != "seo" or not cookie]  # Crawlers see the public pages only.
    command = [
        str(BINARY), url, "--quiet", "--output=json", f"--output-path={report}", f"--port={port}",
        f"--only-categories={','.join(parts)}", "--no-enable-error-reporting",
        f"--extra-headers={json.dumps({'Cookie': cookie} if cookie else {})}",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    assert found.get("runtimeError") is None
    return found


def shortfalls(found: dict[str, Any]) -> dict[str, float]:
    """Scores below and times above their targets, with the audits that cost them."""
    scores = {name: round(100 * part["score"]) for name, part in found["categories"].items()}
    values = {name: round(found["audits"][name]["numericValue"], 3) for name in MOST}
    low = {name: score for name, score in scores.items() if score < LEAST[name]}
    return low | {name: value for name, value in values.items() if value > MOST[name]}


def costly(found: dict[str, Any]) -> list[str]:
    """The audits with weight that were not passed."""
    weighty = {
        one["id"] for part in found["categories"].values() for one in part["auditRefs"] if one["weight"]
    }
    return [name for name in sorted(weighty) if (found["audits"][name]["score"] or 0) < 0.9
            and found["audits"][name]["scoreDisplayMode"] in ("binary", "numeric", "metricSavings")]  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_lighthouse_is_content(open_page: Open, site: Site, port: int, tmp_path: Path, name: str) -> None:
    page = open_page(javascript=False)
    cookie = ""
    if name in LEARNER:
        sign_in(page, site.url)
        cookie = "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies())
    seen = []
    for _ in range(RUNS):
        found = looked_at(site.url + (GUEST | LEARNER)[name], cookie, port, tmp_path / "report.json")
        seen.append((shortfalls(found), costly(found), found["environment"]["benchmarkIndex"]))
        if not seen[-1][0]:
            break

    assert seen[-1][0] == {}, seen
