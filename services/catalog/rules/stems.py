"""Light stemmers: plurals and common endings of English, inflection of Hindi; no dictionaries."""

from __future__ import annotations

ENGLISH = (
    ("ations", "ate"), ("ation", "ate"), ("ingly", ""), ("edly", ""), ("ements", "e"), ("ement", "e"), ("nesses", ""),
    ("ness", ""), ("ities", "ity"), ("ies", "y"), ("ings", ""), ("ing", ""), ("ers", ""), ("er", ""), ("ed", ""),
    ("ally", "al"), ("ly", ""), ("es", ""), ("s", ""),
)  # fmt: skip
HINDI = (
    "ियों", "ियां", "ाओं", "ाएं", "ुओं", "ुएं", "ों", "ें", "ीय", "ां", "ी", "ा", "े", "ि", "ो", "ू", "ु", "ं",
)  # fmt: skip
SHORTEST = 3


def english(word: str) -> str:
    """Strip one ending when enough of the word stays; a doubled last letter and a last e go with it."""
    if not word.isascii() or len(word) <= SHORTEST or any(letter.isdigit() for letter in word):
        return word
    for ending, instead in ENGLISH:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST and not word.endswith("ss"):
            word = word[: -len(ending)] + instead
            break
    if len(word) > SHORTEST + 1 and word[-1] == word[-2] and word[-1] not in "lse":
        word = word[:-1]
    return word[:-1] if word.endswith("e") and len(word) > SHORTEST else word


def hindi(word: str) -> str:
    """Strip one ending of gender, number or case when at least two letters stay."""
    for ending in HINDI:
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            return word[: -len(ending)]
    return word
