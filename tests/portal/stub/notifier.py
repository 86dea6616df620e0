"""Notifier in memory: notices."""

from __future__ import annotations

from typing import Any

import httpx

from tests.portal.stub.parts import NOW, items, names, nothing, problem


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
        return problem(404, "not_found")
