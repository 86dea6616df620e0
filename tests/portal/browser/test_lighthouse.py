"""Lighthouse on eight pages, on a simulated cheap phone and slow network; a busy machine costs points."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.portal.browser.conftest import Open
from tests.portal.browser.screens import GUEST, LEARNER
from tests.portal.browser.site import ARGS, CHROMIUM, Site
from tests.portal.browser.walk import sign_in

BINARY = Path(__file__).parents[1] / "tools" / "node_modules" / ".bin" / "lighthouse"
LEAST = {"performance": 90, "accessibility": 95, "best-practices": 95}
PAGES = ["login", "register", "home", "learn", "course", "module-1", "my-learning", "certificate"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.matrix,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not BINARY.exists(), reason="Lighthouse is not installed: make browser installs it"),
]


def scores(url: str, cookie: str, report: Path) -> tuple[dict[str, int], list[str]]:
    """The score of each category in percent, and the audits that were not passed."""
    command = [
        str(BINARY), url, "--quiet", "--output=json", f"--output-path={report}",
        f"--only-categories={','.join(LEAST)}", f"--chrome-flags=--headless=new {' '.join(ARGS)}",
        f"--extra-headers={json.dumps({'Cookie': cookie} if cookie else {})}", "--no-enable-error-reporting",
    ]  # fmt: skip
    environment = {**os.environ, "CHROME_PATH": str(CHROMIUM)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=180, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(report.read_text(encoding="utf-8"))
    assert found.get("runtimeError") is None
    weighty = {
        one["id"] for part in found["categories"].values() for one in part["auditRefs"] if one["weight"]
    }
    failed = [name for name in sorted(weighty) if (found["audits"][name]["score"] or 0) < 0.9
              and found["audits"][name]["scoreDisplayMode"] in ("binary", "numeric", "metricSavings")]  # fmt: skip
    return {name: round(100 * part["score"]) for name, part in found["categories"].items()}, failed


@pytest.mark.parametrize("name", PAGES)
def test_lighthouse_is_content(open_page: Open, site: Site, tmp_path: Path, name: str) -> None:
    page = open_page(javascript=False)
    cookie = ""
    if name in LEARNER:
        sign_in(page, site.url)
        cookie = "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies())

    found, failed = scores(site.url + (GUEST | LEARNER)[name], cookie, tmp_path / "report.json")

    print(name, found, failed)
    assert {part: found[part] for part, least in LEAST.items() if found[part] < least} == {}, failed
