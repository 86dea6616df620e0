"""Answers that all services give alike."""

from __future__ import annotations

from typing import Any

import httpx

NOW = "2026-11-20T09:30:00Z"


def items(things: list[Any], **more: Any) -> httpx.Response:
    """A list."""
    return httpx.Response(200, json={"items": things, "next_cursor": None, **more})


def told(body: Any, status: int = 200) -> httpx.Response:
    """A thing."""
    return httpx.Response(status, json=body)


def nothing() -> httpx.Response:
    """Done."""
    return httpx.Response(204)


def problem(
    status: int, slug: str, detail: str = "", errors: dict[str, list[str]] | None = None, **more: Any
) -> httpx.Response:
    """A refusal."""
    body: dict[str, Any] = {"slug": slug, "status": status, "detail": detail, **more}
    return httpx.Response(status, json=body | ({"errors": errors} if errors else {}))


def names(english: str, hindi: str = "") -> dict[str, str]:
    """A text in one or two languages."""
    return {"en": english} | ({"hi": hindi} if hindi else {})
