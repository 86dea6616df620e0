"""What administrators see of learning: mandates and figures."""

from __future__ import annotations

from typing import Any

import httpx

from tests.portal.stub.desk_content import matched
from tests.portal.stub.parts import NOW, items, names, problem, told

Body = dict[str, Any]


class DeskProgress:
    """Mandates and the figures of an organisation."""

    def __init__(self, empty: bool = False) -> None:
        audience = {"mdo_ids": ["o1"], "position_ids": ["p1"], "groups": ["b"], "user_ids": []}
        plain = {
            "order_number": "F-12",
            "cycle": None,
            "owner_mdo_id": "o1",
            "rules": [],
            "assigning": False,
            "version": 1,
        }
        self.mandates: dict[str, Body] = {} if empty else {
            "ma1": {"id": "ma1", "title": names("Rules for all", "सबके लिए नियम"), "course_ids": ["procure-1"], "audience": audience,
                    "due": NOW, "reason": "वार्षिक प्रशिक्षण", "status": "published", "created_at": NOW, **plain}
        }  # fmt: skip
        for one in self.mandates.values():
            one["rule"] = self._rule(one)
        self.completed = 1

    def route(self, request: httpx.Request, path: str, body: Body) -> httpx.Response | None:
        """Answer one call about mandates and figures."""
        match request.method, path.strip("/").split("/"):
            case "GET", ["mandates"]:
                return items(list(self.mandates.values()))
            case "POST", ["mandates"]:
                made = {**self._plain(), **body, "id": f"ma{len(self.mandates) + 1}", "status": "draft"}
                if made["due"] < "2026":
                    return problem(
                        422,
                        "due_in_the_past",
                        "The due date must lie ahead.",
                        {"due": ["The due date must lie ahead."]},
                    )
                self.mandates[made["id"]] = made
                return told(made, 201)
            case _, ["mandates", key, *rest] if key != "me":
                return self._mandate(request, key, rest, body)
            case "GET", ["analytics", "mdos", key, *rest]:
                if key not in ("m1", "m2", "d1", "o1"):
                    return problem(404, "mdo_unknown")
                if rest == ["export.csv"]:
                    return httpx.Response(200, text="unit\n", headers={"Content-Type": "text/csv"})
                return self._people() if rest else told(self._figures())
        return None

    def _plain(self) -> Body:
        return {
            "order_number": None,
            "cycle": None,
            "owner_mdo_id": "o1",
            "rules": [],
            "assigning": False,
            "version": 1,
            "created_at": NOW,
            "rule": None,
        }

    def _rule(self, found: Body) -> Body:
        names_ = ("title", "course_ids", "audience", "due", "order_number", "reason")
        return {name: found[name] for name in names_} | {"n": 1, "published_at": NOW}

    def _change(self, request: httpx.Request, found: Body, body: Body) -> httpx.Response:
        if not matched(request, found["version"]):
            return problem(409, "changed_elsewhere", "Somebody else changed this mandate first.")
        if found["status"] == "retired":
            return problem(409, "mandate_retired", "The mandate's state does not allow this.")
        if body["due"] < "2026":
            ahead = "The due date must lie ahead."
            return problem(422, "due_in_the_past", ahead, {"due": [ahead]})
        found |= {**body, "version": found["version"] + 1}
        return told(found)

    def _mandate(self, request: httpx.Request, key: str, rest: list[str], body: Body) -> httpx.Response:
        found = self.mandates.get(key)
        if found is None:
            return problem(404, "mandate_unknown")
        if request.method == "PATCH":
            return self._change(request, found, body)
        match rest:
            case ["dry-run"]:
                return told(
                    {"gains": 12, "loses": 0, "already_done": 2, "hours": 9.5, "people": 14, "sample": []}
                )
            case ["publish"]:
                found |= {"status": "published", "rule": self._rule(found)}
            case ["retire"]:
                found["status"] = "retired"
            case ["report"]:
                return items(
                    [
                        {
                            "mdo_id": "o1",
                            "assigned": 12,
                            "completed": self.completed,
                            "in_progress": 3,
                            "overdue": 0,
                        }
                    ]
                )
        return told(found)

    def _figures(self) -> Body:
        counts = {"enrolled": 30, "in_progress": 12, "completed": 18, "hours": 44.5}
        unit = {"mdo_id": "o1", "people": 12, **counts}
        course = {"course_id": "procure-1", "title": names("Public procurement", "सार्वजनिक खरीद"), **counts}
        cast = {
            "mandate_id": "ma1",
            "title": names("Rules for all", "सबके लिए नियम"),
            "due": NOW,
            "assigned": 12,
            "completed": 4,
            "percent_by_due": 80,
        }
        return {
            **counts,
            "people": 12,
            "withdrawn": 1,
            "counting": False,
            "by_unit": [unit],
            "by_course": [course],
            "by_mandate": [],
            "by_month": [
                {"month": "2026-10", "minutes": 500, "completions": 4},
                {"month": "2026-11", "minutes": 900, "completions": 9},
            ],
            "forecast": [cast],
        }

    def _people(self) -> httpx.Response:
        return items(
            [
                {
                    "user_id": "u2",
                    "mdo_id": "o1",
                    "enrolled": 3,
                    "completed": 2,
                    "mandated": 1,
                    "overdue": 0,
                    "hours": 6.5,
                }
            ]
        )
