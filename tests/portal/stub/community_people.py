"""Network in memory: suggestions, requests, connections, blocks."""

from __future__ import annotations

from typing import Any

import httpx

from tests.portal.stub.identity import MDOS, POSITIONS
from tests.portal.stub.parts import NOW, items, names, nothing, problem, told

Body = dict[str, Any]
NAMES = {"u1": "आशा राव", "u2": "बलजीत सिंह", "u3": "चित्रा नायर", "u4": None, "u5": "दिव्या मेनन"}


def who(user_id: str | None) -> Body:
    """A person as community shows one."""
    unit = {"id": MDOS[3]["id"], "name": MDOS[3]["name"]}
    return {"id": user_id, "name": NAMES.get(user_id or ""), "position": POSITIONS[1], "mdo": unit}


def connection(connection_id: str, user_id: str, state: str, direction: str, note: str = "") -> Body:
    """One request or connection."""
    return {"id": connection_id, "person": who(user_id), "state": state, "direction": direction, "note": note,
            "requested_at": NOW, "decided_at": NOW if state == "accepted" else None}  # fmt: skip


def reason(slug: str, english: str, hindi: str) -> Body:
    """Why somebody is suggested."""
    return {"slug": slug, "weight": 3, "competency": None, "sentence": names(english, hindi)}


class Network:
    """One person's network."""

    def __init__(self, empty: bool) -> None:
        self.suggestions = [] if empty else [
            {"person": who("u3"), "score": 8, "reasons": [
                reason("teaches_you", "Has the competency Communication that you want.", "उनके पास संचार की दक्षता है जो आप चाहते हैं।"),
                reason("same_mdo", "Works in your organisation.", "आपके संगठन में कार्यरत हैं।")]},
            {"person": who("u4"), "score": 3, "reasons": [reason("same_position", "Has your position elsewhere.", "अन्यत्र आपके ही पद पर हैं।")]},
        ]  # fmt: skip
        self.connections = {} if empty else {
            "cn1": connection("cn1", "u2", "requested", "in", "हम दोनों आरटीआई देखते हैं।"),
            "cn2": connection("cn2", "u5", "requested", "out"),
            "cn3": connection("cn3", "u3", "accepted", "out"),
        }  # fmt: skip
        self.blocked: list[str] = [] if empty else ["u4"]
        self.suggested = True

    def route(self, request: httpx.Request, path: list[str], body: Body) -> httpx.Response | None:
        """Answer one call, or None."""
        match request.method, path:
            case "GET", ["network", "suggestions"] | ["home", "people"]:
                return items(self.suggestions)
            case "POST", ["network", "suggestions", user_id, "dismiss"]:
                self.suggestions = [one for one in self.suggestions if one["person"]["id"] != user_id]
                return nothing()
            case _, ["network", "settings"]:
                self.suggested = body.get("suggested", self.suggested)
                return told({"suggested": self.suggested})
            case "POST", ["network", "requests"]:
                return self._ask(body)
            case "GET", ["network", "requests"]:
                way = request.url.params["direction"]
                return items(
                    [
                        one
                        for one in self.connections.values()
                        if (one["state"], one["direction"]) == ("requested", way)
                    ]
                )
            case "POST", ["network", "requests", key, what]:
                return self._answer(key, what)
            case "GET", ["network", "connections"]:
                return items([one for one in self.connections.values() if one["state"] == "accepted"])
            case "DELETE", ["network", "connections", user_id]:
                self.connections = {
                    k: one for k, one in self.connections.items() if one["person"]["id"] != user_id
                }
                return nothing()
            case "GET", ["network", "blocks"]:
                return items([who(one) for one in self.blocked])
            case method, ["network", "blocks", user_id]:
                self.blocked = [one for one in self.blocked if one != user_id] + (
                    [user_id] if method == "PUT" else []
                )
                return nothing()
        return None

    def _ask(self, body: Body) -> httpx.Response:
        if body["user_id"] == "u1":
            return problem(422, "own_self")
        if body["user_id"] not in NAMES:
            return problem(404, "person_unknown")
        same = next(
            (one for one in self.connections.values() if one["person"]["id"] == body["user_id"]), None
        )
        if same and same["direction"] == "in":
            same["state"] = "accepted"
            return told(same, 201)
        if same:
            return problem(409, "already_requested" if same["state"] == "requested" else "already_connected")
        made = connection(f"cn{len(self.connections) + 1}", body["user_id"], "requested", "out", body["note"])
        self.connections[made["id"]] = made
        return told(made, 201)

    def _answer(self, key: str, what: str) -> httpx.Response:
        if key not in self.connections:
            return problem(404, "request_unknown")
        one = self.connections[key]
        if one["state"] != "requested":
            return problem(409, "already_decided")
        one["state"] = {"accept": "accepted", "decline": "declined", "withdraw": "withdrawn"}[what]
        return told(one)
