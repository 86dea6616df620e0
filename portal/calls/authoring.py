"""Calls to catalog for those who write, review and publish courses, and for moderators."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from portal.gateway import Api, Download

_V1 = "/api/catalog/v1"
_COURSES = f"{_V1}/authoring/courses"


def courses(api: Api, status: str, mine: str, cursor: str = "") -> dict[str, Any]:
    """Courses one may work on."""
    return api.get(_COURSES, status=status, mine=mine, cursor=cursor)


def course(api: Api, course_id: str) -> dict[str, Any]:
    """A course as it is being written."""
    return api.get(f"{_COURSES}/{course_id}")


def draft(api: Api, body: dict[str, Any], key: str) -> dict[str, Any]:
    """Begin a course."""
    return api.post(_COURSES, body, key=key)


def change(api: Api, course_id: str, body: dict[str, Any], version: int | None) -> dict[str, Any]:
    """Change fields of a course unless somebody did so since `version`."""
    return api.patch(f"{_COURSES}/{course_id}", body, version=version)


def discard(api: Api, course_id: str) -> None:
    """Delete a course that was never published."""
    api.delete(f"{_COURSES}/{course_id}")


def checks(api: Api, course_id: str) -> list[dict[str, Any]]:
    """What keeps a course from being submitted."""
    return list(api.get(f"{_COURSES}/{course_id}/checks").get("problems", []))


def preview(api: Api, course_id: str) -> dict[str, Any]:
    """What learners would see."""
    return api.get(f"{_COURSES}/{course_id}/preview")


def submit(api: Api, course_id: str) -> dict[str, Any]:
    """Send a course to review."""
    return api.post(f"{_COURSES}/{course_id}/submit", {})


def review(api: Api, course_id: str, decision: str, notes: str) -> dict[str, Any]:
    """Approve a course or return it with notes."""
    body = {"decision": decision} | ({"notes": notes} if notes else {})
    return api.post(f"{_COURSES}/{course_id}/review", body)


def publish(api: Api, course_id: str) -> dict[str, Any]:
    """Open an approved course to learners."""
    return api.post(f"{_COURSES}/{course_id}/publish", {})


def new_version(api: Api, course_id: str) -> dict[str, Any]:
    """Begin the next version of a published course."""
    return api.post(f"{_COURSES}/{course_id}/new-version", {})


def retire(api: Api, course_id: str, reason: str) -> dict[str, Any]:
    """Take a course from the catalogue."""
    return api.post(f"{_COURSES}/{course_id}/retire", {"reason": reason})


def upload(api: Api, course_id: str, name: str, kind: str, body: bytes) -> dict[str, Any]:
    """Hand a whole file over in pieces of the size the catalogue names."""
    about = {"name": name[:200], "size": len(body), "sha256": sha256(body).hexdigest(), "kind": kind}
    begun = api.post(f"{_COURSES}/{course_id}/files", about)
    where, chunk = f"{_COURSES}/{course_id}/files/{begun['file_id']}", int(begun["chunk"])
    for offset in range(int(begun["offset"]), len(body), chunk):
        api.piece(where, body[offset : offset + chunk], offset)
    return api.post(f"{where}/finish", {})


def archive(api: Api, course_id: str) -> Download:
    """A course as one zip: course.json and its files."""
    return api.download(f"{_COURSES}/{course_id}/export")


def load(api: Api, body: bytes, key: str) -> dict[str, Any]:
    """Make a draft from such a zip; nothing is kept when anything is wrong."""
    return api.hand_over(f"{_V1}/authoring/import", body, "application/zip", key=key)


def ratings(api: Api, course_id: str, cursor: str = "") -> dict[str, Any]:
    """What learners say of a course."""
    return api.get(f"{_COURSES}/{course_id}/ratings", cursor=cursor)


def reply(api: Api, review_id: str, text: str) -> dict[str, Any]:
    """Reply to a review, once."""
    return api.post(f"{_V1}/reviews/{review_id}/reply", {"text": text})


def missed(api: Api) -> list[dict[str, Any]]:
    """Searches that found nothing."""
    return list(api.get(f"{_V1}/searches/missed").get("items", []))


def missed_csv(api: Api) -> Download:
    """The same as a table."""
    return api.download(f"{_V1}/searches/missed.csv")


def providers(api: Api) -> list[dict[str, Any]]:
    """The providers of courses."""
    return list(api.get(f"{_V1}/providers").get("items", []))


def add_provider(api: Api, body: dict[str, Any]) -> dict[str, Any]:
    """Add a provider."""
    return api.post(f"{_V1}/providers", body)


def suspend_provider(api: Api, provider_id: str) -> dict[str, Any]:
    """Suspend a provider: it publishes nothing more."""
    return api.post(f"{_V1}/providers/{provider_id}/suspend", {})


def resume_provider(api: Api, provider_id: str) -> dict[str, Any]:
    """End the suspension of a provider."""
    return api.post(f"{_V1}/providers/{provider_id}/resume", {})


def reported(api: Api, cursor: str = "") -> dict[str, Any]:
    """Reviews that people reported."""
    return api.get(f"{_V1}/moderation/reviews", cursor=cursor)


def moderate(api: Api, review_id: str, decision: str, reason: str) -> dict[str, Any]:
    """Keep a reported review or remove it."""
    return api.post(f"{_V1}/moderation/reviews/{review_id}", {"decision": decision, "reason": reason})
