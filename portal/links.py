"""Addresses: return paths that stay on this site, and names of static files."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import unquote, urlsplit

STATIC = Path(__file__).parent / "static"


def safe_next(value: str | None, fallback: str = "/home") -> str:
    """Return `value` when it is a plain path of this site, else the fallback."""
    text = value or ""
    plain = unquote(unquote(text))
    for form in (text, plain):
        if not form.startswith("/") or form[1:2] in ("/", "\\"):
            return fallback
        if "\\" in form or any(ord(sign) < 33 or ord(sign) == 127 for sign in form):
            return fallback
        parts = urlsplit(form)
        if parts.scheme or parts.netloc:
            return fallback
    return text


def manifest() -> dict[str, str]:
    """Plain name -> hashed name of each built file."""
    names: dict[str, str] = json.loads((STATIC / "manifest.json").read_text(encoding="utf-8"))
    return names


class StaticLinks:
    """Gives the address of a built file; it never carries the language prefix."""

    def __init__(self) -> None:
        self._names = manifest()

    def __call__(self, name: str) -> str:
        return f"/static/{self._names[name]}"
