"""Bits by word and facet value: whatever came and went, they say what a plain count says."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

from services.catalog.app import Parts
from services.catalog.search import DIMENSIONS, Asked
from services.catalog.search.postings import RARE, Postings

COLOURS = ("red", "green", "blue", "grey")


def test_counts_equal_plain_counts_while_courses_come_change_and_go() -> None:
    chance, postings, plain = random.Random(3), Postings(), dict[str, dict[str, set[str]]]()
    for step in range(RARE * 8):
        id_ = f"c{chance.randrange(RARE * 3)}"
        if chance.random() < 0.2:
            postings.drop(id_)
            plain.pop(id_, None)
        else:
            held = {"colour": set(chance.sample(COLOURS, 2)), "word": {f"w{step % 40}", "all"}}
            postings.put(id_, held)
            plain[id_] = held
        if step % 97 == 0 or step == RARE * 8 - 1:
            expected = Counter(value for held in plain.values() for value in held["colour"])
            among = Counter(
                value for held in plain.values() if "w7" in held["word"] for value in held["colour"]
            )

            assert postings.everything().bit_count() == len(plain)
            assert postings.bits("word", "all") == postings.everything()
            assert postings.counts("colour", postings.everything()) == expected
            assert postings.counts("colour", postings.bits("word", "w7")) == among
    assert len(plain) > RARE


def test_what_nobody_holds_is_nothing() -> None:
    postings = Postings()
    postings.put("a", {"colour": {"red"}})
    postings.put("a", {"colour": {"blue"}})
    postings.drop("unknown")

    assert postings.bits("colour", "red") == postings.bits("shape", "round") == 0
    assert postings.counts("colour", postings.everything()) == {"blue": 1}


def test_counts_are_those_of_the_hits_for_any_text_and_filter(shelf: tuple[Any, Parts]) -> None:
    searching = shelf[1].searching
    texts = (
        "", "procurement", "procurment", "fin", "finanse", "right to information", "RTI government", "वित्त", "नामहीन",
    )  # fmt: skip
    filters: tuple[dict[str, tuple[str, ...]], ...] = (
        {}, {"locale": ("hi",)}, {"topic": ("finance", "rti")}, {"competency": ("rti",), "level": ("1", "3")},
    )  # fmt: skip

    for text in texts:
        for chosen in filters:
            found = searching.search(Asked(text, chosen, limit=100))
            for name in DIMENSIONS:
                for value, count in found.counts[name].items():
                    left_out = {name, "level"} if name == "competency" else {name}
                    rest = {key: values for key, values in chosen.items() if key not in left_out}
                    narrowed = searching.search(Asked(text, rest | {name: (value,)}, facets=False))
                    assert narrowed.total == count, (text, chosen, name, value)
