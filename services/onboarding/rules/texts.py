"""What people type: any script, in NFC, without signs that cannot be seen."""

from __future__ import annotations

import re
import unicodedata

from shared.errors import Refused

SHORT, LONG = 100, 1000
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.A)
_JOINERS = "\u200c\u200d"  # Indic scripts shape conjuncts with them.
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def plain(raw: str, field: str, most: int = SHORT, *, lines: bool = False) -> str:
    """A text of 1 to `most` code points with a letter or digit, outer and double blanks dropped; else Refused."""
    text = unicodedata.normalize("NFC", raw)
    if any(_is_unseen(sign, lines) for sign in text):
        raise Refused("text_not_valid", "The text holds signs that cannot be seen.", field=field)
    text = re.sub(r" {2,}", " ", text).strip()
    if not any(unicodedata.category(sign)[0] in "LN" for sign in text):
        raise Refused("text_blank", "Enter some text.", field=field)
    if len(text) > most:
        raise Refused("text_too_long", f"Use at most {most} characters.", field=field)
    return text


def _is_unseen(sign: str, lines: bool) -> bool:
    return unicodedata.category(sign) in _UNSEEN and sign not in _JOINERS and not (lines and sign in "\n\r\t")


def public_text(raw: str, field: str, most: int = SHORT) -> str:
    """A text that other services may show: `plain`, and without the sign @; else Refused."""
    text = plain(raw, field, most)
    if "@" in text:
        raise Refused("text_not_valid", "The sign @ is not used here.", field=field)
    return text


def slug(raw: str, field: str) -> str:
    """An id of small ASCII letters, digits and single hyphens, at most 64 long; else Refused."""
    if len(raw) > 64 or not SLUG.fullmatch(raw):
        raise Refused("id_not_valid", "An id has small letters a-z, digits and hyphens.", field=field)
    return raw


def slug_of(name: str, fallback: str) -> str:
    """An id made of an English name, or the fallback when nothing of it remains."""
    plainer = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plainer)[:60].strip("-") or fallback


def same(one: str, other: str) -> bool:
    """Whether two texts differ in no more than case."""
    return folded(one) == folded(other)


def folded(text: str) -> str:
    """The text as it is compared and searched."""
    return unicodedata.normalize("NFC", text).casefold()
