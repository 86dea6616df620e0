"""The starting catalogue is whole: references, languages, answers, files, captions."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

SERVICES = Path(__file__).parents[2] / "services"
SEED = SERVICES / "catalog" / "seed"
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
DEVANAGARI = re.compile("[\u0900-\u097f]")
LATIN = re.compile("[A-Za-z]")
TAGS = {
    "h2",
    "h3",
    "p",
    "ul",
    "ol",
    "li",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "blockquote",
    "strong",
    "em",
}
HEADS = {".pdf": b"%PDF-", ".webm": b"\x1a\x45\xdf\xa3", ".vtt": b"WEBVTT", ".mp3": b"ID3"}
SUFFIXES = {"pdf": ".pdf", "video": ".webm", "audio": ".mp3"}
MIB = 1024 * 1024


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def ids_of(path: str) -> set[str]:
    return {one["_id"] for one in read(SERVICES / path)}


COURSES = [read(path) for path in sorted((SEED / "courses").glob("*.json"))]
FILES = {f"files/{path.name}": path for path in sorted((SEED / "files").iterdir())}
RICH = {course["_id"] for course in COURSES if any(FILES.get(one["file"]) for one in [
    part for module in course["modules"] for part in module["resources"] if part["kind"] == "video"])}  # fmt: skip
each_course = pytest.mark.parametrize("course", COURSES, ids=[one["_id"] for one in COURSES])


def resources(course: Any) -> list[Any]:
    return [one for module in course["modules"] for one in module["resources"]]


def questions(course: Any) -> list[Any]:
    return [one for assessment in course["assessments"] for one in assessment["questions"]]


def labels(value: Any) -> Iterator[dict[str, str]]:
    """Each text by language anywhere inside; lists of keywords and captions are judged elsewhere."""
    if isinstance(value, dict):
        if {"en", "hi"} & set(value) and all(isinstance(text, str) for text in value.values()):
            yield value
        for part in value.values():
            yield from labels(part)
    elif isinstance(value, list):
        for part in value:
            yield from labels(part)


class Page(HTMLParser):
    """Collects tags, attributes and text of one page, and whether its tags are balanced."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str | None]] = set()
        self.open: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.open.append(tag)
        self.attributes |= set(attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_there_are_sixty_courses_of_twelve_providers() -> None:
    providers = ids_of("catalog/seed/providers.json")

    assert len(COURSES) == len({one["_id"] for one in COURSES}) == 60
    assert len(providers) == 12
    assert {one["provider_id"] for one in COURSES} == providers
    assert len(RICH) == 12


def every_reference_exists(course: Any) -> None:
    competencies = ids_of("onboarding/seed/competencies.json")

    assert set(course["topics"]) <= ids_of("onboarding/seed/topics.json")
    assert course["topics"]
    assert {one["competency_id"] for one in course["competencies"]} <= competencies
    assert {one["competency_id"] for one in questions(course)} <= competencies
    assert all(1 <= one["level"] <= 5 for one in [*course["competencies"], *questions(course)])
    assert course["owner_mdo_id"] in {None, *ids_of("identity/seed/mdos.json")}
    assert course["open"] or course["owner_mdo_id"]


def ids_are_unique_in_the_course(course: Any) -> None:
    for group in (course["modules"], resources(course), course["assessments"], questions(course)):
        assert max(Counter(one["id"] for one in group).values()) == 1
    assert SLUG.fullmatch(course["_id"])


def texts_stand_in_the_languages_promised(course: Any) -> None:
    names = {key: course[key] for key in ("title", "summary", "description", "objectives", "prerequisites")}
    whole = [*labels(names), *labels([one["title"] for one in [*course["modules"], *resources(course)]])]

    assert all(set(one) == {"en", "hi"} for one in [*whole, *labels(course["assessments"])])
    for page in [one["html"] for one in resources(course) if one["kind"] == "html"]:
        assert set(page) == set(course["locales"])
    assert all(course["keywords"][locale] for locale in ("en", "hi"))


def hindi_is_hindi_and_english_is_english(course: Any) -> None:
    texts = {key: value for key, value in course.items() if key != "assessments"}

    for label in labels(texts):
        hindi = label.get("hi", "देवनागरी")
        if not hindi.startswith("files/"):
            assert DEVANAGARI.search(hindi) or not LATIN.search(hindi), label
    for question in questions(course):
        assert DEVANAGARI.search(question["text"]["hi"])
        assert DEVANAGARI.search(question["explanation"]["hi"]) or not LATIN.search(
            question["explanation"]["hi"]
        )
    assert not DEVANAGARI.search(course["title"]["en"] + course["description"]["en"])
    assert any(DEVANAGARI.search(word) for word in course["keywords"]["hi"])


def every_question_can_be_answered(course: Any) -> None:
    for one in questions(course):
        if one["kind"] in {"single", "multiple"}:
            options = [option["id"] for option in one["options"]]
            assert len(set(options)) == len(options) >= 2
            assert set(one["correct"]) <= set(options)
            assert len(one["correct"]) == 1 if one["kind"] == "single" else len(one["correct"]) >= 2
            assert all(
                len({option["text"][locale] for option in one["options"]}) == len(options)
                for locale in ("en", "hi")
            )
        elif one["kind"] == "fill_in":
            assert one["accepted"]
            assert all(answer == answer.strip() and answer for answer in one["accepted"])
        else:
            assert set(one["pairs"]) == {left["id"] for left in one["left"]}
            assert set(one["pairs"].values()) == {right["id"] for right in one["right"]}


def one_final_assessment_ends_the_course(course: Any) -> None:
    finals = [one for one in course["assessments"] if one["kind"] == "final"]

    assert len(finals) == 1
    assert 4 <= len(finals[0]["questions"]) <= 10
    assert (finals[0]["draw"] or 0) <= len(finals[0]["questions"])
    modules = {one["id"] for one in course["modules"]}
    assert all(one["module_id"] in {None, *modules} for one in course["assessments"])


def test_all_kinds_of_questions_and_resources_occur() -> None:
    assert {one["kind"] for course in COURSES for one in questions(course)} == {
        "single",
        "multiple",
        "fill_in",
        "match",
    }
    assert {one["kind"] for course in COURSES for one in resources(course)} == {
        "video", "audio", "pdf", "html", "link", "exercise", "session",
    }  # fmt: skip


def test_rich_courses_have_a_case_study_a_video_a_handout_and_practice() -> None:
    for course in (one for one in COURSES if one["_id"] in RICH):
        cases = [one["html"] for one in resources(course) if one["purpose"] == "case_study"]

        assert {"video", "pdf", "html", "exercise"} <= {one["kind"] for one in resources(course)}
        assert any(one["kind"] == "practice" for one in course["assessments"])
        assert min(len(Page(text).text.split()) for case in cases for text in case.values()) >= 370


def pages_hold_simple_tags_only_and_enough_to_read(course: Any) -> None:
    for one in [one for one in resources(course) if one["kind"] == "html"]:
        for text in one["html"].values():
            page = Page(text)

            assert page.tags <= TAGS
            assert page.attributes <= {("scope", "col")}
            assert not page.open
            assert len(page.text.split()) >= 65
            assert "**" not in page.text
            for table in re.findall(r"<table>.*?</table>", text, re.DOTALL):
                rows = [len(re.findall(r"<t[hd][ >]", row)) for row in table.split("<tr>")[1:]]
                assert len(set(rows)) == 1, table


def each_resource_holds_what_its_kind_needs(course: Any) -> None:
    for one in resources(course):
        needs = {"html": "html", "link": "link_url", "exercise": "task", "session": "session"}.get(
            one["kind"], "file"
        )

        assert one[needs]
        assert one["seconds"] > 0
        assert (one["link_url"] or "https://x.example/").split("/")[2].endswith(".example")
        if one["session"]:
            assert one["session"]["starts_at"] < one["session"]["ends_at"]


def files_exist_and_are_what_their_names_say(course: Any) -> None:
    for one in [one for one in resources(course) if one["file"]]:
        path = FILES[one["file"]]

        assert path.suffix == SUFFIXES[one["kind"]]
        assert path.read_bytes().startswith(HEADS[path.suffix])
        if one["kind"] == "pdf":
            assert len(pypdfium2.PdfDocument(path)) == one["pages"]


def each_video_has_captions_in_both_languages_that_fit_it(course: Any) -> None:
    for one in [one for one in resources(course) if one["kind"] == "video"]:
        assert set(one["captions"]) == {"en", "hi"}
        for locale, name in one["captions"].items():
            text = FILES[name].read_text(encoding="utf-8")
            times = [
                int(minute) * 60 + int(second)
                for minute, second in re.findall(r"00:(\d\d):(\d\d)\.000", text)
            ]

            assert text.startswith("WEBVTT\n\n")
            assert times[0] == 0
            assert times[-1] == one["seconds"]
            assert all(earlier <= later for earlier, later in pairwise(times))
            assert bool(DEVANAGARI.search(text)) is (locale == "hi")
            assert DEVANAGARI.search(one["transcript"]["hi"])


def test_no_file_is_left_over_and_all_are_small() -> None:
    used = {
        name
        for course in COURSES
        for one in resources(course)
        for name in [one["file"], *one["captions"].values()]
    }

    assert set(FILES) == used - {None}
    assert max(path.stat().st_size for path in FILES.values()) < MIB / 3
    assert sum(path.stat().st_size for path in FILES.values()) < 8 * MIB


def test_the_table_of_searches_names_courses_of_the_catalogue() -> None:
    table = read(Path(__file__).parent / "queries.json")
    known = {one["_id"] for one in COURSES}

    assert len(table) == len({one["q"] for one in table}) == 60
    assert all(one["first"] and set(one["first"]) <= known for one in table)


def faults(course: Any, checks: tuple[Callable[[Any], None], ...]) -> list[str]:
    """What each check finds wrong with a course, by the name of the check."""
    found = []
    for check in checks:
        try:
            check(course)
        except AssertionError as wrong:
            found.append(f"{check.__name__}: {wrong}")
    return found


@each_course
def test_the_structure_of_a_course_is_whole(course: Any) -> None:
    assert faults(course, STRUCTURE) == []


@each_course
def test_the_texts_of_a_course_are_whole(course: Any) -> None:
    assert faults(course, TEXTS) == []


STRUCTURE = (
    every_reference_exists,
    ids_are_unique_in_the_course,
    every_question_can_be_answered,
    one_final_assessment_ends_the_course,
    each_resource_holds_what_its_kind_needs,
    files_exist_and_are_what_their_names_say,
)
TEXTS = (
    texts_stand_in_the_languages_promised,
    hindi_is_hindi_and_english_is_english,
    pages_hold_simple_tags_only_and_enough_to_read,
    each_video_has_captions_in_both_languages_that_fit_it,
)
