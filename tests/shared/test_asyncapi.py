"""The description of the events passes the AsyncAPI initiative's own parser."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / "tests" / "portal" / "tools"


def parsed(document: dict[str, Any]) -> tuple[int, str]:
    """What the parser says: 0 and the counts, or 1 and what is wrong."""
    command, text = ["node", "check-asyncapi.cjs"], json.dumps(document)
    done = subprocess.run(command, cwd=TOOLS, input=text, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


def test_the_description_passes_the_parser_and_a_broken_one_does_not() -> None:
    document = json.loads((ROOT / "docs" / "asyncapi.json").read_text(encoding="utf-8"))

    good, said = parsed(document)
    next(iter(document["operations"].values()))["action"] = "shout"
    broken, told = parsed(document)

    assert (good, f"{len(document['channels'])} channels" in said) == (0, True), said
    assert (broken, ".action" in told) == (1, True), told
