"""What administrators of content see: authoring, moderation, the dictionary."""

from __future__ import annotations

from typing import Any

import httpx

from tests.portal.stub.courses import COURSES, MODULES, PROVIDERS
from tests.portal.stub.dictionary import BY_ID, COMPETENCIES, TOPICS
from tests.portal.stub.identity import POSITIONS
from tests.portal.stub.parts import NOW, items, names, nothing, problem, told

Body = dict[str, Any]


def matched(request: httpx.Request, version: int) -> bool:
    """Whether a change was made to the version in hand."""
    return request.headers.get("If-Match") in (None, f'"{version}"')


def _authored(course_id: str) -> Body:
    """A course as authors see it."""
    plain = {
        "poster": None,
        "keywords": {"en": ["rules"], "hi": ["नियम"]},
        "authors": ["आशा राव"],
        "open": True,
    }
    test = {
        "id": "as-final", "kind": "final", "title": names("Final test", "अंतिम परीक्षा"), "module_id": None,
        "pass_mark": 60, "attempts": 3, "limit_seconds": 1200, "shuffle": True, "draw": None,
        "questions": [
            {"id": "q1", "kind": "single", "text": names("Which rule?", "कौन-सा नियम?"), "points": 1, "correct": ["o1"],
             "options": [{"id": "o1", "text": names("Open tender", "खुली निविदा")}, {"id": "o2", "text": names("None", "कोई नहीं")}]}
        ],
    }  # fmt: skip
    file = {"id": "f1", "name": "नियम", "kind": "pdf", "mime": None, "size": 12000, "state": "ready"}
    found = next(one for one in COURSES if one["id"] == course_id)
    return {
        "id": course_id, "title": found["title"], "summary": found.get("summary") or {}, "description": {},
        "provider_id": "istm", "status": "draft", "version": 4, "live": 1, "created_by": "u9", "updated_at": NOW,
        "review": None, "versions": [1], "files": [file], "modules": [dict(one) for one in MODULES], "assessments": [test],
        "topics": ["t-procure"], "competencies": [{"competency_id": "c-procure", "level": 3}], "locales": ["en", "hi"],
        "mode": "self_paced", "difficulty": "basic", "content_type": "course", "certificate": True,
        "objectives": [names("Know the rules", "नियम जानें")], **plain,
    }  # fmt: skip


class DeskCatalog:
    """Courses in authoring, providers and reported reviews."""

    def __init__(self, empty: bool = False) -> None:
        self.courses = {} if empty else {"finance-1": _authored("finance-1")}
        self.providers = [
            {"id": key, "name": name, "count": 3, "suspended": False} for key, name in PROVIDERS.items()
        ]
        self.reported = (
            []
            if empty
            else [
                {
                    "id": "rev1",
                    "course_id": "finance-1",
                    "stars": 1,
                    "text": "यहाँ खरीदें!",
                    "at": NOW,
                    "reply": None,
                    "reports": [{"reason": "spam", "note": None}],
                }
            ]
        )
        self.pieces: list[bytes] = []

    def route(self, request: httpx.Request, path: str, body: Any) -> httpx.Response | None:
        """Answer one call of a provider or a moderator."""
        match request.method, path.strip("/").split("/"):
            case "POST", ["authoring", "import"]:
                return self._import(request.content)
            case "GET", ["authoring", "courses", _, "export"]:
                return httpx.Response(200, content=b"PK course", headers={"Content-Type": "application/zip"})
            case "GET", ["searches", "missed.csv"]:
                return httpx.Response(200, text="text,count\n", headers={"Content-Type": "text/csv"})
            case _, ["authoring", "courses", *rest]:
                return self._authoring(request, rest, body)
            case "GET", ["searches", "missed"]:
                return items([{"text": "जी एस टी", "locale": "hi", "count": 7, "last_at": NOW}])
            case "GET", ["providers"]:
                return items(self.providers)
            case "POST", ["providers"]:
                self.providers.append({"count": 0, "suspended": False, **body})
                return told(self.providers[-1], 201)
            case "POST", ["providers", provider_id, what]:
                found = next(one for one in self.providers if one["id"] == provider_id)
                found["suspended"] = what == "suspend"
                return told(found)
            case "GET", ["moderation", "reviews"]:
                return items(self.reported)
            case "POST", ["moderation", "reviews", _]:
                if not body["reason"]:
                    return problem(422, "fields_not_valid", "", {"reason": ["Too short."]})
                self.reported = []
                return told({})
            case "POST", ["reviews", _, "reply"]:
                return told({})
        return None

    def _import(self, content: bytes) -> httpx.Response:
        if not content.startswith(b"PK"):
            return told({"course_id": None, "errors": [{"path": "", "sentence": "This is no zip file."}]})
        if b"bad" in content:
            sentence = "यह फ़ील्ड आवश्यक है।"
            return told({"course_id": None, "errors": [{"path": "course.json.title", "sentence": sentence}]})
        self.courses["new-2"] = {**_authored("finance-1"), "id": "new-2", "live": None}
        return told({"course_id": "new-2", "errors": []})

    def _authoring(self, request: httpx.Request, rest: list[str], body: Any) -> httpx.Response:
        if not rest and request.method == "GET":
            wanted = request.url.params.get("status")
            return items([one for one in self.courses.values() if wanted in (None, one["status"])])
        if not rest:
            made = {
                **_authored("finance-1"),
                "id": "new-1",
                "live": None,
                "modules": [],
                "assessments": [],
                "files": [],
                "version": 1,
                **body,
            }
            self.courses["new-1"] = made
            return told(made, 201)
        found = self.courses.get(rest[0])
        if found is None:
            return problem(404, "course_unknown")
        match request.method, rest[1:]:
            case "PATCH", []:
                if not matched(request, found["version"]):
                    return problem(409, "changed_elsewhere", current=found)
                found |= {**body, "version": found["version"] + 1}
            case "DELETE", []:
                del self.courses[rest[0]]
                return nothing()
            case "GET", ["checks"]:
                missing = (
                    [] if found["modules"] else [{"field": "modules", "sentence": "A course needs a module."}]
                )
                return told({"problems": missing})
            case "GET", ["preview"]:
                pages = [
                    {**one, "resources": [self._shown(r) for r in one["resources"]]}
                    for one in found["modules"]
                ]
                tests = [{**one, "questions": len(one["questions"])} for one in found["assessments"]]
                return told(
                    {
                        **found,
                        "provider": {"id": "istm", "name": PROVIDERS["istm"]},
                        "minutes": 25,
                        "module_pages": pages,
                        "assessments": tests,
                    }
                )
            case "GET", ["ratings"]:
                return items(
                    [{"id": "rev1", "stars": 4, "text": "उपयोगी।", "at": NOW, "reply": None}],
                    average=4.0,
                    count=1,
                    by_stars={"4": 1},
                )
            case "POST", ["review"]:
                if found["created_by"] == "u1":
                    return problem(403, "own_course", "Somebody who did not write this course reviews it.")
                found |= {"status": "approved" if body["decision"] == "approve" else "draft", "review": body}
            case "POST", ["submit" | "publish" | "new-version" | "retire" as what]:
                found["status"] = {
                    "submit": "in_review",
                    "publish": "published",
                    "new-version": "draft",
                    "retire": "retired",
                }[what]
            case "POST", ["files"]:
                self.about = body
                return told({"file_id": "f9", "offset": 0, "chunk": 4, "upload_url": ""}, 201)
            case "PATCH", ["files", _]:
                self.pieces.append(request.content)
                return nothing()
            case "POST", ["files", _, "finish"]:
                found["files"] = [*found["files"], {"id": "f9", **self.about, "mime": None, "state": "ready"}]
                return told({"id": "f9"})
        return told(found)

    def _shown(self, one: Body) -> Body:
        url = "/api/catalog/v1/files/clip.webm" if one["kind"] in ("video", "pdf") else None
        return {"url": url, "captions": [], "html": None, "size": 12000, **one}


class DeskOnboarding:
    """The dictionary for its readers and editors, profile changes and proposals."""

    def __init__(self, empty: bool = False) -> None:
        need = {"competency_id": "c-procure", "level": 3}
        acts = [{"name": names("Write tender documents", "निविदा दस्तावेज़ लिखना"), "competencies": [need]}]
        roles = [{"name": names("Buying", "खरीद"), "activities": acts}]
        self.positions = {
            one["id"]: {**one, "status": "verified", "version": 2, "group": "b", "roles": roles, "competencies": [need],
                        "description": names("Looks after a section.", "अनुभाग देखते हैं।")}
            for one in POSITIONS
        }  # fmt: skip
        self.drafts = (
            []
            if empty
            else [
                {
                    **self.positions["p2"],
                    "id": "p9",
                    "name": names("Clerk", "लिपिक"),
                    "status": "draft",
                    "entry_kind": "positions",
                }
            ]
        )
        self.changes = (
            []
            if empty
            else [
                {
                    "id": "ch1",
                    "user_id": "u2",
                    "field": "position_id",
                    "from": "p1",
                    "to": "p2",
                    "from_name": None,
                    "to_name": None,
                    "reason": "पदोन्नति",
                    "requested_at": NOW,
                    "age_hours": 75,
                    "overdue": True,
                    "mdo_id": "o1",
                    "status": "pending",
                }
            ]
        )
        self.proposals = [] if empty else [
            {"id": "pr1", "name": "जल जीवन", "reason": "बहुत पूछा जाता है", "status": "proposed", "proposed_at": NOW, "user_id": "u2"}
        ]  # fmt: skip

    def route(self, request: httpx.Request, path: str, body: Body) -> httpx.Response | None:
        """Answer one call about the dictionary or a decision."""
        match request.method, path.strip("/").split("/"):
            case "GET", ["positions"]:
                return items(self._found(request, list(self.positions.values())))
            case "GET", ["positions", key]:
                return (
                    told(self.positions[key]) if key in self.positions else problem(404, "position_unknown")
                )
            case "GET", ["competencies", key] if key in BY_ID:
                return told(
                    {**BY_ID[key], "group_name": names("Core", "मूल"), "positions": ["p1"], "version": 1}
                )
            case "GET", ["frac", "roles" | "activities"]:
                return items([{"name": names("Buying", "खरीद"), "positions": ["p1"], "competencies": []}])
            case "GET", ["frac", "drafts"]:
                return items(self.drafts)
            case "GET", ["frac", _, _, "history"]:
                return items([{"at": NOW, "what": "verified", "by": "u1", "version": 2, "before": None}])
            case "GET", ["frac", "export"]:
                return httpx.Response(200, text="id\n", headers={"Content-Type": "text/csv"})
            case "POST", ["frac", "import"]:
                errors = [] if "id" in body["text"] else [{"row": 1, "field": "id", "sentence": "No id."}]
                return told({"rows": 1, "created": 1, "changed": 0, "unchanged": 0, "errors": errors})
            case "POST", ["frac", _]:
                self.drafts.append({"id": "new", "status": "draft", "version": 1, **body})
                return told(self.drafts[-1], 201)
            case "PATCH", ["frac", "positions", key]:
                if not matched(request, self.positions[key]["version"]):
                    return problem(409, "changed_elsewhere", current=self.positions[key])
                self.positions[key] |= {**body, "version": self.positions[key]["version"] + 1}
                return told(self.positions[key])
            case _, ["frac", *_]:
                return told({})
            case "GET", ["approvals"] if "mine" not in request.url.params:
                return items(self.changes)
            case "POST", ["approvals", key, what]:
                return self._decide("changes", key, what, body)
            case "GET", ["topic-proposals"]:
                return items(self.proposals)
            case "POST", ["topic-proposals", key, what]:
                return self._decide("proposals", key, what, body)
        return None

    def _found(self, request: httpx.Request, things: list[Body]) -> list[Body]:
        words, letter = request.url.params.get("q", "").lower(), request.url.params.get("letter", "").lower()
        return [
            one
            for one in things
            if words in one["name"]["en"].lower() and one["name"]["en"].lower().startswith(letter)
        ]

    def _decide(self, name: str, key: str, what: str, body: Body) -> httpx.Response:
        things: list[Body] = getattr(self, name)
        if not any(one["id"] == key for one in things):
            return problem(409, "already_decided", "Somebody decided this already.")
        if what == "decline" and not body.get("reason"):
            return problem(422, "fields_not_valid", "", {"reason": ["Too short."]})
        setattr(self, name, [one for one in things if one["id"] != key])
        return told({"id": key})


__all__ = ["COMPETENCIES", "TOPICS", "DeskCatalog", "DeskOnboarding"]
