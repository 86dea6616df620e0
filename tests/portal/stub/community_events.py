"""Events in memory: registration with a waiting list, organising."""

from __future__ import annotations

from typing import Any

import httpx

from tests.portal.stub.community_people import who
from tests.portal.stub.identity import MDOS
from tests.portal.stub.parts import NOW, items, names, nothing, problem, told

Body = dict[str, Any]
LINK = "https://meet.gov.in/rti"
ICS = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"


def event(event_id: str, english: str, hindi: str, state: str, **more: Any) -> Body:
    """One event as its organisers see it."""
    return {
        "id": event_id, "title": names(english, hindi), "kind": "webinar", "mdo": {"id": "o1", "name": MDOS[3]["name"]},
        "topics": [{"id": "t-rti", "name": names("Right to information", "सूचना का अधिकार")}], "language": "hi",
        "starts_at": "2026-12-01T09:30:00Z", "ends_at": "2026-12-01T11:00:00Z", "state": state, "capacity": 50,
        "registered": 12, "waiting": 0, "mine": "", "version": 1, "about": names("Answers in time.", "समय पर उत्तर।"),
        "place": "", "course_id": None, "join_url": LINK, "speakers": ["दिव्या मेनन"], "cancelled_reason": None,
        "audience": "all", "created_by": who("u2"), "reviewed_by": None, "returned_reason": None, "attended": 0,
        "may_review": True, "may_edit": True, "published_at": None, **more,
    }  # fmt: skip


class Events:
    """Events of one organisation."""

    def __init__(self, empty: bool) -> None:
        self.events = {} if empty else {
            "ev1": event("ev1", "Thirty days: answering in time", "तीस दिन: समय पर उत्तर", "published", mine="registered"),
            "ev2": event("ev2", "Buying on the portal", "पोर्टल पर खरीद", "published", capacity=12, waiting=2, place="कक्ष 204, संचार भवन"),
            "ev3": event("ev3", "Notes and drafts", "टिप्पण और प्रारूप", "review"),
            "ev4": event("ev4", "Ethics in the office", "कार्यालय में नैतिकता", "draft", created_by=who("u1"), returned_reason="शीर्षक स्पष्ट करें।"),
            "ev5": event("ev5", "Filing today", "आज फ़ाइल प्रबंधन", "live", starts_at="2026-11-26T06:00:00Z", ends_at="2026-11-27T06:00:00Z", attended=1),
            "ev6": event("ev6", "Old rules", "पुराने नियम", "cancelled", cancelled_reason="वक्ता अस्वस्थ हैं।"),
        }  # fmt: skip
        self.marked: list[str] = []

    def route(self, request: httpx.Request, path: list[str], body: Body) -> httpx.Response | None:
        """Answer one call, or None."""
        match request.method, path:
            case "GET", ["sessions"]:
                return items(self._listed(request.url.params))
            case _, ["sessions", key, *rest]:
                one = self.events.get(key)
                return self._one(request.method, one, rest) if one else problem(404, "session_unknown")
            case "GET", ["organising", "sessions"]:
                state = request.url.params.get("state", "")
                return items([one for one in self.events.values() if state in ("", one["state"])])
            case "POST", ["organising", "sessions"]:
                made = event(f"ev{len(self.events) + 1}", "", "", "draft", created_by=who("u1")) | self._read(
                    body
                )
                self.events[made["id"]] = made
                return told(made, 201)
            case _, ["organising", "sessions", key, *rest]:
                one = self.events.get(key)
                return self._organise(request, one, rest, body) if one else problem(404, "session_unknown")
            case "GET", ["home", "sessions"]:
                kept = ("id", "title", "starts_at", "ends_at", "state", "mine", "kind")
                shown = [one for one in self.events.values() if one["state"] in ("published", "live")]
                return items([{name: one[name] for name in kept} for one in shown])
        return None

    def _listed(self, asked: Any) -> list[Body]:
        open_ = ("published", "live", "cancelled")
        found = [
            one for one in self.events.values() if (one["state"] in open_) == (asked.get("when") != "past")
        ]
        found = [one for one in found if one["state"] in (*open_, "ended")]
        return [one for one in found if one["mine"] or asked.get("only") != "mine"]

    def _one(self, method: str, one: Body, rest: list[str]) -> httpx.Response:
        if rest == ["calendar.ics"]:
            return httpx.Response(200, text=ICS, headers={"Content-Type": "text/calendar"})
        if rest == ["registration"] and one["state"] == "cancelled":
            return problem(409, "session_cancelled")
        if rest == ["registration"] and method == "DELETE":
            one["mine"] = ""
            return nothing()
        if rest == ["registration"]:
            full = one["capacity"] and one["registered"] >= one["capacity"]
            one["mine"] = "waiting" if full else "registered"
            return told({"state": one["mine"], "position": 3 if full else None})
        return told(one | {"join_url": LINK if one["mine"] == "registered" else None})

    def _organise(self, request: httpx.Request, one: Body, rest: list[str], body: Body) -> httpx.Response:
        match request.method, rest:
            case "GET", []:
                return told(one)
            case "PATCH", []:
                if request.headers.get("If-Match") not in (None, f'"{one["version"]}"'):
                    return problem(409, "changed_elsewhere", current=one)
                one |= self._read(body) | {"version": one["version"] + 1}
                return told(one)
            case "POST", ["submit" | "return" | "publish" | "cancel" as what]:
                after = {"submit": "review", "return": "draft", "publish": "published", "cancel": "cancelled"}
                one |= {
                    "state": after[what],
                    f"{'returned' if what == 'return' else 'cancelled'}_reason": body.get("reason"),
                }
                return told(one)
            case "GET", ["registrations"]:
                states = {"u2": "registered", "u3": "attended", "u5": "waiting"}
                return items(
                    [{"person": who(key), "state": state, "at": NOW} for key, state in states.items()]
                )
            case "POST", ["attendance"]:
                self.marked += body["user_ids"]
                return told({"marked": body["user_ids"], "refused": []})
        return problem(404, "session_unknown")

    def _read(self, body: Body) -> Body:
        topics = [{"id": key, "name": names(key, "विषय")} for key in body.get("topics", [])]
        units = {one["id"]: {"id": one["id"], "name": one["name"]} for one in MDOS}
        made = {name: value for name, value in body.items() if name not in ("topics", "mdo_id")}
        made |= {"topics": topics} if "topics" in body else {}
        return made | ({"mdo": units.get(body["mdo_id"])} if "mdo_id" in body else {})
