"""A provider's course through the gateway: written, a file in pieces, reviewed, published, found, its file fetched."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from typing import Any

import httpx
import pytest

from deploy.local.stack import ROOT, Stack
from services.identity.commands.bootstrap import DEMO_PASSWORD
from tests.journeys.conftest import until

PLACE = "/catalog/v1/authoring/courses"
FILES = ROOT / "services" / "catalog" / "seed" / "files"
COURSE: dict[str, Any] = {
    "title": {"en": "Keeping quokkas in offices", "hi": "कार्यालयों में क्वोका"},
    "summary": {"en": "What the rules say.", "hi": "नियम क्या कहते हैं।"},
    "description": {"en": "A short course.", "hi": "एक छोटा पाठ्यक्रम।"},
    "topics": ["public-procurement"],
    "competencies": [{"competency_id": "public-procurement", "level": 1}],
    "locales": ["en", "hi"],
    "mode": "self_paced",
    "difficulty": "basic",
    "content_type": "course",
    "objectives": [{"en": "Name the rules.", "hi": "नियम बताना।"}],
}


@pytest.fixture(scope="module")
def staff(stack: Stack) -> dict[str, dict[str, str]]:
    """The demo accounts of the CBP portal, signed in: the headers of their requests by role."""
    environ = stack._environ("identity-web")
    command = [sys.executable, "-m", "services.identity.cli", "demo"]
    subprocess.run(command, cwd=ROOT, env=environ, check=True, capture_output=True, timeout=60)
    found = {}
    for role in ("creator", "reviewer", "publisher"):
        body = {"email": f"demo.{role}@gov.in", "password": DEMO_PASSWORD}
        login = httpx.post(f"{stack.url}/api/identity/v1/auth/token", json=body, trust_env=False).json()
        found[role] = {"Authorization": f"Bearer {login['access_token']}"}
    return found


def test_a_course_is_written_reviewed_published_and_found(
    api: httpx.Client, staff: dict[str, dict[str, str]], person: dict[str, str]
) -> None:
    provider = api.get("/catalog/v1/providers").json()["items"][0]["id"]
    made = api.post(PLACE, json={**COURSE, "provider_id": provider}, headers=staff["creator"])
    assert made.status_code == 201, made.text
    course = f"{PLACE}/{made.json()['id']}"
    file_id = uploaded(api, course, staff["creator"])

    written = api.patch(
        course, json=content(file_id), headers={**staff["creator"], "If-Match": made.headers["ETag"]}
    )
    assert written.status_code == 200, written.text
    assert api.get(f"{course}/checks", headers=staff["creator"]).json()["problems"] == []
    for step, who, body in (
        ("submit", "creator", {}),
        ("review", "reviewer", {"decision": "approve"}),
        ("publish", "publisher", {}),
    ):
        answer = api.post(f"{course}/{step}", json=body, headers=staff[who])
        assert answer.status_code == 200, answer.text

    hit = until(lambda: api.get("/catalog/v1/search?q=quokka", headers=person).json()["items"], 10)[0]
    assert hit["title"] == COURSE["title"]
    module = api.get(f"/catalog/v1/courses/{hit['id']}/modules/m1", headers=person).json()
    part = httpx.get(f"{str(api.base_url).removesuffix('/api/')}{module['resources'][0]['url']}",
                     headers={"Range": "bytes=0-7"}, trust_env=False)  # fmt: skip
    assert (part.status_code, part.content[:5]) == (206, b"%PDF-")
    assert '"correct"' not in api.get(f"/catalog/v1/courses/{hit['id']}", headers=person).text


def uploaded(api: httpx.Client, course: str, who: dict[str, str]) -> str:
    """A PDF in two pieces through the gateway; the id of the file."""
    body = next(iter(sorted(FILES.glob("*.pdf")))).read_bytes()
    told = {"name": "rules.pdf", "size": len(body), "sha256": hashlib.sha256(body).hexdigest(), "kind": "pdf"}
    begun = api.post(f"{course}/files", json=told, headers=who)
    assert begun.status_code == 201, begun.text
    url, half = begun.json()["upload_url"].removeprefix("/api"), len(body) // 2
    for start, piece in ((0, body[:half]), (half, body[half:])):
        headers = {**who, "Upload-Offset": str(start), "Content-Type": "application/offset+octet-stream"}
        sent = api.patch(url, content=piece, headers=headers)
        assert sent.status_code == 204, sent.text
    assert api.post(f"{url}/finish", json={}, headers=who).status_code == 200
    return str(begun.json()["file_id"])


def content(file_id: str) -> dict[str, Any]:
    """One module with the file, and a final assessment."""
    both = {"en": "The rules", "hi": "नियम"}
    resource = {
        "id": "rules",
        "kind": "pdf",
        "title": both,
        "required": True,
        "seconds": 60,
        "pages": 2,
        "file": file_id,
    }
    question = {
        "id": "q1", "kind": "single", "text": {"en": "May one keep a quokka?", "hi": "क्या क्वोका रख सकते हैं?"},
        "options": [{"id": "o1", "text": {"en": "No", "hi": "नहीं"}}, {"id": "o2", "text": {"en": "Yes", "hi": "हाँ"}}],
        "correct": ["o1"], "explanation": {"en": "They are wild.", "hi": "वे वन्य हैं।"},
        "competency_id": "public-procurement", "level": 1, "points": 1,
    }  # fmt: skip
    final = {
        "id": "final", "kind": "final", "module_id": None, "title": {"en": "Final", "hi": "अंतिम"}, "pass_mark": 60,
        "attempts": 3, "limit_seconds": 0, "shuffle": True, "draw": None, "questions": [question],
    }  # fmt: skip
    return {"modules": [{"id": "m1", "title": both, "resources": [resource]}], "assessments": [final]}
