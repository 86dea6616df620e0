"""One grammar decides what an address is, one policy whose addresses may register."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity.rules.address import ADDRESS, canonical_address, domain_mode
from shared.errors import Refused

DOMAINS = ("bsnl.co.in", "gov.in", "nic.in")
SEPARATORS = [*" ,;:|&%!/\\\"'()<>[]{}@#$?=*^~`\t\n\r\v\f\0", "\u2028", "\u00a0", "\u200b", "%0a", "@@"]
FOLDING = [
    "\u212a",
    "\u0131",
    "\u017f",
    "\u0130",
    "\uff0e",
    "\u3002",
    "\u200b",
    "\uff20",
    "\ufb01",
    "\u0430",
    "é",
]


def entry(name: str, *, below: bool = False, mode: str = "direct") -> dict[str, object]:
    return {"name": name, "include_subdomains": below, "mode": mode}


EXACT = [entry(name) for name in DOMAINS]
BELOW = [entry(name, below=True) for name in DOMAINS]


def joined(domain: str, separator: str) -> list[str]:
    foreign, own = "eve@evil.example", f"eve@{domain}"
    return [
        f"{foreign}{separator}{own}",
        f"{own}{separator}{foreign}",
        f"{foreign}{separator}@{domain}",
        f"{separator}{own}",
        f"{own}{separator}",
    ]


@pytest.mark.parametrize("domain", DOMAINS)
def test_r02_case_variants_are_one_address(domain: str) -> None:
    assert canonical_address(f"Asha.RAO@{domain.upper()}") == f"asha.rao@{domain}"


@pytest.mark.parametrize(("domain", "separator"), list(product(DOMAINS, SEPARATORS)))
def test_r01_two_mailboxes_in_one_text_are_refused(domain: str, separator: str) -> None:
    for text in joined(domain, separator):
        with pytest.raises(Refused, match="address_not_valid"):
            canonical_address(text)


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize(
    "pattern",
    [
        "@{d}", "{d}", "eve@", "", "@", "eve", ".eve@{d}", "eve.@{d}", "e..ve@{d}", "eve@{d}.", "eve@.{d}",
        "eve@-{d}", "eve@evil-.{d}", "eve@{d}..", "eve@[127.0.0.1]", "eve@localhost", "eve@evil.example@{d}",
        "@evil.example:eve@{d}", "evil.example!eve@{d}", "eve%evil.example@{d}", '"eve"@{d}', '"e ve"@{d}',
        "eve(x)@{d}", "(x)eve@{d}", "eve@(x){d}", "<eve@{d}>", "Eve <eve@{d}>", "g:eve@{d};",
        "=?utf-8?q?eve?=@{d}", "eve+tag@{d}", "-eve@{d}", "eve-@{d}", "_eve@{d}", "eve@xn--{d}", "eve@xn--a.{d}",
        "eve@{d}\n", "\neve@{d}", "eve @{d}", "eve@ {d}", "eve\0@{d}", "eve@{d}\0", "eve'@{d}",
    ],
)  # fmt: skip
def test_r04_other_forms_are_refused(domain: str, pattern: str) -> None:
    with pytest.raises(Refused, match="address_not_valid"):
        canonical_address(pattern.replace("{d}", domain))


@pytest.mark.parametrize(("domain", "letter"), list(product(DOMAINS, FOLDING)))
def test_r05_letters_that_only_look_like_ascii_are_refused(domain: str, letter: str) -> None:
    for text in (
        f"eve{letter}@{domain}",
        f"{letter}@{domain}",
        f"eve@{domain[:-1]}{letter}",
        f"eve@{letter}{domain}",
    ):
        with pytest.raises(Refused, match="address_not_valid"):
            canonical_address(text)


@pytest.mark.parametrize("raw", [None, 5, True, [], {}, {"$gt": ""}, b"eve@gov.in", ["eve@gov.in"]])
def test_n01_only_a_text_is_an_address(raw: object) -> None:
    with pytest.raises(Refused, match="address_not_valid"):
        canonical_address(raw)


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("a" * 64 + "@gov.in", True),
        ("a" * 65 + "@gov.in", False),
        ("a@" + "b" * 63 + ".in", True),
        ("a@" + "b" * 64 + ".in", False),
        ("a" * 60 + "@" + ".".join(["b" * 63, "c" * 63, "d" * 60, "in"])[: 254 - 61], True),
        ("a" * 64 + "@" + ".".join(["b" * 63] * 3), False),
    ],
)
def test_r01_lengths_end_at_64_63_and_254(text: str, good: bool) -> None:
    assert len(text) <= 254 or not good
    if good:
        assert canonical_address(text) == text
    else:
        with pytest.raises(Refused, match="address_not_valid"):
            canonical_address(text)


@pytest.mark.parametrize("domain", DOMAINS)
def test_r03_exact_domains_admit_no_neighbour(domain: str) -> None:
    for foreign in (
        f"mail.{domain}",
        f"evil{domain}",
        f"{domain}.evil.example",
        f"{domain}x",
        f"evil-{domain}",
        "in",
    ):
        with pytest.raises(Refused, match="domain_not_allowed"):
            domain_mode(f"eve@{foreign}", EXACT)


@pytest.mark.parametrize("domain", DOMAINS)
def test_r03_subdomains_match_only_behind_a_dot(domain: str) -> None:
    assert domain_mode(f"eve@mail.{domain}", BELOW) == "direct"
    for foreign in (f"evil{domain}", f"{domain}.evil.example", f"evil-{domain}"):
        with pytest.raises(Refused, match="domain_not_allowed"):
            domain_mode(f"eve@{foreign}", BELOW)


def test_the_longest_entry_decides_the_mode() -> None:
    entries = [entry("gov.in", below=True), entry("dept.gov.in", below=True, mode="approval")]

    assert domain_mode("eve@x.dept.gov.in", entries) == "approval"
    assert domain_mode("eve@other.gov.in", entries) == "direct"


def test_a_refused_domain_is_told_what_is_allowed() -> None:
    with pytest.raises(Refused) as caught:
        domain_mode("eve@gmail.com", EXACT)

    assert caught.value.fields.keys() == {"email"}
    assert all(name in caught.value.sentence for name in DOMAINS)


@given(st.text(max_size=300))
def test_r01_whatever_is_accepted_is_lower_ascii_with_one_at(text: str) -> None:
    try:
        found = canonical_address(text)
    except Refused:
        return

    assert found.isascii()
    assert found == found.lower()
    assert found.count("@") == 1
    assert ADDRESS.fullmatch(found)
