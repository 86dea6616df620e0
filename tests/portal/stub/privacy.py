"""A person's own data in memory: another address or name, consent, copies, erasure, who looked."""

from __future__ import annotations

from typing import Any

import httpx

from tests.portal.stub.parts import NOW, items, names, nothing, problem, told

Body = dict[str, Any]
NOTICE = {
    "version": "2026-11",
    "items": [
        {
            "what": names("Name, official e-mail address", "नाम, आधिकारिक ईमेल पता"),
            "why": names("To make and secure your account.", "आपका खाता बनाने और सुरक्षित रखने के लिए।"),
            "until": names("Until your account is erased.", "आपका खाता मिटाए जाने तक।"),
        },
        {
            "what": names("Log of sign-ins", "साइन-इन का लॉग"),
            "why": names("To find misuse.", "दुरुपयोग का पता लगाने के लिए।"),
            "until": names("400 days.", "400 दिन।"),
        },
    ],
}
HOLDS = [
    {
        "what": names("The audit log, with your id alone", "ऑडिट लॉग, केवल आपकी पहचान संख्या के साथ"),
        "why": names("Rules ask for logs to be kept.", "नियम लॉग सुरक्षित रखने की अपेक्षा करते हैं।"),
        "days": 400,
    }
]


def copy_of(id_: str, state: str) -> Body:
    """A copy as the API tells of it."""
    until = "2026-11-30T09:30:00Z" if state == "ready" else None
    return {
        "id": id_,
        "state": state,
        "asked_at": NOW,
        "ready_at": NOW if until else None,
        "fetch_until": until,
    }


class Privacy:
    """What identity answers about the own data."""

    def __init__(self, password: str) -> None:
        self.password = password
        self.version = NOTICE["version"]
        self.consents: list[Body] = []
        self.copies = [copy_of("ex0", "expired")]
        self.due_at: str | None = None
        self.archive = b"PK archive"
        self.looks = [
            {"at": NOW, "who": "बलजीत सिंह", "what": "person_seen", "reason": "प्रश्न का उत्तर"},
            {"at": NOW, "who": "service:notifier", "what": "people_read", "reason": None},
        ]

    def route(self, method: str, rest: list[str], body: Body) -> httpx.Response | None:
        """Answer one call below /me, or nothing when it is none of these."""
        match method, rest:
            case "GET", ["consent"]:
                return told(self._consent())
            case "PUT", ["consent"]:
                if body["version"] != self.version:
                    return problem(422, "version_old", "", {"version": ["There is a newer notice."]})
                self.consents.append({**body, "at": NOW})
                return told(self._consent())
            case "GET", ["exports"]:
                return items(self.copies)
            case "POST", ["export"]:
                return told(self._ask_copy(), 202)
            case "POST", ["exports", copy_id, "archive"]:
                return self._fetch(copy_id)
            case "GET", ["erasure"]:
                return told(self._erasure())
            case "POST", ["erasure"]:
                if body["password"] != self.password:
                    return problem(422, "password_wrong", "", {"password": ["Not right."]})
                self.due_at = self.due_at or "2026-11-22T09:30:00Z"
                return told(self._erasure(), 202)
            case "DELETE", ["erasure"]:
                self.due_at = None
                return nothing()
            case "GET", ["access-log"]:
                return items(self.looks)
        return None

    def _consent(self) -> Body:
        last = self.consents[-1] if self.consents else {"accepted": False, "version": ""}
        held = last["accepted"] and last["version"] == self.version
        return {"version": self.version, "accepted": held, "history": self.consents}

    def _ask_copy(self) -> Body:
        open_ = [one for one in self.copies if one["state"] in ("waiting", "ready")]
        if not open_:
            made = copy_of(f"ex{len(self.copies)}", "waiting")
            self.copies.insert(0, made)
            return made
        return open_[0]

    def _fetch(self, copy_id: str) -> httpx.Response:
        found = next((one for one in self.copies if one["id"] == copy_id), None)
        if found is None:
            return problem(404, "export_unknown")
        if found["state"] == "waiting":
            return problem(409, "export_not_ready", "Not ready yet.")
        if not found["fetch_until"]:
            return problem(410, "export_fetched", "Fetched already.")
        found["state"] = "fetched"
        return httpx.Response(200, content=self.archive, headers={"Content-Type": "application/zip"})

    def _erasure(self) -> Body:
        state = "waiting" if self.due_at else "none"
        asked_at = NOW if self.due_at else None
        return {"state": state, "asked_at": asked_at, "due_at": self.due_at, "holds": HOLDS}
