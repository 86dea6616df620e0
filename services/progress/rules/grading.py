"""Answers and their grades: what an answer may look like, and whether it is right. Keys never leave here."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from shared.errors import Refused

Document = dict[str, Any]
ANSWER_MOST = 500


def checked(question: Document, answer: object) -> Any:
    """The answer in the form of the question's kind; Refused when it has another."""
    kind = question["kind"]
    options = {one["id"] for one in question.get("options", ())}
    good: Any = None
    if kind == "single" and isinstance(answer, str) and answer in options:
        good = answer
    if kind == "multiple" and isinstance(answer, list):
        good = _choices(answer, options)
    if kind == "fill_in" and isinstance(answer, str) and len(answer) <= ANSWER_MOST and answer.isprintable():
        good = unicodedata.normalize("NFC", answer)
    if kind == "match" and isinstance(answer, dict):
        good = _pairs(question, answer)
    if good is None:
        raise Refused("answer_not_valid", "This is no possible answer to the question.", field="answer")
    return good


def _choices(answer: Sequence[object], options: set[str]) -> list[str] | None:
    given = [one for one in answer if isinstance(one, str) and one in options]
    return sorted(set(given)) if len(given) == len(answer) else None


def _pairs(question: Document, answer: Mapping[object, object]) -> Document | None:
    left, right = ({one["id"] for one in question[side]} for side in ("left", "right"))
    good = all(key in left and isinstance(value, str) and value in right for key, value in answer.items())
    return {str(key): value for key, value in answer.items()} if good else None


def is_right(question: Document, answer: Any) -> bool:
    """Whether an answer is right; no answer is not."""
    if answer is None:
        return False
    if question["kind"] in ("single", "multiple"):
        given = [answer] if isinstance(answer, str) else answer
        return sorted(given) == sorted(question["correct"])
    if question["kind"] == "fill_in":
        keep = bool(question.get("case_sensitive"))
        return _plain(answer, keep) in {_plain(one, keep) for one in question["accepted"]}
    return bool(answer == question["pairs"])


def _plain(text: str, keep_case: bool) -> str:
    made = " ".join(unicodedata.normalize("NFKC", text).split())
    return made if keep_case else made.casefold()


def graded(questions: Sequence[Document], answers: Mapping[str, Any], pass_mark: int) -> Document:
    """The result of an attempt: points, score in percent rounded down, what was right, by competency."""
    right = {one["id"]: is_right(one, answers.get(one["id"])) for one in questions}
    total = sum(one.get("points", 1) for one in questions)
    points = sum(one.get("points", 1) for one in questions if right[one["id"]])
    score = points * 100 // total if total else 0
    return {
        "points": points,
        "points_total": total,
        "score": score,
        "passed": score >= pass_mark,
        "correct": right,
        "by_competency": _by_competency(questions, right),
    }


def _by_competency(questions: Sequence[Document], right: Mapping[str, bool]) -> list[Document]:
    found: dict[str, Document] = {}
    for one in questions:
        id_ = one.get("competency_id")
        if id_:
            row = found.setdefault(id_, {"competency_id": id_, "correct": 0, "total": 0})
            row["total"] += 1
            row["correct"] += int(right[one["id"]])
    return [found[id_] for id_ in sorted(found)]
