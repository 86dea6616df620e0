"""Every page in every state and both languages: no violation, no report, no broken link, markup without errors."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.portal.browser.survey import AXE, Survey

TOOLS = Path(__file__).parents[1] / "tools"
BINARY = TOOLS / "node_modules" / ".bin" / "html-validate"
needs_axe = pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make browser installs it")
needs_validator = pytest.mark.skipif(
    not BINARY.exists(), reason="html-validate is not installed: make browser installs it"
)
pytestmark = [pytest.mark.browser, pytest.mark.matrix, pytest.mark.timeout(600)]


@needs_axe
def test_no_page_in_any_state_has_a_violation_or_scrolls_sideways(surveyed: Survey) -> None:
    assert len(surveyed.markup) > 240
    assert surveyed.faults == {}


@needs_axe
def test_w01_no_page_in_any_state_makes_a_report_of_the_policy(surveyed: Survey) -> None:
    assert surveyed.reports == []


@needs_axe
def test_every_page_has_a_title_of_its_own(surveyed: Survey) -> None:
    same = {title for title, count in Counter(surveyed.titles.values()).items() if count > 1}

    assert {path: title for path, title in surveyed.titles.items() if title in same} == {}


@needs_axe
def test_no_link_between_pages_is_broken(surveyed: Survey) -> None:
    assert len(surveyed.links) > 200
    assert surveyed.broken == {}


def faults(folder: Path) -> list[str]:
    """What html-validate finds in the files of a folder: file, line, rule."""
    command = [str(BINARY), "--config", str(TOOLS / "htmlvalidate.json"), "--formatter", "json", str(folder)]
    report = folder.with_suffix(".json")
    with report.open("wb") as out:  # A long report does not fit into a pipe: the tool ends before it is read.
        done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, check=False, timeout=300)
    found = json.loads(report.read_text(encoding="utf-8") or "[]")
    assert done.returncode in (0, 1), done.stderr
    return [
        f"{Path(one['filePath']).name}:{fault['line']} {fault['ruleId']}: {fault['message']}"
        for one in found
        for fault in one["messages"]
    ]


@needs_validator
def test_html_validate_finds_no_error_in_any_page(surveyed: Survey, tmp_path: Path) -> None:
    for name, text in surveyed.markup.items():
        (tmp_path / f"{name}.html").write_text(text, encoding="utf-8")

    assert len(list(tmp_path.iterdir())) > 240
    assert faults(tmp_path) == []


@needs_validator
def test_html_validate_finds_what_is_broken_on_purpose(tmp_path: Path) -> None:
    (tmp_path / "broken.html").write_text('<p id="a"><div id="a"></p><img src="x">', encoding="utf-8")

    rules = {fault.split()[1] for fault in faults(tmp_path)}

    assert {"no-dup-id:", "wcag/h37:"} <= rules
