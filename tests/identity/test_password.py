"""Passwords are long and not the ones that are tried first; nothing else is asked of them."""

from __future__ import annotations

import importlib.util
import runpy
from pathlib import Path

import pytest

from services.identity.rules.password import check_password, common_words
from shared.errors import Refused

OWN = ("Asha", "Rao", "asha", "rao", "bsnl", "Bharat Sanchar Nigam Limited (BSNL)", "Sanchar", "Nigam", "आशा")


def check(password: str) -> None:
    check_password(password, OWN, least=15, most=256)


@pytest.mark.parametrize(
    "password",
    [
        "seven quiet hens",
        "x7f-Qpl 93vTTa!z",
        "five wet umbrellas",
        "नीला आकाश और हरा पेड़",
        "東京の朝は静かで川が光る夜の街",
        "🌊🦚🌲🥭🛶🌙🪔🐘🎺🧵📚🏔🌾🚲🎈",
        "a b c f k w q x l z m p",
        "correct horse battery staple",
        "the bsnl office has nine old windows",
        "w" + "xyzt qlmp" * 28,
    ],
)
def test_p01_long_passwords_of_any_script_are_accepted(password: str) -> None:
    assert check(password) is None


def test_p01_fourteen_code_points_are_too_few_and_fifteen_enough() -> None:
    with pytest.raises(Refused, match="password_too_short"):
        check("quiet hens 703")
    assert check("quiet hens 7031") is None


def test_p01_code_points_are_counted_after_composition() -> None:
    with pytest.raises(Refused, match="password_too_short"):
        check("quie\u0301t hens 703")


def test_p01_more_than_256_are_refused() -> None:
    assert check(("quiet hens and 7 wolves " * 20 + "end of tale")[-256:]) is None
    with pytest.raises(Refused, match="password_too_long"):
        check("z" * 257)


def test_p02_every_listed_word_that_is_long_enough_is_refused() -> None:
    origin = importlib.util.find_spec("zxcvbn").origin  # type: ignore[union-attr]
    lists = runpy.run_path(str(Path(str(origin)).parent / "frequency_lists.py"))["FREQUENCY_LISTS"]
    long = [word for words in lists.values() for word in words if len(word) >= 15]

    assert len(long) > 300
    for word in long:
        with pytest.raises(Refused, match="password_blocked"):
            check(word)


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword", "PasswordPassword1", "password password", "sunshine-sunshine", "letmeinletmeinletmein",
        "password1234567", "1234password1234", "123456789012345", "987654321098765", "abcdefghijklmnop",
        "qwertyuiopasdfgh", "1qaz2wsx3edc4rfv", "aaaaaaaaaaaaaaaa", "abababababababab", "abcabcabcabcabca",
        "asharao-asharao1", "asha.rao@bsnl.co.in", "AshaRao1985Bsnl!", "karmayogi-2026-bsnl", "igotkarmayogi2026",
        "bharatsancharnigam", "KarmayogiBharat1", "missionkarmayogi", "government-india-1", "bsnlbsnlbsnlbsnl",
        "आशा आशा आशा आशा आशा",
    ],
)  # fmt: skip
def test_p02_what_is_tried_first_is_refused(password: str) -> None:
    with pytest.raises(Refused, match="password_blocked"):
        check(password)


def test_p02_short_words_are_not_kept_in_memory() -> None:
    assert all(len(word) >= 8 for word in common_words())


def test_p01_no_composition_rule_exists() -> None:
    assert check("onlysmallletterswithoutdigits") is None
