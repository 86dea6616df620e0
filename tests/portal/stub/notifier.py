"""Notifier in memory: notices."""

from __future__ import annotations

from typing import Any

import httpx

from tests.portal.stub.parts import NOW, items, names, nothing, problem, told


class Notifier:
    """One person's notices."""

    def __init__(self, empty: bool) -> None:
        self.notices: list[dict[str, Any]] = (
            []
            if empty
            else [
                {
                    "id": "n1",
                    "kind": "mandate",
                    "text": names("A course is due for you.", "आपके लिए एक पाठ्यक्रम देय है।"),
                    "link": "/courses/procure-1",
                    "at": NOW,
                    "read": False,
                },
                {
                    "id": "n2",
                    "kind": "welcome",
                    "text": names("Welcome to Karmayogi.", "कर्मयोगी में आपका स्वागत है।"),
                    "link": None,
                    "at": NOW,
                    "read": True,
                },
            ]
        )

        plain = {"mail": True, "notice": True, "digest": False, "locked": False}
        self.kinds = {kind: dict(plain) for kind in ("mandate_due", "welcome", "approval_needed", "new_kind")}
        self.kinds["password_changed"] = plain | {"locked": True}
        self.quiet: dict[str, str] | None = {"from": "21:00", "to": "07:00"}

    def route(self, request: httpx.Request, path: str, body: dict[str, Any]) -> httpx.Response:
        """Answer one call."""
        match request.method, path.strip("/").split("/"):
            case "GET", ["notices"]:
                return items(self.notices, unread=sum(not notice["read"] for notice in self.notices))
            case "POST", ["notices", "read-all"]:
                for notice in self.notices:
                    notice["read"] = True
                return nothing()
            case "PATCH", ["notices", notice_id]:
                for notice in self.notices:
                    notice["read"] = notice["read"] or notice["id"] == notice_id
                return nothing()
            case "GET", ["preferences", "me"]:
                return told({"kinds": self.kinds, "quiet_hours": self.quiet, "version": 1})
            case "PUT", ["preferences", "me"]:
                return self._choose(body)
        return problem(404, "not_found")

    def _choose(self, body: dict[str, Any]) -> httpx.Response:
        quiet = body["quiet_hours"]
        if quiet and (not all(quiet.values()) or quiet["from"] == quiet["to"]):
            return problem(422, "time_not_valid", "Two times.", {"quiet_hours": ["Two times."]})
        plain = {"mail": True, "notice": True, "digest": False}
        self.kinds = {
            kind: choice | plain | body["kinds"].get(kind, {}) for kind, choice in self.kinds.items()
        }
        self.quiet = quiet
        return told({"kinds": self.kinds, "quiet_hours": self.quiet, "version": 2})
