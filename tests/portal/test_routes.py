"""The golden list of pages."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

GOLDEN = Path(__file__).parent / "routes.txt"


def routes(app: Flask) -> list[str]:
    """Method and path of each route."""
    return sorted(
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    )


def test_the_routes_are_the_golden_list(app: Flask) -> None:
    assert "\n".join(routes(app)) + "\n" == GOLDEN.read_text(encoding="utf-8")
