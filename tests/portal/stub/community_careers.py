"""Careers in memory: openings, applications, recruiting."""

from __future__ import annotations

from typing import Any

import httpx

from tests.portal.stub.community_people import who
from tests.portal.stub.dictionary import COMPETENCIES
from tests.portal.stub.identity import MDOS, POSITIONS
from tests.portal.stub.parts import NOW, items, names, nothing, problem, told

Body = dict[str, Any]


def named(index: int) -> Body:
    """Id and name of a competency."""
    return {"id": COMPETENCIES[index]["id"], "name": COMPETENCIES[index]["name"]}


def match(percent: int) -> Body:
    """How somebody matches: all of it, or one fits and one lacks."""
    held = [{"competency": named(0), "level": 3, "needed": 3}]
    courses = [
        {
            "id": "finance-1",
            "title": names("Finance for non-finance officers", "वित्त परिचय"),
            "minutes": 75,
            "level": 3,
        }
    ]
    missing = [{"competency": named(1), "level": 0, "needed": 3, "courses": courses}]
    return {
        "percent": percent,
        "qualified": percent == 100,
        "held": held,
        "missing": [] if percent == 100 else missing,
    }


def opening(opening_id: str, english: str, hindi: str, state: str, percent: int, **more: Any) -> Body:
    """One opening."""
    needs = [{"competency": named(0), "level": 3}, {"competency": named(1), "level": 3}]
    return {
        "id": opening_id, "title": names(english, hindi), "about": names("Tenders and contracts.", "निविदाएँ और अनुबंध।"),
        "mdo": {"id": "o1", "name": MDOS[3]["name"]}, "position": POSITIONS[1], "competencies": needs, "last_date": "2026-12-31",
        "places": 2, "state": state, "published_at": NOW, "match": match(percent), "saved": False, "watching": False,
        "applied": False, "version": 1, "applications": 1, **more,
    }  # fmt: skip


class Careers:
    """Openings and who applied."""

    def __init__(self, empty: bool) -> None:
        self.openings = {} if empty else {
            "op1": opening("op1", "Procurement officer", "खरीद अधिकारी", "published", 60),
            "op2": opening("op2", "Information officer", "सूचना अधिकारी", "published", 100, saved=True),
            "op3": opening("op3", "Accounts officer", "लेखा अधिकारी", "draft", 40),
        }  # fmt: skip
        self.applications = {} if empty else {"ap1": self._application("ap1", "op2", "मुझे यह कार्य आता है।")}

    def _application(self, key: str, opening_id: str, note: str) -> Body:
        one = self.openings[opening_id]
        small = {name: one[name] for name in ("id", "title", "state", "last_date")}
        return {
            "id": key,
            "opening": small,
            "note": note,
            "state": "applied",
            "at": NOW,
            "match": one["match"],
        }

    def route(self, request: httpx.Request, path: list[str], body: Body) -> httpx.Response | None:
        """Answer one call, or None."""
        match request.method, path:
            case "GET", ["openings"]:
                return items(self._listed(request.url.params))
            case _, ["openings", key, *rest]:
                return self._one(request.method, key, rest, body)
            case "GET", ["applications"]:
                return items(list(self.applications.values()))
            case "POST", ["applications", key, "withdraw"]:
                return self._decide(key, "withdrawn")
            case "POST", ["recruiting", "applications", key]:
                return self._decide(key, body["state"])
            case _, ["recruiting", "openings", *rest]:
                return self._recruiting(request, rest, body)
            case "GET", ["home", "openings"]:
                shown = [one for one in self.openings.values() if one["state"] == "published"]
                return items([self._short(one) for one in shown])
        return None

    def _short(self, one: Body) -> Body:
        kept = {name: one[name] for name in ("id", "title", "mdo", "position", "last_date")}
        found = one["match"]
        return kept | {
            "percent": found["percent"],
            "qualified": found["qualified"],
            "missing": len(found["missing"]),
        }

    def _listed(self, asked: Any) -> list[Body]:
        found = [one for one in self.openings.values() if one["state"] == "published"]
        only = asked.get("only", "")
        return [one for one in found if only not in ("saved", "applied") or one[only]]

    def _one(self, method: str, key: str, rest: list[str], body: Body) -> httpx.Response:
        one = self.openings.get(key)
        if one is None or one["state"] == "draft":
            return problem(404, "opening_unknown")
        if rest == ["save"]:
            one["saved"] = method == "PUT"
            return nothing()
        if rest == ["watch"]:
            one["watching"] = method == "PUT"
            return told({"watching": one["watching"], "qualified": one["match"]["qualified"]})
        if rest == ["applications"]:
            if one["applied"]:
                return problem(409, "already_applied")
            one["applied"] = True
            made = self._application(f"ap{len(self.applications) + 1}", key, body["note"])
            self.applications[made["id"]] = made
            return told(made, 201)
        return told(one)

    def _decide(self, key: str, state: str) -> httpx.Response:
        if key not in self.applications:
            return problem(404, "application_unknown")
        self.applications[key]["state"] = state
        return told(self.applications[key])

    def _recruiting(self, request: httpx.Request, rest: list[str], body: Body) -> httpx.Response:
        match request.method, rest:
            case "GET", []:
                state = request.url.params.get("state", "")
                return items([one for one in self.openings.values() if state in ("", one["state"])])
            case "POST", []:
                made = opening(f"op{len(self.openings) + 1}", "", "", "draft", 0) | self._read(body)
                self.openings[made["id"]] = made
                return told(made, 201)
            case "PATCH", [key]:
                one = self.openings[key]
                if request.headers.get("If-Match") not in (None, f'"{one["version"]}"'):
                    return problem(409, "changed_elsewhere", current=one)
                one |= self._read(body) | {"version": one["version"] + 1}
                return told(one)
            case "POST", [key, "publish" | "close" as what]:
                self.openings[key]["state"] = "published" if what == "publish" else "closed"
                return told(self.openings[key])
            case "GET", [key, "applications"]:
                mine = [one for one in self.applications.values() if one["opening"]["id"] == key]
                return items([{**one, "person": who("u3")} for one in mine])
        return problem(404, "opening_unknown")

    def _read(self, body: Body) -> Body:
        known = {one["id"]: {"id": one["id"], "name": one["name"]} for one in COMPETENCIES}
        needs = [
            {"competency": known[one["competency_id"]], "level": one["level"]} for one in body["competencies"]
        ]
        return {name: body[name] for name in ("title", "about", "last_date", "places")} | {
            "competencies": needs
        }
