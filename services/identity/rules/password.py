"""What a password must be: long, and none that others would try first (NIST SP 800-63B-4)."""

from __future__ import annotations

import re
import runpy
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from shared.errors import Refused, Unavailable

PLATFORM_WORDS = ("karmayogi", "karmyogi", "igot", "mission", "bharat", "password", "government", "india")
KEPT_FROM = 8  # Shorter words cannot be most of a password of 15 characters unless repeated.
LEFT_LEAST = 6
_RUNS = (
    "abcdefghijklmnopqrstuvwxyz" * 2,
    "0123456789" * 30,
    "qwertyuiopasdfghjklzxcvbnm" * 2,
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
)


def check_password(raw: str, own_words: Iterable[str], *, least: int, most: int) -> None:
    """Refuse a password that is too short, too long or easy to guess; blanks and every script are welcome."""
    password = unicodedata.normalize("NFC", raw)
    if len(password) < least:
        raise _refused("password_too_short", f"Use at least {least} characters; several words are easiest.")
    if len(password) > most:
        raise _refused("password_too_long", f"Use at most {most} characters.")
    folded = password.casefold()
    if _is_common(folded) or _is_repeated(folded, least) or _is_a_run(folded) or _is_of(folded, own_words):
        raise _refused(
            "password_blocked",
            "This password is easy to guess: it is common, repeats itself, or is made of your own name, "
            "address, organisation or the platform. Choose other words.",
        )


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """The block list: the packaged words of zxcvbn from 8 characters on; Unavailable without it."""
    # Running the one file keeps the package's own tables, which are several times larger, out of memory.
    found = find_spec("zxcvbn")
    try:
        lists = runpy.run_path(str(Path(found.origin or "").parent / "frequency_lists.py")) if found else {}
        words = lists["FREQUENCY_LISTS"]
    except (OSError, KeyError):
        raise Unavailable("block_list_missing", "Passwords cannot be checked now. Try again later.") from None
    return frozenset(word for name in words for word in words[name] if len(word) >= KEPT_FROM)


def _is_common(folded: str) -> bool:
    words = common_words()
    bare = re.sub(r"[\W_]+", "", folded)
    stem = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    return folded in words or bare in words or stem in words


def _is_repeated(folded: str, least: int) -> bool:
    """Whether the whole is one short piece over and over, also with signs or digits between."""
    bare = re.sub(r"[\W_]+", "", folded)
    letters = re.sub(r"[\W\d_]+", "", folded)
    texts = [bare if len(bare) >= 8 else folded, letters if len(letters) >= 10 else bare]
    return any(text.isascii() and text and _piece(text) < min(len(text), least) for text in texts)


def _piece(text: str) -> int:
    """The length of the shortest piece whose repetition, the last time perhaps cut off, is the text."""
    return next((size for size in range(1, len(text) // 2 + 1) if text.startswith(text[size:])), len(text))


def _is_a_run(folded: str) -> bool:
    bare = re.sub(r"[\W_]+", "", folded)
    return len(bare) >= 6 and any(bare in run or bare in run[::-1] for run in _RUNS)


def _is_of(folded: str, own_words: Iterable[str]) -> bool:
    """Whether little is left once the person's, the organisation's and the platform's words are taken out."""
    words = {unicodedata.normalize("NFC", word).casefold() for word in (*own_words, *PLATFORM_WORDS)}
    left = folded
    for word in sorted((word for word in words if len(word) >= 3), key=len, reverse=True):
        left = left.replace(word, " ")
    return left != folded and len(re.sub(r"[\W\d_]+", "", left)) < LEFT_LEAST


def _refused(slug: str, sentence: str) -> Refused:
    return Refused(slug, sentence, field="password")
