"""Assessments over HTTP: drawn and graded by the server, limited in number and time, keys never shown."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.progress.commands.attempts import close_overdue
from services.progress.rules.attempts import drawn
from services.progress.rules.grading import graded, is_right
from shared.events import decode
from shared.events.progress import AssessmentPassed
from tests.progress.world import RIGHT, World, bundle
from tests.service_kit import LEARNER, ask, deliver, envelope, orders, told

FINAL = bundle()["assessments"][1]
QUESTIONS = {one["id"]: one for one in FINAL["questions"]}
WRONG: dict[str, Any] = {"q1": "o2", "q2": ["o1"], "q3": "vat", "q4": {"l1": "r1", "l2": "r2"}}


@pytest.mark.parametrize("id_", RIGHT)
def test_each_kind_of_question_is_graded(id_: str) -> None:
    assert is_right(QUESTIONS[id_], RIGHT[id_])
    assert not is_right(QUESTIONS[id_], WRONG[id_])
    assert not is_right(QUESTIONS[id_], None)


def test_a_result_counts_points_and_competencies() -> None:
    result = graded(FINAL["questions"], RIGHT | {"q4": WRONG["q4"]}, 60)

    assert (result["score"], result["passed"], result["points"], result["points_total"]) == (75, True, 3, 4)
    assert result["by_competency"] == [
        {"competency_id": "budgeting", "correct": 1, "total": 2},
        {"competency_id": "public-procurement", "correct": 2, "total": 2},
    ]


def test_questions_are_drawn_and_shuffled_by_the_attempts_id() -> None:
    orders_seen = {tuple(one["id"] for one in drawn(FINAL, f"seed-{n}")) for n in range(30)}

    assert drawn(FINAL, "a") == drawn(FINAL, "a")
    assert len(orders_seen) > 5
    assert len(drawn(FINAL | {"draw": 2}, "a")) == 2


class Candidate:
    """A learner who has done the required parts and talks HTTP."""

    def __init__(self, world: World, client: FlaskClient) -> None:
        self.world, self.client = world, client
        self.enrolment = world.enrolment()
        world.finish_parts(self.enrolment)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        return ask(self.client, method, path, LEARNER, body)

    def start(self, assessment: str = "final", **body: Any) -> Any:
        path = f"/v1/enrolments/{self.enrolment['_id']}/assessments/{assessment}/attempts"
        return self.call("POST", path, body)

    def answer(self, attempt_id: str, answers: Any) -> list[int]:
        return [
            self.call("PUT", f"/v1/attempts/{attempt_id}/answers/{id_}", {"answer": one}).status_code
            for id_, one in answers.items()
        ]

    def submit(self, attempt_id: str) -> Any:
        return self.call("POST", f"/v1/attempts/{attempt_id}/submit")

    def sit(self, answers: Any) -> Any:
        attempt = self.start().json
        self.answer(attempt["id"], answers)
        return self.submit(attempt["id"]).json


@pytest.fixture
def candidate(world: World, client: FlaskClient) -> Candidate:
    return Candidate(world, client)


def test_failed_then_passed_completes_the_course_once(world: World, candidate: Candidate) -> None:
    failed = candidate.sit(WRONG)
    world.settle()
    assert world.get(candidate.enrolment)["status"] == "active"
    passed = candidate.sit(RIGHT)
    for _ in range(2):
        world.settle()

    enrolment = world.get(candidate.enrolment)
    assert (failed["score"], failed["passed"], failed["attempts_left"]) == (0, False, 2)
    assert (passed["score"], passed["passed"], passed["state"]) == (100, True, "submitted")
    assert (enrolment["status"], enrolment["percent"]) == ("completed", 100)
    completed = world.told("CourseCompleted")
    assert [(one["score"], one["resources"], one["minutes"], one["certificate"]) for one in completed] == [
        (100, 5, 45, True)
    ]
    assert [one["left"] for one in world.told("AssessmentFailed")] == [2]


def test_m6_results_in_any_order_leave_the_same_enrolment(world: World, candidate: Candidate) -> None:
    for answers in (RIGHT | {"q4": WRONG["q4"]}, WRONG, RIGHT):
        candidate.sit(answers)
    said = [decode(json.dumps(body).encode()) for body in told(world.store.attempts.collection)]
    before = world.store.enrolments.collection.find_one({"_id": candidate.enrolment["_id"]}) or {}
    for order in orders(said):
        world.store.enrolments.collection.replace_one({"_id": before["_id"]}, before)
        deliver(world.handlers, world.service, *order)
        after = world.get(candidate.enrolment)
        assert after["status"] == "completed"
        assert {k: after["assessments"]["final"][k] for k in ("best", "passed", "attempts_used", "counted")} == {
            "best": 100, "passed": True, "attempts_used": 3, "counted": [1, 2, 3],
        }  # fmt: skip
        assert len(world.told("CourseCompleted")) == 1


def test_z05_keys_are_in_no_answer(candidate: Candidate) -> None:
    started = candidate.start()
    attempt_id = started.json["id"]
    candidate.answer(attempt_id, WRONG)
    seen = candidate.call("GET", f"/v1/attempts/{attempt_id}")
    answers = [started, candidate.start(), seen, candidate.submit(attempt_id)]

    for one in answers:
        for word in ('"correct": [', '"accepted"', '"pairs"', "goods and services", '"correct":['):
            assert word not in one.text.lower()
    graded_rows = answers[-1].json["graded"]
    assert {frozenset(row) for row in graded_rows} == {
        frozenset({"question_id", "correct", "explanation", "your_answer"})
    }


def test_a_running_attempt_is_gone_on_with_and_keeps_its_answers(candidate: Candidate) -> None:
    first = candidate.start()
    candidate.answer(first.json["id"], {"q1": "o2"})
    candidate.answer(first.json["id"], {"q1": "o3"})
    second = candidate.start()

    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json["id"] == first.json["id"]
    assert [one["id"] for one in second.json["questions"]] == [one["id"] for one in first.json["questions"]]
    assert {one["id"]: one["answer"] for one in second.json["questions"]}["q1"] == "o3"


def test_z02_the_final_comes_after_the_required_parts(world: World, client: FlaskClient) -> None:
    enrolment = world.enrolment()
    path = f"/v1/enrolments/{enrolment['_id']}/assessments"

    final = ask(client, "POST", f"{path}/final/attempts", LEARNER)
    practice = ask(client, "POST", f"{path}/practice-1/attempts", LEARNER)
    unknown = ask(client, "POST", f"{path}/nothing/attempts", LEARNER)

    assert (final.status_code, final.json["slug"]) == (422, "resources_first")
    assert (practice.status_code, len(practice.json["questions"]), practice.json["attempts_left"]) == (
        201,
        2,
        None,
    )
    assert unknown.status_code == 404


def test_attempts_are_limited(candidate: Candidate) -> None:
    for _ in range(3):
        candidate.sit(WRONG)

    refused = candidate.start()

    assert (refused.status_code, refused.json["slug"]) == (422, "no_attempts_left")


def test_the_servers_clock_ends_an_attempt_with_a_grace(world: World, candidate: Candidate) -> None:
    attempt = candidate.start().json
    assert attempt["seconds_left"] == 1200
    world.wait(1229)
    assert candidate.answer(attempt["id"], {"q1": "o1"}) == [204]
    world.wait(2)

    late = candidate.call("PUT", f"/v1/attempts/{attempt['id']}/answers/q2", {"answer": ["o1", "o3"]})
    result = candidate.submit(attempt["id"]).json

    assert (late.status_code, late.json["slug"]) == (422, "time_over")
    assert (result["state"], result["score"]) == ("expired", 25)


def test_an_extension_for_accessibility_lengthens_the_time(candidate: Candidate) -> None:
    assert candidate.start(extra_time=True).json["seconds_left"] == 1800


def test_overdue_attempts_are_closed_and_graded_on_what_was_saved(world: World, candidate: Candidate) -> None:
    attempt = candidate.start().json
    candidate.answer(attempt["id"], RIGHT)
    assert close_overdue(world.store, world.bundles, world.wait(1200)) == 0

    closed = [close_overdue(world.store, world.bundles, world.wait(31)) for _ in range(2)]

    assert closed == [1, 0]
    world.settle()
    assert world.get(candidate.enrolment)["status"] == "completed"
    assert candidate.start().json["number"] == 2


def test_submitting_again_answers_the_same_result_and_tells_once(world: World, candidate: Candidate) -> None:
    attempt = candidate.start().json
    candidate.answer(attempt["id"], RIGHT)

    first, second = candidate.submit(attempt["id"]), candidate.submit(attempt["id"])

    assert first.json == second.json
    assert len(world.told("AssessmentPassed")) == 1
    over = candidate.call("PUT", f"/v1/attempts/{attempt['id']}/answers/q1", {"answer": "o1"})
    assert (over.status_code, over.json["slug"]) == (422, "attempt_over")


def test_n01_an_answer_is_of_the_questions_kind_or_refused(world: World, candidate: Candidate) -> None:
    attempt = candidate.start().json
    before = world.store.attempts.get(attempt["id"])
    bad: list[Any] = [
        {"$gt": ""}, {"$ne": None}, {"$where": "1"}, ["o1", {"$gt": 1}], None, True, 7, "o9", ["o9"], {"l1": "o1"},
        {"l9": "r1"}, "x" * 501, ["o1"] * 51,
    ]  # fmt: skip

    for value in bad:
        for id_ in ("q1", "q2", "q4"):
            answer = candidate.call("PUT", f"/v1/attempts/{attempt['id']}/answers/{id_}", {"answer": value})
            assert answer.status_code == 422, (id_, value)
    assert candidate.answer(attempt["id"], {"nothing": "o1", "$where": "o1"}) == [404, 404]
    assert world.store.attempts.get(attempt["id"]) == before


def test_the_questions_are_asked_for_once(world: World, client: FlaskClient) -> None:
    candidate = Candidate(world, client)
    for _ in range(2):
        candidate.sit(WRONG)

    assert world.bundles.asked == 1


def test_a_result_of_somebody_without_an_enrolment_is_ignored(world: World) -> None:
    said = AssessmentPassed(
        user_id="u9",
        enrolment_id="gone",
        course_id="c",
        version=1,
        assessment_id="final",
        attempt=1,
        score=90,
    )

    deliver(world.handlers, world.service, envelope(said))

    assert world.store.enrolments.find({}) == []
