"""Reads of certificates: the owner's, and what anybody may know of one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from services.progress.certificates import Issuer, qr_svg
from services.progress.rules.certificates import certificate_id, shown_status
from services.progress.store import Store
from shared.errors import NotFound

Document = dict[str, Any]


def my_certificates(store: Store, user_id: str) -> list[Document]:
    """A person's certificates, newest first; those of completions just made are being prepared."""
    found = store.certificates.of_person(user_id)
    known = {one["enrolment_id"] for one in found}
    done = store.enrolments.find({"user_id": user_id, "status": "completed"})
    coming = [_preparing(store, one) for one in done if one["_id"] not in known]
    return [one for one in coming if one] + [
        {**one, "id": one["_id"], "status": shown_status(one)} for one in found
    ]


def _preparing(store: Store, enrolment: Document) -> Document | None:
    course = store.courses.version(enrolment["course_id"], enrolment["course_version"])
    if course is None or not course.get("certificate"):
        return None
    return {
        "id": certificate_id(enrolment["_id"], 1),
        "course_id": enrolment["course_id"],
        "title": course["title"],
        "issued_at": None,
        "status": "preparing",
        "replaced_by": None,
    }


def own_certificate(store: Store, id_: str, user_id: str) -> Document:
    """One certificate of this person; another person's is as unknown as one that does not exist."""
    found = store.certificates.get(id_)
    if found is None or found["user_id"] != user_id:
        raise NotFound("certificate_unknown", "There is no such certificate.")
    return found


def printed(store: Store, issuer: Issuer, certificate: Document) -> Document:
    """What a page shows of a certificate, for print."""
    url = issuer.verify_url(certificate["_id"])
    names = store.competencies.names(certificate["competencies"])
    return certificate | {
        "id": certificate["_id"],
        "status": shown_status(certificate),
        "verify_url": url,
        "qr_svg": qr_svg(url),
        "competencies": [
            {"competency_id": id_, "level": level, "name": names.get(id_)}
            for id_, level in sorted(certificate["competencies"].items())
        ],
    }


def verified(store: Store, id_: str) -> Document:
    """What anybody may know of a certificate; NotFound."""
    found = store.certificates.get(id_)
    if found is None:
        raise NotFound("certificate_unknown", "There is no certificate with this number.")
    return found | {"status": shown_status(found)}


def named(store: Store, competencies: Iterable[str], locale: str) -> dict[str, str]:
    """The names of competencies in a language."""
    found = store.competencies.names(competencies)
    return {id_: name.get(locale) or name.get("en") or id_ for id_, name in found.items()}
