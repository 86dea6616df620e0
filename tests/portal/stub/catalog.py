"""Catalog in memory: courses, search with facets, modules, ratings, recommendations."""

from __future__ import annotations

import re
from typing import Any

import httpx

from tests.portal.stub.courses import COURSES, FINAL, MODULES, TEXT
from tests.portal.stub.parts import NOW, items, names, nothing, problem, told


class Catalog:
    """Courses and what people say of them."""

    def __init__(self) -> None:
        self.courses = {course["id"]: dict(course) for course in COURSES}
        self.mine: dict[str, dict[str, Any]] = {}
        self.reviews: list[dict[str, Any]] = [
            {
                "id": "rev1",
                "stars": 4,
                "text": "सरल और उपयोगी।",
                "at": NOW,
                "edited": False,
                "mine": False,
                "author_label": names("A learner", "एक शिक्षार्थी"),
                "reply": None,
                "reported": False,
            }
        ]
        self.hidden: set[str] = set()
        self.begun: set[str] = set()
        self.browsing = True
        self.html: object = TEXT

    def route(self, request: httpx.Request, path: str, body: dict[str, Any]) -> httpx.Response:
        """Answer one call."""
        match request.method, path.strip("/").split("/"):
            case _, ["preferences", "me"]:
                self.browsing = body.get("browsing", self.browsing)
                return told({"browsing": self.browsing})
            case "GET", ["search"]:
                return told(self.search(request.url.params))
            case "GET", ["browse", kind]:
                return items(self._browse(kind))
            case "GET", ["courses"] | ["trending"]:
                wanted = request.url.params.get("ids", "")
                return items([c for c in self.courses.values() if not wanted or c["id"] in wanted.split(",")])
            case "GET", ["recommendations", "me"]:
                return items(
                    [self._why(c) for c in list(self.courses.values())[:2] if c["id"] not in self.hidden]
                )
            case "POST", ["recommendations", "me", course_id, "not-relevant"]:
                self.hidden.add(course_id)
                return nothing()
            case "POST", ["reviews", review_id, "reports"]:
                self.reviews[0]["reported"] = review_id == "rev1"
                return nothing()
            case _, ["courses", course_id, *rest] if course_id in self.courses:
                return self._course(request, self.courses[course_id], rest, body)
        return problem(404, "not_found")

    def search(self, asked: httpx.QueryParams) -> dict[str, Any]:
        """Words, filters, facets and marks."""
        words = asked.get("q", "").casefold()
        found = [c for c in self.courses.values() if words in str(c).casefold()]
        for facet in ("content_type", "provider", "topic", "competency"):
            wanted = asked.get_list(facet)
            found = [c for c in found if not wanted or set(wanted) & set(_values(c, facet))]
        for wanted in asked.get_list("resource_type"):
            found = [c for c in found if wanted in c["resource_types"]]
        facets = {
            name: _facet(found, name, asked.get_list(name))
            for name in ("content_type", "resource_type", "provider", "topic", "competency")
        }
        hits = [{**c, "highlights": _marks(c, words), "why": []} for c in found]
        return {
            "total": len(found),
            "items": hits,
            "facets": facets,
            "next_cursor": None,
            "search_id": "s1",
            "did_you_mean": "procurement" if words.startswith("procurm") else None,
        }

    def _browse(self, kind: str) -> list[dict[str, Any]]:
        one = {"topics": "topic", "competencies": "competency", "providers": "provider"}[kind]
        values = _facet(list(self.courses.values()), one, [])
        return [{"id": value["value"], "name": value["name"], "count": value["count"]} for value in values]

    def _why(self, course: dict[str, Any]) -> dict[str, Any]:
        sentence = names("Closes Public procurement 2→3; 25 min", "सार्वजनिक खरीद 2→3 पूरा करता है; 25 मिनट")
        return {
            "course": course,
            "score": 1.0,
            "terms": [{"slug": "gap", "weight": 1.0, "sentence": sentence}],
        }

    def detail(self, course: dict[str, Any]) -> dict[str, Any]:
        """One course as its page shows it."""
        return {
            **course,
            "description": course["summary"],
            "objectives": [names("Name the steps of a purchase.", "खरीद के चरण बता सकें।")],
            "prerequisites": [],
            "authors": ["R. Iyer"],
            "owner_mdo_id": None,
            "modules": MODULES,
            "assessments": [FINAL],
            "similar": [c for c in self.courses.values() if c["id"] != course["id"]][:2],
            "versions": [1],
            "retired": False,
        }

    def _course(
        self, request: httpx.Request, course: dict[str, Any], rest: list[str], body: dict[str, Any]
    ) -> httpx.Response:
        match request.method, rest:
            case "GET", []:
                return told(self.detail(course))
            case "GET", ["modules", module_id]:
                return self._module(course, module_id)
            case "POST", ["views"]:
                return nothing()
            case "GET", ["ratings"]:
                return items(self.reviews, average=4.3, count=12, by_stars={"5": 6, "4": 4, "3": 2})
            case _, ["ratings", "me"]:
                return self._rating(request.method, course["id"], body)
        return problem(404, "not_found")

    def _rating(self, method: str, course_id: str, body: dict[str, Any]) -> httpx.Response:
        if method == "PUT":
            if course_id not in self.begun:
                return problem(403, "not_begun", "Begin the course first.")
            self.mine[course_id] = body
            mine = {**self.reviews[0], **body, "id": "mine", "mine": True}
            self.reviews = [mine, *[review for review in self.reviews if review["id"] != "mine"]]
        elif method == "DELETE":
            self.mine.pop(course_id, None)
            self.reviews = [review for review in self.reviews if review["id"] != "mine"]
            return nothing()
        found = self.mine.get(course_id)
        return told(found) if found else problem(404, "not_found")

    def _module(self, course: dict[str, Any], module_id: str) -> httpx.Response:
        ids = [module["id"] for module in MODULES]
        if module_id not in ids:
            return problem(404, "not_found")
        at = ids.index(module_id)
        return told(
            {
                "id": module_id,
                "title": MODULES[at]["title"],
                "course_id": course["id"],
                "version": 1,
                "resources": [self._content(one) for one in MODULES[at]["resources"]],
                "previous": ids[at - 1] if at else None,
                "next": ids[at + 1] if at + 1 < len(ids) else None,
            }
        )

    def _content(self, one: dict[str, Any]) -> dict[str, Any]:
        files = {"video": ("video/webm", "clip.webm"), "pdf": ("application/pdf", "rules.pdf")}
        mime, name = files.get(one["kind"], (None, None))
        full = {
            **one,
            "url": f"/api/catalog/v1/files/{name}" if name else None,
            "mime": mime,
            "size": 31_000 if name else None,
            "captions": [],
            "transcript": None,
            "html": None,
            "link_url": None,
            "task": None,
            "session": None,
        }
        if one["kind"] == "video":
            full["captions"] = [
                {"locale": code, "url": f"/api/catalog/v1/files/{code}.vtt"} for code in ("en", "hi")
            ]
            full["transcript"] = {
                "html": names("<p>We buy in the open, so that all may offer.</p>", "<p>हम खुले में खरीदते हैं।</p>")
            }
        if one["kind"] == "html":
            full["html"] = self.html
        if one["kind"] == "session":
            full["session"] = {
                "starts_at": "2026-12-01T04:30:00Z",
                "ends_at": "2026-12-01T07:00:00Z",
                "place": names("Room 12", "कक्ष 12"),
                "join_note": names("Bring the rules.", "नियम साथ लाएँ।"),
            }
        if one["kind"] == "link":
            full["link_url"] = "https://example.org/rules"
        if one["kind"] == "exercise":
            full["task"] = names(
                "Write a notice for forty chairs in five lines.", "चालीस कुर्सियों के लिए पाँच पंक्तियों की सूचना लिखें।"
            )
        return full


def _values(course: dict[str, Any], facet: str) -> dict[str, Any]:
    """The values of one facet with their names."""
    if facet == "provider":
        return {course["provider"]["id"]: course["provider"]["name"]}
    if facet in ("topic", "competency"):
        many = course["topics" if facet == "topic" else "competencies"]
        return {one["id"]: one["name"] for one in many}
    if facet == "resource_type":
        return {kind: kind for kind in course["resource_types"]}
    return {course["content_type"]: course["content_type"]}


def _facet(found: list[dict[str, Any]], facet: str, selected: list[str]) -> list[dict[str, Any]]:
    counted: dict[str, dict[str, Any]] = {}
    for course in found:
        for value, name in _values(course, facet).items():
            row = counted.setdefault(
                value, {"value": value, "name": name, "count": 0, "selected": value in selected}
            )
            row["count"] += 1
    return list(counted.values())


def _marks(course: dict[str, Any], words: str) -> list[dict[str, str]]:
    if not words:
        return []
    marked = re.sub(f"({re.escape(words)})", r"<mark>\1</mark>", " ".join(course["keywords"]), flags=re.I)
    return [{"field": "keywords", "text": marked}] if "<mark>" in marked else []
