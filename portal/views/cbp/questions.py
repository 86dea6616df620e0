"""Tests of a course and their questions."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask_babel import gettext

from portal.calls import authoring
from portal.forms.cbp import AssessmentForm, QuestionForm, lines
from portal.guards import needs, person
from portal.i18n import NAMES, words
from portal.views.answers import Page, shown
from portal.views.cbp import pages
from portal.views.cbp.outline import moved, new_id, one_of, put
from portal.views.desk import done, pressed, sent

KINDS = ("single", "multiple", "fill_in", "match")
SLOTS = range(1, 7)
PLACE = "/courses/<course_id>/assessments/<assessment_id>"


@pages.route(PLACE, methods=["GET", "POST"])
@needs("cbp")
def assessment(course_id: str, assessment_id: str) -> Page:
    """The rules of a test and its questions; "new" makes one."""
    api = person()
    found = authoring.course(api, course_id)
    fresh = {
        "id": new_id("a"),
        "title": {},
        "questions": [],
        "kind": "final",
        "pass_mark": 60,
        "shuffle": True,
    }
    stored = fresh if assessment_id == "new" else one_of(found["assessments"], assessment_id)
    form = AssessmentForm(data=None if request.method == "POST" else _rules_typed(stored))
    inside = [(one["id"], words(one["title"])) for one in found["modules"]]
    form.module_id.choices = [("", gettext("The whole course")), *inside]
    version = request.form.get("version", type=int)

    def call() -> object:
        tests = put(found["assessments"], _rules(form, stored))
        return authoring.change(api, course_id, {"assessments": tests}, version)

    taken, failure = sent(form, call)
    if taken:
        where = url_for("cbp.assessment", course_id=course_id, assessment_id=stored["id"])
        return done(where, gettext("Saved."))
    new = assessment_id == "new"
    return shown("cbp/assessment.html", failure, course=found, test=stored, form=form, new=new, kinds=KINDS)


def _rules_typed(one: dict[str, Any]) -> dict[str, Any]:
    """The rules of a test as the form shows them."""
    titles = {f"title_{code}": one["title"].get(code, "") for code in NAMES}
    plain = {
        name: one.get(name) for name in ("kind", "module_id", "pass_mark", "attempts", "draw", "shuffle")
    }
    return {**titles, **plain, "minutes": (one.get("limit_seconds") or 0) // 60}


def _rules(form: AssessmentForm, one: dict[str, Any]) -> dict[str, Any]:
    """The rules of a test as the API takes them."""
    return {
        **one, "title": form.both("title"), "kind": form.kind.data, "module_id": form.module_id.data or None,
        "pass_mark": 60 if form.pass_mark.data is None else form.pass_mark.data,
        "attempts": form.attempts.data or 0, "limit_seconds": 60 * (form.minutes.data or 0),
        "draw": form.draw.data or None, "shuffle": bool(form.shuffle.data),
    }  # fmt: skip


@pages.route(f"{PLACE}/questions/<question_id>", methods=["GET", "POST"])
@needs("cbp")
def question(course_id: str, assessment_id: str, question_id: str) -> Page:
    """One question of one of four kinds; "new" with a kind makes one."""
    api = person()
    found = authoring.course(api, course_id)
    test = one_of(found["assessments"], assessment_id)
    kind = request.values.get("kind", "")
    fresh = {"id": new_id("q"), "kind": kind if kind in KINDS else "single", "text": {}}
    stored = fresh if question_id == "new" else one_of(test["questions"], question_id)
    form = QuestionForm(data=None if request.method == "POST" else _typed(stored))
    given = request.form if request.method == "POST" else _slots(stored)
    version = request.form.get("version", type=int)

    def call() -> object:
        changed = {**test, "questions": put(test["questions"], _made(form, stored))}
        tests = put(found["assessments"], changed)
        return authoring.change(api, course_id, {"assessments": tests}, version)

    taken, failure = sent(form, call)
    where = url_for("cbp.assessment", course_id=course_id, assessment_id=assessment_id)
    if taken:
        return done(where, gettext("Saved."))
    return shown(
        "cbp/question.html", failure, form=form, question=stored, given=given, slots=SLOTS, back=where,
        version=found["version"],
    )  # fmt: skip


@pages.post(f"{PLACE}/questions")
@needs("cbp")
def questions(course_id: str, assessment_id: str) -> Page:
    """Move a question or take it out."""
    api = person()
    found = authoring.course(api, course_id)
    test = one_of(found["assessments"], assessment_id)
    what, _, id_ = request.form.get("do", "").partition(" ")
    tests = put(found["assessments"], {**test, "questions": moved(test["questions"], id_, what)})
    version = request.form.get("version", type=int)
    where = url_for("cbp.assessment", course_id=course_id, assessment_id=assessment_id)
    return pressed(
        lambda: authoring.change(api, course_id, {"assessments": tests}, version), where, gettext("Saved."),
        "cbp/frame.html",
    )  # fmt: skip


def _typed(one: dict[str, Any]) -> dict[str, Any]:
    """A question's texts as the form shows them."""
    pairs = {
        f"{name}_{code}": (one.get(name) or {}).get(code, "")
        for name in ("text", "explanation")
        for code in NAMES
    }
    return {**pairs, "points": one.get("points") or 1}


def _slots(one: dict[str, Any]) -> dict[str, str]:
    """The choices, pairs or answers of a question as fields of the page."""
    made: dict[str, str] = {"accepted": "\n".join(one.get("accepted") or [])}
    if one.get("case_sensitive"):
        made["case_sensitive"] = "y"
    right = {thing["id"]: thing for thing in one.get("right") or []}
    for n, thing in enumerate(one.get("options") or one.get("left") or [], 1):
        made |= {f"one-{n}-{code}": thing["text"].get(code, "") for code in NAMES}
        if thing["id"] in (one.get("correct") or []):
            made[f"right-{n}"] = "y"
        partner = right.get((one.get("pairs") or {}).get(thing["id"], ""), {"text": {}})
        made |= {f"two-{n}-{code}": partner["text"].get(code, "") for code in NAMES}
    return made


def _made(form: QuestionForm, one: dict[str, Any]) -> dict[str, Any]:
    """A question as the API takes it."""
    kept = {name: one[name] for name in ("id", "kind", "competency_id", "level") if one.get(name)}
    made = {**kept, "text": form.both("text"), "explanation": form.both("explanation")}
    made["points"] = form.points.data or 1
    if one["kind"] == "fill_in":
        sensitive = "case_sensitive" in request.form
        return made | {"accepted": lines(request.form.get("accepted")), "case_sensitive": sensitive}
    if one["kind"] == "match":
        left, right = _side("one", "l"), _side("two", "r")
        names = {thing["id"] for thing in right}
        pairs = {f"l{thing['id'][1:]}": f"r{thing['id'][1:]}" for thing in left}
        return made | {"left": left, "right": right, "pairs": {a: b for a, b in pairs.items() if b in names}}
    options = _side("one", "o")
    correct = [thing["id"] for thing in options if f"right-{thing['id'][1:]}" in request.form]
    return made | {"options": options, "correct": correct}


def _side(name: str, letter: str) -> list[dict[str, Any]]:
    """The slots that hold something, as things with ids."""
    made = []
    for n in SLOTS:
        given = {code: request.form.get(f"{name}-{n}-{code}", "").strip() for code in NAMES}
        if any(given.values()):
            made.append({"id": f"{letter}{n}", "text": {code: text for code, text in given.items() if text}})
    return made
