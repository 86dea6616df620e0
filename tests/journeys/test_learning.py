"""From the search to the completed course, through the gateway: evidence, a failed and a passed assessment."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from deploy.local.stack import ROOT
from tests.journeys.conftest import until

COURSE = "procurement-basics"
SEED = json.loads((ROOT / "services" / "catalog" / "seed" / "courses" / f"{COURSE}.json").read_text("utf-8"))
FINAL = next(one for one in SEED["assessments"] if one["kind"] == "final")
KEYS = {one["id"]: one for one in FINAL["questions"]}


def right(question: dict[str, Any]) -> Any:
    """The answer of the key."""
    match question["kind"]:
        case "single":
            return question["correct"][0]
        case "multiple":
            return question["correct"]
        case "fill_in":
            return question["accepted"][0]
        case _:
            return question["pairs"]


class Learner:
    """A signed-in official who learns over HTTP."""

    def __init__(self, api: httpx.Client, headers: dict[str, str]) -> None:
        self.api, self.headers, self.count = api, headers, 0

    def get(self, path: str) -> Any:
        return self.api.get(f"/progress/v1{path}", headers=self.headers).json()

    def post(self, path: str, body: Any = None) -> httpx.Response:
        return self.api.post(f"/progress/v1{path}", json=body or {}, headers=self.headers)

    def report(self, enrolment: str, resource: str, kind: str, **more: Any) -> Any:
        self.count += 1
        body = {"event_id": f"event-{self.count}", "resource_id": resource, "kind": kind, **more}
        return self.post(f"/enrolments/{enrolment}/updates", body).json()

    def sit(self, enrolment: str, answers: dict[str, Any]) -> Any:
        started = self.post(f"/enrolments/{enrolment}/assessments/{FINAL['id']}/attempts").json()
        for question in started["questions"]:
            if question["id"] in answers:
                path = f"/progress/v1/attempts/{started['id']}/answers/{question['id']}"
                body = {"answer": answers[question["id"]]}
                assert self.api.put(path, json=body, headers=self.headers).status_code == 204
        return self.post(f"/attempts/{started['id']}/submit").json()


@pytest.fixture
def learner(api: httpx.Client, person: dict[str, str]) -> Learner:
    return Learner(api, person)


def test_a_course_is_found_learnt_failed_passed_and_completed(api: httpx.Client, learner: Learner) -> None:
    found = until(
        lambda: api.get("/catalog/v1/search", params={"q": "public procurement"}).json().get("items")
    )
    assert COURSE in {one["id"] for one in found}

    made = until(lambda: enrolled(learner))
    id_ = made["id"]
    forged = learner.report(id_, "r1", "position", **{"from": 0, "position": 42})
    assert (forged["receipt"], forged["reason"], forged["percent"]) == ("refused", "too_fast", 0)
    early = learner.post(f"/enrolments/{id_}/assessments/{FINAL['id']}/attempts")
    assert (early.status_code, early.json()["slug"]) == (422, "resources_first")

    learn(learner, id_)
    failed = learner.sit(id_, {})
    assert (failed["passed"], failed["score"], failed["attempts_left"]) == (False, 0, 2)
    assert learner.get(f"/enrolments/{id_}")["status"] == "active"
    passed = learner.sit(id_, {id_: right(one) for id_, one in KEYS.items()})
    assert (passed["passed"], passed["score"]) == (True, 100)

    done = until(lambda: completed(learner, id_))
    assert (done["percent"], done["assessments"][FINAL["id"]]["best"]) == (100, 100)
    facts = [one["what"] for one in learner.get(f"/enrolments/{id_}/why")["items"]]
    assert facts[:3] == ["course_completed", "passed", "failed"]
    assert "refused" in facts


def enrolled(learner: Learner) -> Any:
    """The enrolment, once the registration and the course have arrived at progress."""
    answer = learner.post("/enrolments", {"course_id": COURSE})
    return answer.json() if answer.status_code in (200, 201) else None


def completed(learner: Learner, id_: str) -> Any:
    """The enrolment, once it is completed."""
    found = learner.get(f"/enrolments/{id_}")
    return found if found["status"] == "completed" else None


def learn(learner: Learner, id_: str) -> None:
    """Complete the required parts honestly, as the settings of the test stack ask."""
    learner.report(id_, "r2", "opened")
    learner.report(id_, "r3", "opened")
    learner.report(id_, "r4", "submitted", text="मेरा उत्तर: पहले आवश्यकता लिखें।")
    for start in (0, 14, 28):
        until(lambda at=start: seen(learner, id_, at))
    for part in ("r2", "r3"):
        until(
            lambda part=part: learner.post(f"/enrolments/{id_}/resources/{part}/complete").status_code == 200
        )
    assert learner.get(f"/enrolments/{id_}")["percent"] == 100


def seen(learner: Learner, id_: str, start: int) -> bool:
    """Whether the next piece of the video was accepted."""
    answer = learner.report(id_, "r1", "position", **{"from": start, "position": start + 14})
    return bool(answer["receipt"] == "accepted")
