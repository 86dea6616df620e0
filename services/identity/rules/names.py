"""Names of people and positions: any script, nothing that could break a mail header."""

from __future__ import annotations

import unicodedata

from shared.errors import Refused

LENGTH_MOST = 100
_SIGNS = frozenset(" .'’-")
_JOINERS = frozenset("\u200c\u200d")  # Indic scripts shape conjuncts with them.
_TITLE_SIGNS = frozenset("&,/()+:")


def person_name(raw: str, field: str) -> str:
    """A name of 1 to 100 letters, marks, dots, apostrophes, hyphens and blanks, in NFC; else Refused."""
    name = unicodedata.normalize("NFC", raw).strip(" ")
    if not (1 <= len(name) <= LENGTH_MOST and all(_is_of_name(sign) for sign in name) and _has_letter(name)):
        raise Refused(
            "name_not_valid",
            "A name has 1 to 100 letters of any script, with dots, apostrophes, hyphens and blanks.",
            field=field,
        )
    return name


def position_title(raw: str, field: str) -> str:
    """A position in the person's own words; also digits and signs such as & , / ( ); else Refused."""
    title = unicodedata.normalize("NFC", raw).strip(" ")
    fits = all(_is_of_name(sign) or sign.isdecimal() or sign in _TITLE_SIGNS for sign in title)
    if not (1 <= len(title) <= LENGTH_MOST and fits and _has_letter(title)):
        raise Refused(
            "position_not_valid",
            "A position has 1 to 100 letters, digits, blanks and signs such as & , / ( ).",
            field=field,
        )
    return title


def display_name(first_name: str, last_name: str) -> str:
    """How a person is addressed."""
    return f"{first_name} {last_name}"


def _is_of_name(sign: str) -> bool:
    return sign in _SIGNS or sign in _JOINERS or unicodedata.category(sign)[0] in "LM"


def _has_letter(text: str) -> bool:
    return any(unicodedata.category(sign)[0] == "L" for sign in text)
