"""The starting dictionary is whole: ids, references, levels, both languages."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SERVICES = Path(__file__).parents[2] / "services"
SEED = SERVICES / "onboarding" / "seed"
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
DEVANAGARI = re.compile("[\u0900-\u097f]")


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def labels(value: Any) -> Iterator[dict[str, str]]:
    """Each text by language anywhere inside."""
    if isinstance(value, dict):
        if "en" in value:
            yield value
        for part in value.values():
            yield from labels(part)
    elif isinstance(value, list):
        for part in value:
            yield from labels(part)


COMPETENCIES = read(SEED / "competencies.json")
POSITIONS = read(SEED / "positions.json")
TOPICS = read(SEED / "topics.json")
TAXONOMY = read(SEED / "taxonomy.json")


@pytest.mark.parametrize(
    "rows", [COMPETENCIES, POSITIONS, TOPICS], ids=["competencies", "positions", "topics"]
)
def test_ids_are_slugs_and_names_are_unique(rows: list[Any]) -> None:
    ids = [row["_id"] for row in rows]

    assert len(set(ids)) == len(ids)
    assert all(SLUG.fullmatch(id_) for id_ in ids)
    for locale in ("en", "hi"):
        assert max(Counter(row["name"][locale] for row in rows).values()) == 1


@pytest.mark.parametrize("name", ["competencies", "positions", "topics", "taxonomy"])
def test_every_text_stands_in_both_languages(name: str) -> None:
    for label in labels(read(SEED / f"{name}.json")):
        assert set(label) == {"en", "hi"}
        assert DEVANAGARI.search(label["hi"]), label
        assert not DEVANAGARI.search(label["en"]), label
        assert all(text == text.strip() and text for text in label.values()), label


def test_the_competency_model_is_complete() -> None:
    groups = Counter(one["group"] for one in COMPETENCIES)
    kinds = Counter(one["kind"] for one in COMPETENCIES)

    assert (groups["core"], groups["leadership"], kinds["functional"]) == (8, 5, 21)
    assert kinds["behavioural"] == 13


def test_every_competency_has_five_levels_of_different_words() -> None:
    for one in COMPETENCIES:
        assert [level["level"] for level in one["levels"]] == [1, 2, 3, 4, 5]
        assert [level["name"]["en"] for level in one["levels"]] == [
            "Basic", "Proficient", "Advanced", "Expert", "Ustad",
        ]  # fmt: skip
        assert len({level["description"]["hi"] for level in one["levels"]}) == 5


def test_groups_are_named() -> None:
    assert {one["group"] for one in TOPICS} == set(TAXONOMY["topic_groups"])
    assert {one["group"] for one in COMPETENCIES} == set(TAXONOMY["competency_groups"])
    assert len(TOPICS) == 60


def test_positions_need_competencies_that_exist() -> None:
    known = {one["_id"] for one in COMPETENCIES}

    for position in POSITIONS:
        assert position["group"] in {"a", "b", "c", "d", "contractual", "other", None}
        assert position["roles"]
        for role in position["roles"]:
            assert role["activities"]
            for activity in role["activities"]:
                assert activity["competencies"]
                assert {one["competency_id"] for one in activity["competencies"]} <= known
                assert all(1 <= one["level"] <= 5 for one in activity["competencies"])


def test_identity_offers_the_same_positions_by_the_same_names() -> None:
    offered = {one["_id"]: one["name"] for one in read(SERVICES / "identity" / "seed" / "positions.json")}

    assert len(offered) >= 40
    assert offered == {one["_id"]: one["name"] for one in POSITIONS}
