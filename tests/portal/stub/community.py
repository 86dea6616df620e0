"""Community in memory: discussions here, the other hubs beside it."""

from __future__ import annotations

from typing import Any

import httpx

from tests.portal.stub.community_careers import Careers
from tests.portal.stub.community_events import Events
from tests.portal.stub.community_people import Network, who
from tests.portal.stub.parts import NOW, items, names, nothing, problem, told

Body = dict[str, Any]
RTI = {
    "id": "topic:t-rti",
    "kind": "topic",
    "ref": "t-rti",
    "name": names("Right to information", "सूचना का अधिकार"),
}
BUYING = {
    "id": "topic:t-procure",
    "kind": "topic",
    "ref": "t-procure",
    "name": names("Public procurement", "सार्वजनिक खरीद"),
}
COURSE = {
    "id": "course:finance-1",
    "kind": "course",
    "ref": "finance-1",
    "name": names("Finance for non-finance officers", "वित्त परिचय"),
}


def post(author: str, body: str, **more: Any) -> Body:
    """What a question and a reply have in common."""
    plain = {"body": body, "author": who(author), "edited_at": None, "votes": 0, "voted": False, "state": "shown",
             "mine": author == "u1", "version": 1, "removed_reason": None}  # fmt: skip
    return plain | more


def thread(thread_id: str, space: Body, author: str, title: str, body: str, **more: Any) -> Body:
    """One thread."""
    plain = {"id": thread_id, "space": space, "title": title, "excerpt": body[:200], "created_at": NOW, "last_at": NOW,
             "replies": 0, "answered": False, "followed": author == "u1", "accepted_id": None, "followers": 1,
             "may_moderate": False}  # fmt: skip
    return post(author, body) | plain | more


class Discuss:
    """Threads and replies."""

    def __init__(self, empty: bool) -> None:
        self.spaces = [RTI, BUYING, COURSE]
        self.threads = {} if empty else {
            "th1": thread("th1", RTI, "u1", "तीस दिन की गिनती कब से शुरू होती है?", "आवेदन हमें दूसरे विभाग से मिला।\n\nक्या दिन वहाँ से गिने जाएँ?",
                          replies=2, votes=4, edited_at=NOW, followers=3),
            "th2": thread("th2", COURSE, "u2", "Which test is the final one?", "There are two tests in the course.", votes=1),
            "th3": thread("th3", BUYING, "u1", "छिपा हुआ प्रश्न", "जाँच के लिए।", state="suspended"),
        }  # fmt: skip
        self.replies = {} if empty else {
            "rp1": post("u2", "जिस दिन सही लोक प्राधिकारी को आवेदन मिले, उसी दिन से।", id="rp1", thread_id="th1", at=NOW, votes=2, accepted=False),
            "rp2": post("u1", "धन्यवाद।", id="rp2", thread_id="th1", at=NOW, edited_at=NOW, accepted=False),
        }  # fmt: skip
        self.reported = [] if empty else [
            {"kind": "reply", "id": "rp9", "thread_id": "th2", "title": "अंतिम परीक्षा कौन-सी है?", "body": "सस्ता सामान खरीदें!",
             "author": who("u3"), "state": "suspended", "reported_at": NOW, "reporters": 3,
             "reports": [{"reason": "spam", "note": "विज्ञापन", "at": NOW}]}
        ]  # fmt: skip
        self.reports: list[Body] = []

    def route(self, request: httpx.Request, path: list[str], body: Body) -> httpx.Response | None:
        """Answer one call, or None."""
        match request.method, path:
            case "GET", ["spaces"]:
                return items(
                    [self._counted(one) for one in self.spaces if one["kind"] == request.url.params["kind"]]
                )
            case "GET", ["spaces", space_id]:
                found = next((one for one in self.spaces if one["id"] == space_id), None)
                return told(self._counted(found)) if found else problem(404, "space_unknown")
            case "GET", ["threads"]:
                return items(self._listed(request.url.params))
            case "POST", ["threads"]:
                return self._ask(body)
            case _, ["threads", thread_id, *rest]:
                found = self.threads.get(thread_id)
                return self._thread(request, found, rest, body) if found else problem(404, "thread_unknown")
            case _, ["replies", reply_id, *rest]:
                found = self.replies.get(reply_id)
                return self._reply(request, found, rest, body) if found else problem(404, "reply_unknown")
            case "GET", ["moderation", "posts"]:
                return items(self.reported)
            case "POST", ["moderation", "posts", kind, post_id]:
                self.reported = [one for one in self.reported if one["id"] != post_id]
                return told(
                    {
                        "kind": kind,
                        "id": post_id,
                        "state": "removed" if body["decision"] == "remove" else "shown",
                    }
                )
            case "GET", ["home", "discussions"]:
                kept = ("id", "title", "space", "votes", "replies", "answered", "last_at")
                shown = [one for one in self.threads.values() if one["state"] == "shown"]
                return items([{name: one[name] for name in kept} for one in shown])
        return None

    def _counted(self, space: Body) -> Body:
        mine = [one for one in self.threads.values() if one["space"]["id"] == space["id"]]
        return space | {"threads": len(mine), "last_at": NOW if mine else None}

    def _listed(self, asked: Any) -> list[Body]:
        found = [
            one
            for one in self.threads.values()
            if asked.get("space", one["space"]["id"]) == one["space"]["id"]
        ]
        only = asked.get("only", "")
        found = [one for one in found if asked.get("q", "") in one["title"]]
        tests = {"mine": "mine", "followed": "followed"}
        return [one for one in found if only not in tests or one[tests[only]]]

    def _ask(self, body: Body) -> httpx.Response:
        space = next((one for one in self.spaces if one["id"] == body["space"]), None)
        if space is None:
            return problem(404, "space_unknown")
        made = thread(f"th{len(self.threads) + 1}", space, "u1", body["title"], body["body"])
        self.threads[made["id"]] = made
        return told(made, 201)

    def _thread(self, request: httpx.Request, one: Body, rest: list[str], body: Body) -> httpx.Response:
        match request.method, rest:
            case "GET", []:
                return told(one)
            case "PATCH", []:
                return self._edit(request, one, body)
            case "DELETE", []:
                if one["replies"]:
                    return problem(409, "has_replies")
                del self.threads[one["id"]]
                return nothing()
            case "GET", ["history"]:
                return items([{"at": NOW, "title": "तीस दिन?", "body": "कब से?"}])
            case "GET", ["replies"]:
                mine = [reply for reply in self.replies.values() if reply["thread_id"] == one["id"]]
                return items(sorted(mine, key=lambda reply: not reply["accepted"]))
            case "POST", ["replies"]:
                made = post(
                    "u1",
                    body["body"],
                    id=f"rp{len(self.replies) + 1}",
                    thread_id=one["id"],
                    at=NOW,
                    accepted=False,
                )
                self.replies[made["id"]] = made
                one["replies"] += 1
                return told(made, 201)
            case method, ["vote"]:
                return self._vote(one, method)
            case method, ["follow"]:
                one["followed"] = method == "PUT"
                return told({"followed": one["followed"], "followers": 1})
            case method, ["accepted"]:
                one["accepted_id"] = body["reply_id"] if method == "PUT" else None
                one["answered"] = method == "PUT"
                for reply in self.replies.values():
                    reply["accepted"] = reply["id"] == one["accepted_id"]
                return told(one)
            case "POST", ["reports"]:
                self.reports.append(body)
                return nothing()
        return problem(404, "not_found")

    def _reply(self, request: httpx.Request, one: Body, rest: list[str], body: Body) -> httpx.Response:
        match request.method, rest:
            case "PATCH", []:
                return self._edit(request, one, body)
            case "DELETE", []:
                del self.replies[one["id"]]
                return nothing()
            case "GET", ["history"]:
                return items([{"at": NOW, "body": "शुक्रिया।"}])
            case method, ["vote"]:
                return self._vote(one, method)
            case "POST", ["reports"]:
                self.reports.append(body)
                return nothing()
        return problem(404, "not_found")

    def _vote(self, one: Body, method: str) -> httpx.Response:
        if one["mine"]:
            return problem(422, "own_post")
        one["voted"] = method == "PUT"
        return told({"votes": one["votes"] + one["voted"], "voted": one["voted"]})

    def _edit(self, request: httpx.Request, one: Body, body: Body) -> httpx.Response:
        if request.headers.get("If-Match") not in (None, f'"{one["version"]}"'):
            return problem(409, "changed_elsewhere", current=one)
        one |= {**body, "version": one["version"] + 1, "edited_at": NOW}
        return told(one)


class Community:
    """The hubs of the community."""

    def __init__(self, empty: bool = False) -> None:
        self.discuss = Discuss(empty)
        self.network = Network(empty)
        self.careers = Careers(empty)
        self.events = Events(empty)

    def route(self, request: httpx.Request, path: str, body: Body) -> httpx.Response:
        """Answer one call."""
        parts = path.strip("/").split("/")
        for side in (self.discuss, self.network, self.careers, self.events):
            found = side.route(request, parts, body)
            if found is not None:
                return found
        return problem(404, "not_found")
