"""What administrators of an organisation see of claims: disputes, and the roll of a session."""

from __future__ import annotations

from typing import Any

import httpx

from tests.portal.stub.parts import NOW, items, names, problem, told

Body = dict[str, Any]


class DeskClaims:
    """Disputes of one's people, and who was at a session."""

    def __init__(self, empty: bool = False) -> None:
        self.disputes: dict[str, Body] = {} if empty else {
            "di1": {
                "id": "di1", "enrolment_id": "en-u2", "course_id": "procure-1", "user_id": "u2", "mdo_id": "o1",
                "note": "मैंने यह पाठ पढ़ लिया था", "status": "open", "created_at": NOW, "answer": None,
                "answered_by": None, "answered_at": None,
            }
        }  # fmt: skip
        self.present: dict[str, bool] = {} if empty else {"u2": False, "u9": True}
        self.reasons: list[str] = []

    def route(self, request: httpx.Request, path: str, body: Body) -> httpx.Response | None:
        """Answer one call about a dispute or a session, or nothing when it is neither."""
        match request.method, path.strip("/").split("/"):
            case "GET", ["disputes"]:
                wanted = request.url.params.get("status")
                return items([one for one in self.disputes.values() if wanted in (None, one["status"])])
            case method, ["disputes", key, *rest]:
                return self._dispute(method, self.disputes.get(key), rest, body)
            case "GET", ["people", _, "enrolments", _, "why"]:
                self.reasons.append(request.url.params["reason"])
                return told(self._evidence())
            case "GET", ["sessions", _, _, "attendance"]:
                seats = [
                    {"user_id": key, "mdo_id": "o1", "attended": was} for key, was in self.present.items()
                ]
                return items(seats)
            case "POST", ["sessions", _, _, "attendance"]:
                return told(self._mark(body["user_ids"]))
        return None

    def _dispute(self, method: str, found: Body | None, rest: list[str], body: Body) -> httpx.Response:
        if found is None:
            return problem(404, "dispute_unknown")
        if method == "POST" and rest == ["answer"]:
            if found["user_id"] == "u1":
                return problem(403, "own_request", "Somebody else has to answer this.")
            if found["status"] != "open":
                return problem(409, "already_answered", "This dispute is answered already.")
            found |= {"status": "answered", "answer": body["text"], "answered_by": "u1", "answered_at": NOW}
        return told(found)

    def _mark(self, user_ids: list[str]) -> Body:
        marked = [one for one in user_ids if one in self.present]
        self.present |= dict.fromkeys(marked, True)
        refused = [{"user_id": one, "reason": "not_enrolled"} for one in user_ids if one not in marked]
        return {"marked": marked, "refused": refused}

    def _evidence(self) -> Body:
        rule = names("Read it for at least 60 seconds.", "इसे कम से कम 60 सेकंड पढ़ें।")
        part = {"resource_id": "res-case", "title": None, "kind": "html", "required": True, "rule": None,
                "status": "in_progress", "sentence": rule, "numbers": {}}  # fmt: skip
        fact = {"at": NOW, "what": "begun", "counted": True, "rule": None, "times": 1, "numbers": {}, "title": None,
                "sentence": names("You began this part.", "आपने यह भाग शुरू किया।")}  # fmt: skip
        return {"items": [fact], "resources": [part], "disputes": [], "percent": 40, "status": "active"}
