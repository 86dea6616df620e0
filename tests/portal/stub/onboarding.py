"""Onboarding in memory: the wizard, roles, topics, competencies, the profile."""

from __future__ import annotations

from typing import Any

import httpx

from tests.portal.stub.dictionary import BY_ID, COMPETENCIES, STEPS, TOPICS
from tests.portal.stub.identity import ME, POSITIONS
from tests.portal.stub.parts import NOW, items, names, nothing, problem, told


class Onboarding:
    """One person; a newcomer has everything before them."""

    def __init__(self, newcomer: bool) -> None:
        self.steps = dict.fromkeys(STEPS, "open" if newcomer else "saved")
        self.state = "not_started" if newcomer else "done"
        self.roles: list[dict[str, Any]] = []
        self.topics: list[str] = [] if newcomer else ["t-procure"]
        self.proposals: list[dict[str, Any]] = []
        self.current: dict[str, int] = {} if newcomer else {"c-procure": 2}
        self.desired: dict[str, int] = {} if newcomer else {"c-procure": 3, "c-finance": 2}
        self.fields: dict[str, Any] = {
            "position_id": "p1",
            "position_text": None,
            "mdo_id": "o1",
            "mdo_path": ["m1", "d1", "o1"],
            "group": None if newcomer else "b",
            "locale": "en",
            "mobile": None,
        }
        self.pending: list[dict[str, Any]] = []
        self.version = 1
        self.made = 0
        if not newcomer:
            self._add_role({"title": "Buying for the office", "activities": ["Write tender documents"]})

    def _id(self, kind: str) -> str:
        self.made += 1
        return f"{kind}{self.made}"

    @property
    def complete(self) -> bool:
        """Whether nothing required is missing."""
        return bool(self.fields["group"] and self.fields["position_id"] and self.fields["mdo_id"])

    def route(self, request: httpx.Request, path: str, body: dict[str, Any]) -> httpx.Response:
        """Answer one call."""
        head, *rest = path.strip("/").split("/")
        if head == "onboarding":
            return self._wizard(rest[1:], body)
        if head == "topics":
            return items(self._matching(TOPICS, request))
        if head == "topic-proposals":
            return self._propose(body)
        if head == "competencies":
            return told(BY_ID[rest[0]]) if rest and rest[0] in BY_ID else self._dictionary(request, rest)
        if head == "approvals":
            return items(self.pending)
        return self._profile(request, rest[1:], body) if head == "profiles" else problem(404, "not_found")

    def _wizard(self, rest: list[str], body: dict[str, Any]) -> httpx.Response:
        if rest[:1] == ["steps"]:
            self.steps[rest[1]] = "skipped" if body["skipped"] else "saved"
            self.state = "in_progress" if self.state == "not_started" else self.state
        if rest == ["complete"]:
            self.state = "done"
        steps = [{"step": step, "status": status, "saved_at": NOW} for step, status in self.steps.items()]
        following = next((step for step, status in self.steps.items() if status == "open"), None)
        return told(
            {
                "state": self.state,
                "next": following,
                "version": 1,
                "steps": steps,
                "completed_at": None,
                "profile_complete": self.complete,
                "profile_missing": [] if self.complete else ["group"],
                "resume_percent": 0,
            }
        )

    def _matching(self, things: list[dict[str, Any]], request: httpx.Request) -> list[dict[str, Any]]:
        words = request.url.params.get("q", "").casefold()
        return [one for one in things if words in " ".join(one["name"].values()).casefold()]

    def _dictionary(self, request: httpx.Request, rest: list[str]) -> httpx.Response:
        if rest:
            return problem(404, "not_found")
        kind = request.url.params.get("type", "")
        return items([one for one in self._matching(COMPETENCIES, request) if kind in ("", one["kind"])])

    def _propose(self, body: dict[str, Any]) -> httpx.Response:
        known = next((one for one in TOPICS if one["name"]["en"].casefold() == body["name"].casefold()), None)
        if known:
            return problem(409, "topic_exists", "This topic exists.", current=known)
        made = {"id": self._id("tp"), **body, "status": "proposed", "topic_id": None, "decided_reason": None}
        self.proposals.append(made)
        return told(made, 201)

    def _profile(self, request: httpx.Request, rest: list[str], body: dict[str, Any]) -> httpx.Response:
        match request.method, rest:
            case "GET", []:
                return told(self.profile())
            case "PATCH", []:
                return self._change(body)
            case _, ["roles", *more]:
                return self._roles(request, more, body)
            case _, ["topics"]:
                if request.method == "PUT":
                    self.topics = body["ids"]
                chosen = [one for one in TOPICS if one["id"] in self.topics]
                return told({"items": chosen, "proposals": self.proposals, "version": 1})
            case "GET", ["gap"]:
                return items(self._gap())
            case _, ["competencies", *which]:
                if request.method == "PUT":
                    setattr(self, which[0], {one["competency_id"]: one["level"] for one in body["items"]})
                return told(self.passport())
        return problem(404, "not_found")

    def profile(self) -> dict[str, Any]:
        """The profile as the API shows it."""
        position = next((one["name"] for one in POSITIONS if one["id"] == self.fields["position_id"]), None)
        return {
            "version": self.version,
            "user_id": ME["id"],
            "complete": self.complete,
            "percent": 100 if self.complete else 80,
            "missing": [] if self.complete else ["group"],
            "fields": self.fields,
            "position_name": position,
            "mdo_confirmed": True,
            "verified": {"mdo": True, "position": False, "group": False},
            "pending": self.pending,
        }

    def _change(self, body: dict[str, Any]) -> httpx.Response:
        reason = body.pop("reason", None)
        if self.complete:
            asked = [field for field in ("position_id", "group", "mdo_id") if field in body]
            if asked and not reason:
                return problem(422, "reason_missing", "Say why.", {"reason": ["Say why."]})
            for field in asked:
                change = {
                    "id": self._id("ap"),
                    "field": field,
                    "from": self.fields[field],
                    "to": body.pop(field),
                }
                self.pending.append({**change, "reason": reason, "requested_at": NOW})
        if body.get("mobile") and not body["mobile"].isdigit():
            return problem(422, "mobile_not_valid", "Ten digits.", {"mobile": ["Ten digits."]})
        self.fields |= body
        self.version += 1
        return told(self.profile())

    def _add_role(self, body: dict[str, Any]) -> dict[str, Any]:
        parts = [{"id": self._id("a"), "text": text} for text in body["activities"]]
        role = {"id": self._id("r"), "title": body["title"], "activities": parts, "version": 1}
        self.roles.append(role)
        return role

    def _roles(self, request: httpx.Request, rest: list[str], body: dict[str, Any]) -> httpx.Response:
        if not rest:
            if request.method == "GET":
                return items(self.roles, version=1)
            if body["title"].casefold() in {role["title"].casefold() for role in self.roles}:
                return problem(422, "duplicate", "There already.", {"title": ["There already."]})
            return told(self._add_role(body), 201)
        role = next((one for one in self.roles if one["id"] == rest[0]), None)
        if role is None:
            return problem(404, "not_found")
        return self._role(request, role, rest[1:], body)

    def _role(
        self, request: httpx.Request, role: dict[str, Any], rest: list[str], body: dict[str, Any]
    ) -> httpx.Response:
        match request.method, rest:
            case "DELETE", []:
                self.roles.remove(role)
                return nothing()
            case "PATCH", []:
                if request.headers.get("If-Match") not in (None, f'"{role["version"]}"'):
                    return problem(409, "changed_elsewhere", "Changed elsewhere.", current=role)
                role["title"] = body["title"]
                for part, text in zip(role["activities"], body["activities"], strict=True):
                    part["text"] = text
            case "POST", ["activities"]:
                role["activities"].append({"id": self._id("a"), "text": body["text"]})
            case "DELETE", ["activities", activity]:
                role["activities"] = [part for part in role["activities"] if part["id"] != activity]
                return nothing()
        role["version"] += 1
        return told(role)

    def passport(self) -> dict[str, Any]:
        """Current and desired competencies."""
        current = [
            {
                "competency_id": key,
                "name": BY_ID[key]["name"],
                "kind": BY_ID[key]["kind"],
                "level": level,
                "source": "self",
                "verified": False,
                "evidence": [],
            }
            for key, level in self.current.items()
        ]
        desired = [
            {
                "competency_id": key,
                "name": BY_ID[key]["name"],
                "level": level,
                "current_level": self.current.get(key, 0),
                "gap": max(level - self.current.get(key, 0), 0),
            }
            for key, level in self.desired.items()
        ]
        low = [
            {"competency_id": key, "slug": "below_current", "sentence": "Below the level you have."}
            for key, level in self.desired.items()
            if level < self.current.get(key, 0)
        ]
        return {"version": 1, "current": current, "desired": desired, "warnings": low}

    def _gap(self) -> list[dict[str, Any]]:
        return [
            {
                "competency_id": key,
                "name": BY_ID[key]["name"],
                "kind": BY_ID[key]["kind"],
                "rank": 1,
                "held": self.current.get(key, 0),
                "target": level,
                "gap": level - self.current.get(key, 0),
                "reasons": [
                    {
                        "slug": "desired",
                        "sentence": "You want to reach it.",
                        "text": names("You want to reach it.", "आप वहाँ पहुँचना चाहते हैं।"),
                    }
                ],
            }
            for key, level in self.desired.items()
            if level > self.current.get(key, 0)
        ]
