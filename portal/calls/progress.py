"""Calls to progress: enrolments, positions, attempts, certificates, mandates, the person's figures."""

from __future__ import annotations

from typing import Any

from portal.gateway import Api, ApiProblem, Download

_V1 = "/api/progress/v1"


def enrol(api: Api, course_id: str, key: str) -> dict[str, Any]:
    """Enrol in a course; once enrolled it answers what is there."""
    return api.post(f"{_V1}/enrolments", {"course_id": course_id}, key=key)


def enrolments(api: Api, state: str = "", cursor: str = "") -> dict[str, Any]:
    """The person's enrolments, by state."""
    return api.get(f"{_V1}/enrolments", state=state, cursor=cursor)


def enrolment(api: Api, enrolment_id: str) -> dict[str, Any]:
    """One enrolment."""
    return api.get(f"{_V1}/enrolments/{enrolment_id}")


def of_course(api: Api, course_id: str) -> dict[str, Any] | None:
    """The person's enrolment in a course, if any."""
    try:
        return api.get(f"{_V1}/courses/{course_id}/progress")
    except ApiProblem as problem:
        if problem.status == 404:
            return None
        raise


def withdraw(api: Api, enrolment_id: str, reason: str, note: str) -> dict[str, Any]:
    """Leave a course; progress is kept."""
    body = {"reason": reason} | ({"note": note} if note else {})
    return api.post(f"{_V1}/enrolments/{enrolment_id}/withdraw", body)


def update(api: Api, enrolment_id: str, event: dict[str, Any]) -> dict[str, Any]:
    """Tell one thing about one resource."""
    return api.post(f"{_V1}/enrolments/{enrolment_id}/updates", event)


def updates(api: Api, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Tell many things at once; each gets its receipt."""
    return list(api.post(f"{_V1}/updates", {"items": items}).get("receipts", []))


def complete(api: Api, enrolment_id: str, resource_id: str) -> dict[str, Any]:
    """Mark a reading resource complete."""
    return api.post(f"{_V1}/enrolments/{enrolment_id}/resources/{resource_id}/complete", {})


def begin(api: Api, enrolment_id: str, assessment_id: str, extra_time: bool, key: str) -> dict[str, Any]:
    """Begin an attempt, or get the one that runs."""
    path = f"{_V1}/enrolments/{enrolment_id}/assessments/{assessment_id}/attempts"
    return api.post(path, {"extra_time": extra_time}, key=key)


def attempt(api: Api, attempt_id: str) -> dict[str, Any]:
    """One attempt with its questions, or with its result."""
    return api.get(f"{_V1}/attempts/{attempt_id}")


def answer(api: Api, attempt_id: str, question_id: str, given: object) -> None:
    """Save the answer to one question."""
    api.put(f"{_V1}/attempts/{attempt_id}/answers/{question_id}", {"answer": given})


def hand_in(api: Api, attempt_id: str) -> dict[str, Any]:
    """Submit an attempt."""
    return api.post(f"{_V1}/attempts/{attempt_id}/submit", {})


def why(api: Api, enrolment_id: str) -> dict[str, Any]:
    """What counted and by which rule, what is still needed, and disputes."""
    return api.get(f"{_V1}/enrolments/{enrolment_id}/why")


def dispute(api: Api, enrolment_id: str, note: str) -> dict[str, Any]:
    """Say that the progress shown is wrong."""
    return api.post(f"{_V1}/enrolments/{enrolment_id}/dispute", {"note": note})


def version_change(api: Api, enrolment_id: str) -> dict[str, Any]:
    """What the newest version of the course would change for this enrolment."""
    return api.get(f"{_V1}/enrolments/{enrolment_id}/version-change")


def upgrade(api: Api, enrolment_id: str) -> dict[str, Any]:
    """Move to the newest version of the course."""
    return api.post(f"{_V1}/enrolments/{enrolment_id}/upgrade", {})


def certificates(api: Api) -> list[dict[str, Any]]:
    """The person's certificates."""
    return list(api.get(f"{_V1}/certificates/me").get("items", []))


def certificate(api: Api, certificate_id: str) -> dict[str, Any]:
    """What a certificate shows."""
    return api.get(f"{_V1}/certificates/{certificate_id}")


def certificate_pdf(api: Api, certificate_id: str) -> Download:
    """The certificate as a PDF."""
    return api.download(f"{_V1}/certificates/{certificate_id}.pdf")


def verify(api: Api, certificate_id: str) -> dict[str, Any]:
    """What anybody may know of a certificate."""
    return api.get(f"{_V1}/verify/{certificate_id}")


def mandates(api: Api) -> list[dict[str, Any]]:
    """Courses the person has to take."""
    return list(api.get(f"{_V1}/mandates/me").get("items", []))


def summary(api: Api) -> dict[str, Any]:
    """The person's figures."""
    return api.get(f"{_V1}/summary/me")


def summary_csv(api: Api) -> Download:
    """The same as a table."""
    return api.download(f"{_V1}/summary/me.csv")
