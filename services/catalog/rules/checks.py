"""What keeps a course from being reviewed and published: named by field, all at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from services.catalog.rules.media import KINDS
from services.catalog.store.shapes import resources

Document = dict[str, Any]
Problem = dict[str, str]
NEEDS = {"html": "html", "link": "link_url", "exercise": "task", "session": "session"}
FILES = {"video": "video", "audio": "audio", "pdf": "pdf"}


def problems(content: Document, files: Mapping[str, Document]) -> list[Problem]:
    """All that is missing or wrong; `files` are those of this course that are ready, by id."""
    found = [*_texts(content), *_unique(content)]
    if not any(True for _ in resources(content)):
        found.append(_problem("modules", "A course needs at least one module with a resource."))
    elif not any(one["required"] for one in resources(content)) and not content["assessments"]:
        found.append(
            _problem("modules", "At least one resource is required, or an assessment ends the course.")
        )
    for number, module in enumerate(content["modules"]):
        if not module["resources"]:
            found.append(_problem(f"modules.{number}.resources", "This module is empty."))
        for place, one in enumerate(module["resources"]):
            found += _resource(one, f"modules.{number}.resources.{place}", files)
    for number, test in enumerate(content["assessments"]):
        found += _assessment(test, f"assessments.{number}", {one["id"] for one in content["modules"]})
    if content["poster"] and content["poster"] not in files:
        found.append(_problem("poster", "This picture was not uploaded for this course."))
    return found


def _problem(field: str, sentence: str) -> Problem:
    return {"field": field, "sentence": sentence}


def _texts(content: Document) -> Iterator[Problem]:
    for name in ("title", "summary", "description"):
        for locale in content["locales"]:
            if not (content[name] or {}).get(locale):
                yield _problem(f"{name}.{locale}", f"The {name} is missing in a language of the course.")
    if not content["topics"]:
        yield _problem("topics", "Name at least one topic.")
    if not content["open"] and not content["owner_mdo_id"]:
        yield _problem("owner_mdo_id", "A course that is not open belongs to an organisation.")


def _unique(content: Document) -> Iterator[Problem]:
    groups = {
        "modules": [one["id"] for one in content["modules"]],
        "modules.resources": [one["id"] for one in resources(content)],
        "assessments": [one["id"] for one in content["assessments"]],
        "competencies": [one["competency_id"] for one in content["competencies"]],
        "topics": content["topics"],
    }
    for field, ids in groups.items():
        for id_, number in Counter(ids).items():
            if number > 1:
                yield _problem(field, f"The id {id_} stands there twice.")
    if sum(one["kind"] == "final" for one in content["assessments"]) > 1:
        yield _problem("assessments", "A course has one final assessment at most.")


def _resource(one: Document, at: str, files: Mapping[str, Document]) -> Iterator[Problem]:
    kind = one["kind"]
    if kind in NEEDS and not one[NEEDS[kind]]:
        yield _problem(f"{at}.{NEEDS[kind]}", "This is missing.")
    if kind in FILES:
        file = files.get(one["file"] or "")
        if file is None or file["mime"] not in KINDS[FILES[kind]]:
            yield _problem(f"{at}.file", f"Upload the {kind} file.")
    if kind in ("video", "audio") and not one["seconds"]:
        yield _problem(f"{at}.seconds", "Say how long it runs.")
    captions = {locale: id_ for locale, id_ in (one["captions"] or {}).items() if id_}
    for locale, id_ in captions.items():
        if files.get(id_, {}).get("mime") != "text/vtt":
            yield _problem(f"{at}.captions.{locale}", "These captions were not uploaded.")
    if kind == "video" and not captions and not one["transcript"]:
        yield _problem(f"{at}.captions", "A video needs captions or a transcript.")
    session = one["session"]
    if session and session["ends_at"] <= session["starts_at"]:
        yield _problem(f"{at}.session.ends_at", "A session ends after it starts.")


def _assessment(test: Document, at: str, modules: set[str]) -> Iterator[Problem]:
    questions = test["questions"]
    if not questions:
        yield _problem(f"{at}.questions", "This assessment has no question.")
    if test["module_id"] and test["module_id"] not in modules:
        yield _problem(f"{at}.module_id", "There is no such module.")
    if test["draw"] and test["draw"] > len(questions):
        yield _problem(f"{at}.draw", "More questions are drawn than there are.")
    for id_, number in Counter(one["id"] for one in questions).items():
        if number > 1:
            yield _problem(f"{at}.questions", f"The id {id_} stands there twice.")
    for number, one in enumerate(questions):
        yield from _question(one, f"{at}.questions.{number}")


def _question(one: Document, at: str) -> Iterator[Problem]:
    kind = one["kind"]
    if not any(one["text"].values()):
        yield _problem(f"{at}.text", "The question is missing.")
    if kind in ("single", "multiple"):
        options, correct = [each["id"] for each in one.get("options", ())], one.get("correct", [])
        if len(set(options)) < 2 or len(set(options)) != len(options):
            yield _problem(f"{at}.options", "A question needs two different options at least.")
        if not correct or not set(correct) <= set(options) or (kind == "single" and len(correct) != 1):
            yield _problem(f"{at}.correct", "Mark the right answer among the options.")
    elif kind == "fill_in" and not one.get("accepted"):
        yield _problem(f"{at}.accepted", "Say which answers are right.")
    elif kind == "match":
        left, right = ({each["id"] for each in one.get(side, ())} for side in ("left", "right"))
        pairs = one.get("pairs") or {}
        if not left or set(pairs) != left or not set(pairs.values()) <= right:
            yield _problem(f"{at}.pairs", "Each item on the left goes with one on the right.")
