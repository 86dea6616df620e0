"""Progress in memory: enrolments, positions, attempts, certificates, mandates, figures."""

from __future__ import annotations

from typing import Any

import httpx

from tests.portal.stub.catalog import Catalog
from tests.portal.stub.courses import FINAL
from tests.portal.stub.parts import NOW, items, names, nothing, problem, told
from tests.portal.stub.questions import QR, QUESTIONS, REQUIRED, RIGHT


class Progress:
    """One person's learning."""

    def __init__(self, catalog: Catalog, empty: bool) -> None:
        self.catalog = catalog
        self.enrolments: dict[str, dict[str, Any]] = {}
        self.attempts: dict[str, dict[str, Any]] = {}
        self.certificates: dict[str, dict[str, Any]] = {}
        self.seen: set[str] = set()
        self.keys: dict[str, str] = {}
        self.empty = empty
        self.disputes: list[dict[str, Any]] = []
        self.looks = [{"at": NOW, "who": "administrator", "what": "progress_seen", "reason": "Appraisal"}]
        self.too_soon = False
        if not empty:
            self._enrol("finance-1")["percent"] = 25
            done = self._enrol("rti-1")
            done |= {"status": "completed", "percent": 100, "completed_at": NOW, "required_done": 4}
            self._certify(done)

    def _enrol(self, course_id: str) -> dict[str, Any]:
        found = self.enrolments.get(course_id)
        if found:
            found["status"] = "active" if found["status"] == "withdrawn" else found["status"]
            return found
        course = self.catalog.courses[course_id]
        made = {
            "id": f"en-{course_id}",
            "course_id": course_id,
            "version": 1,
            "cycle": "",
            "title": course["title"],
            "status": "active",
            "percent": 0,
            "required_total": len(REQUIRED) + 1,
            "required_done": 0,
            "enrolled_at": NOW,
            "completed_at": None,
            "last_at": NOW,
            "last_resource_id": None,
            "minutes_spent": 0,
            "mandated": None,
            "certificate_id": None,
            "resources": {},
            "new_version": None,
            "assessments": {
                FINAL["id"]: {"status": "not_started", "best": None, "attempts_used": 0, "attempts_left": 3}
            },
        }
        self.enrolments[course_id] = made
        return made

    def route(self, request: httpx.Request, path: str, body: dict[str, Any]) -> httpx.Response:
        """Answer one call."""
        match request.method, path.strip("/").split("/"):
            case "POST", ["enrolments"]:
                if body["course_id"] not in self.catalog.courses:
                    return problem(422, "course_unknown", "Unknown course.")
                return told(self._enrol(body["course_id"]), 201)
            case "GET", ["enrolments"]:
                state = request.url.params.get("state")
                return items([one for one in self.enrolments.values() if state in (None, one["status"])])
            case "GET", ["courses", course_id, "progress"]:
                found = self.enrolments.get(course_id)
                return told(found) if found else problem(404, "not_enrolled")
            case _, ["enrolments", enrolment_id, *rest]:
                found = next((e for e in self.enrolments.values() if e["id"] == enrolment_id), None)
                return (
                    self._enrolment(found, request.method, rest, body) if found else problem(404, "not_found")
                )
            case "POST", ["updates"]:
                return told(
                    {"receipts": [self._update(self._of(one["enrolment_id"]), one) for one in body["items"]]}
                )
            case _, ["attempts", attempt_id, *rest]:
                return self._attempt(self.attempts.get(attempt_id), request.method, rest, body)
            case "GET", ["me", "access-log"]:
                return items(self.looks)
            case "GET", ["certificates" | "verify", *rest]:
                return self._certificate(path.startswith("/verify"), rest)
        return self._figures(path)

    def _of(self, enrolment_id: str) -> dict[str, Any] | None:
        return next((one for one in self.enrolments.values() if one["id"] == enrolment_id), None)

    def _enrolment(
        self, found: dict[str, Any], method: str, rest: list[str], body: dict[str, Any]
    ) -> httpx.Response:
        match method, rest:
            case "GET", []:
                return told(found)
            case "POST", ["withdraw"]:
                found["status"] = "withdrawn"
                return told(found)
            case "POST", ["updates"]:
                return told({**self._update(found, body), "percent": found["percent"]})
            case "POST", ["resources", resource_id, "complete"]:
                if self.too_soon:
                    return httpx.Response(
                        422, json={"slug": "too_soon", "detail": "Too soon."}, headers={"Retry-After": "20"}
                    )
                if resource_id == "res-video":
                    return problem(422, "wrong_kind", "This part is completed by other evidence.")
                self._complete(found, resource_id)
                return told({"receipt": "accepted", "percent": found["percent"]})
            case "GET", ["why"]:
                rule = names("Counted: read for the least time.", "गिना गया: न्यूनतम समय तक पढ़ा गया।")
                part = {
                    "resource_id": "res-case",
                    "title": None,
                    "kind": "html",
                    "required": True,
                    "status": "completed",
                    "rule": "dwell",
                    "sentence": rule,
                    "numbers": {},
                }
                return items(
                    [
                        {
                            "at": NOW,
                            "what": "completed",
                            "resource_id": "res-case",
                            "counted": True,
                            "rule": "min_time",
                            "sentence": rule,
                            "numbers": {},
                        }
                    ],
                    resources=[part],
                    disputes=self.disputes,
                )
            case "POST", ["dispute"]:
                return self._dispute(found, body["note"])
            case "GET", ["version-change"]:
                return told(self._version_change(found))
            case "POST", ["upgrade"]:
                if found["status"] != "active":
                    return problem(422, "not_active", "Only an enrolment in progress can move.")
                if found["new_version"]:
                    found |= {"version": found["new_version"], "new_version": None, "percent": 20}
                return told(found)
            case "POST", ["assessments", assessment_id, "attempts"]:
                return self._begin(found, assessment_id)
        return problem(404, "not_found")

    def _dispute(self, found: dict[str, Any], note: str) -> httpx.Response:
        if self.disputes and self.disputes[-1]["status"] == "open":
            if self.disputes[-1]["note"] == note:
                return told(self.disputes[-1], 201)
            return problem(409, "dispute_open", "Your earlier note has not been answered yet.")
        made = {
            "id": f"d{len(self.disputes) + 1}", "note": note, "answer": None, "status": "open", "created_at": NOW,
            "answered_at": None, "enrolment_id": found["id"], "course_id": found["course_id"], "user_id": "u1",
        }  # fmt: skip
        self.disputes.append(made)
        return told(made, 201)

    def _version_change(self, found: dict[str, Any]) -> dict[str, Any]:
        rule = names("A part that is the same keeps its progress.", "समान भाग अपनी प्रगति बनाए रखता है।")
        base = {"from": found["version"], "to": found["new_version"], "rule": rule, "completes": False,
                "percent_before": found["percent"], "percent_after": 20}  # fmt: skip
        if not found["new_version"]:
            return base | {key: [] for key in ("added", "removed", "kept", "lost", "assessments_open")}
        return base | {
            "added": ["res-meet"], "removed": ["res-more"], "kept": ["res-case"], "lost": ["res-pdf"],
            "assessments_open": ["as-final"],
        }  # fmt: skip

    def _update(self, found: dict[str, Any] | None, event: dict[str, Any]) -> dict[str, Any]:
        receipt = {
            "event_id": event["event_id"],
            "receipt": "duplicate" if event["event_id"] in self.seen else "accepted",
        }
        self.seen.add(event["event_id"])
        if found is None:
            return {**receipt, "receipt": "refused", "reason": "not_enrolled"}
        state = found["resources"].setdefault(event["resource_id"], {"status": "in_progress", "position": 0})
        found["last_resource_id"] = event["resource_id"]
        self.catalog.begun.add(found["course_id"])
        if event["kind"] == "position":
            state["position"] = max(state["position"] or 0, event["position"])
        if event["kind"] == "position" and event["position"] >= 12:
            self._complete(found, event["resource_id"])
        if event["kind"] in ("submitted", "declared"):
            self._complete(found, event["resource_id"])
        return receipt

    def _complete(self, found: dict[str, Any], resource_id: str) -> None:
        found["resources"].setdefault(resource_id, {"position": 0})["status"] = "completed"
        found["last_resource_id"] = resource_id
        self.catalog.begun.add(found["course_id"])
        self._recount(found)

    def _recount(self, found: dict[str, Any]) -> None:
        done = sum(found["resources"].get(one, {}).get("status") == "completed" for one in REQUIRED)
        passed = found["assessments"][FINAL["id"]]["status"] == "passed"
        found["required_done"] = done + passed
        found["percent"] = round(100 * found["required_done"] / found["required_total"])
        if found["percent"] == 100 and found["status"] == "active":
            found |= {"status": "completed", "completed_at": NOW}
            self._certify(found)

    def _certify(self, found: dict[str, Any]) -> None:
        number = f"KY-{len(self.certificates) + 1:04}"
        found["certificate_id"] = number
        self.certificates[number] = {
            "id": number,
            "course_id": found["course_id"],
            "title": found["title"],
            "issued_at": NOW,
            "status": "valid",
            "replaced_by": None,
            "name": "Asha Rao",
            "minutes": 25,
            "completed_at": NOW,
            "qr_svg": QR,
            "verify_url": None,
            "provider": self.catalog.courses[found["course_id"]]["provider"],
            "competencies": self.catalog.courses[found["course_id"]]["competencies"],
        }

    def _certificate(self, public: bool, rest: list[str]) -> httpx.Response:
        if rest == ["me"]:
            return items(list(self.certificates.values()))
        number = rest[0].removesuffix(".pdf")
        found = self.certificates.get(number)
        if not found:
            return problem(404, "not_found")
        if rest[0].endswith(".pdf"):
            return httpx.Response(200, content=b"%PDF-1.7 stub", headers={"Content-Type": "application/pdf"})
        shown = ("status", "name", "title", "completed_at", "issued_at", "replaced_by")
        return told({name: found[name] for name in shown} if public else found)

    def _begin(self, found: dict[str, Any], assessment_id: str) -> httpx.Response:
        running = next((one for one in self.attempts.values() if one["state"] == "running"), None)
        if running:
            return told(running)
        state = found["assessments"].get(assessment_id)
        if state is None:
            return problem(404, "not_found")
        if not state["attempts_left"]:
            return problem(422, "no_attempts_left", "No attempts left.")
        state |= {
            "status": "in_progress",
            "attempts_used": state["attempts_used"] + 1,
            "attempts_left": state["attempts_left"] - 1,
        }
        made = {
            "id": f"at{len(self.attempts) + 1}",
            "enrolment_id": found["id"],
            "course_id": found["course_id"],
            "assessment_id": assessment_id,
            "number": state["attempts_used"],
            "title": FINAL["title"],
            "kind": "final",
            "started_at": NOW,
            "ends_at": NOW,
            "seconds_left": 1200,
            "state": "running",
            "pass_mark": 60,
            "questions": [{**one, "answer": None} for one in QUESTIONS],
            "attempts_left": state["attempts_left"],
        }
        self.attempts[made["id"]] = made
        return told(made, 201)

    def _attempt(
        self, found: dict[str, Any] | None, method: str, rest: list[str], body: dict[str, Any]
    ) -> httpx.Response:
        if found is None:
            return problem(404, "not_found")
        if method == "PUT":
            if found["state"] != "running":
                return problem(409, "attempt_over", "The attempt is over.")
            next(one for one in found["questions"] if one["id"] == rest[1])["answer"] = body["answer"]
            return nothing()
        if rest == ["submit"] and found["state"] == "running":
            self._grade(found)
        return told(found)

    def _grade(self, found: dict[str, Any]) -> None:
        right = [one["id"] for one in found["questions"] if one["answer"] == RIGHT[one["id"]]]
        score = 25 * len(right)
        enrolment = self._of(found["enrolment_id"])
        assert enrolment is not None
        state = enrolment["assessments"][FINAL["id"]]
        state["best"] = max(state["best"] or 0, score)
        state["status"] = "passed" if state["best"] >= 60 else "failed"
        why = names("See the first module.", "पहला मॉड्यूल देखें।")
        found |= {
            "state": "submitted",
            "score": score,
            "passed": score >= 60,
            "points": len(right),
            "points_total": 4,
            "graded": [
                {
                    "question_id": one["id"],
                    "correct": one["id"] in right,
                    "explanation": why,
                    "your_answer": one["answer"],
                }
                for one in found["questions"]
            ],
            "by_competency": [
                {
                    "competency_id": "c-procure",
                    "name": names("Public procurement", "सार्वजनिक खरीद"),
                    "correct": len(right),
                    "total": 4,
                }
            ],
        }
        self._recount(enrolment)

    def _figures(self, path: str) -> httpx.Response:
        done = [one for one in self.enrolments.values() if one["status"] == "completed"]
        if path == "/mandates/me":
            why = names("All officers who buy", "खरीद करने वाले सभी अधिकारी")
            due = {
                "mandate_id": "ma1",
                "course_id": "procure-1",
                "title": names("Buying rules 2026", "खरीद नियम 2026"),
                "course_title": self.catalog.courses["procure-1"]["title"],
                "due": "2026-12-01T00:00:00Z",
                "days_left": 6,
                "overdue": False,
                "status": "not_started",
                "why": why,
                "order_number": "12/2026",
                "enrolment_id": None,
            }
            return items([] if self.empty else [due])
        if path == "/summary/me.csv":
            return httpx.Response(200, content=b"course,percent\n", headers={"Content-Type": "text/csv"})
        if path == "/summary/me":
            return told(
                {
                    "enrolled": len(self.enrolments),
                    "in_progress": len(self.enrolments) - len(done),
                    "completed": len(done),
                    "withdrawn": 0,
                    "hours": 1.5,
                    "mandated": {"total": 1, "done": 0, "overdue": 0},
                    "certificates": len(self.certificates),
                    "competencies": [],
                    "by_month": []
                    if self.empty
                    else [
                        {"month": "2026-10", "minutes": 40, "completions": 0},
                        {"month": "2026-11", "minutes": 50, "completions": 1},
                    ],
                }
            )
        return problem(404, "not_found")
