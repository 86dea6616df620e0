"""The pages as files: html-validate finds no error, and finds what is broken on purpose."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.portal.browser.survey import Survey

TOOLS = Path(__file__).parents[1] / "tools"
BINARY = TOOLS / "node_modules" / ".bin" / "html-validate"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.matrix,
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        not BINARY.exists(), reason="html-validate is not installed: make browser installs it"
    ),
]


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


def test_html_validate_finds_no_error_in_any_page(surveyed: Survey, tmp_path: Path) -> None:
    for name, text in surveyed.markup.items():
        (tmp_path / f"{name}.html").write_text(text, encoding="utf-8")

    assert len(list(tmp_path.iterdir())) > 240
    assert faults(tmp_path) == []


def test_html_validate_finds_what_is_broken_on_purpose(tmp_path: Path) -> None:
    (tmp_path / "broken.html").write_text('<p id="a"><div id="a"></p><img src="x">', encoding="utf-8")

    rules = {fault.split()[1] for fault in faults(tmp_path)}

    assert {"no-dup-id:", "wcag/h37:"} <= rules
