"""Issue, replace and revoke certificates."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from services.progress.certificates.status import BITS
from services.progress.rules.certificates import REVOKED, VALID, new_certificate, require_valid, slot
from services.progress.store import Store
from shared.errors import NotFound, Refused
from shared.events.progress import CertificateIssued, CertificateRevoked, CourseCompleted

Document = dict[str, Any]
Names = Callable[[Iterable[str]], dict[str, str]]


def issue_certificate(
    store: Store, names: Names, lists: int, completed: CourseCompleted, now: datetime
) -> str | None:
    """The certificate of one completion, once; its name is identity's at this moment."""
    if not completed.certificate:
        return None
    facts = completed.payload() | {
        "completed_at": completed.completed_at,
        "course_version": completed.version,
    }
    course = store.courses.version(completed.course_id, completed.version)
    if course is None:
        raise LookupError("the course of a completion is not known yet")  # The ladder tries again.
    certificate = new_certificate(facts, "", course, 1, now)
    if store.certificates.get(certificate["_id"]) is None:
        _add(store, certificate | {"name": _name(names, completed.user_id)}, lists)
    store.enrolments.change(
        {"_id": completed.enrolment_id, "certificate_id": None},
        {"$set": {"certificate_id": certificate["_id"]}},
    )
    return str(certificate["_id"])


def replace_certificates(store: Store, names: Names, lists: int, user_id: str, now: datetime) -> list[str]:
    """New certificates for the present name of a person; the old ones are revoked and name their successor."""
    held = store.certificates.of_person(user_id, status=VALID)
    if not held:
        return []
    name, made = _name(names, user_id), []
    for old in held:
        if old["name"] != name:
            new = new_certificate(old, name, old, old["issue"] + 1, now)
            _add(store, new, lists)
            _revoke(store, old["_id"], "name_changed", now, new["_id"])
            store.enrolments.change(
                {"_id": old["enrolment_id"], "certificate_id": old["_id"]},
                {"$set": {"certificate_id": new["_id"]}},
            )
            made.append(str(new["_id"]))
    return made


def revoke_certificate(store: Store, id_: str, reason: str, actor_id: str, now: datetime) -> Document:
    """Revoke a certificate for good; audited."""
    found = store.certificates.get(id_)
    if found is None:
        raise NotFound("certificate_unknown", "There is no such certificate.")
    require_valid(found)
    revoked = _revoke(store, id_, reason, now, None)
    store.audit_entry(actor_id, "certificate_revoked", id_, now, whom=found["user_id"], reason=reason)
    return revoked or store.certificates.get(id_) or found


def _name(names: Names, user_id: str) -> str:
    found = names([user_id]).get(user_id)
    if found is None:
        raise Refused("person_unknown", "Identity knows nobody with this id.")
    return found


def _add(store: Store, certificate: Document, lists: int) -> None:
    told = CertificateIssued(
        user_id=certificate["user_id"],
        certificate_id=certificate["_id"],
        enrolment_id=certificate["enrolment_id"],
        course_id=certificate["course_id"],
        version=certificate["course_version"],
    )
    store.certificates.add(certificate, lambda attempt: slot(certificate["_id"], attempt, lists, BITS), told)


def _revoke(store: Store, id_: str, reason: Any, now: datetime, successor: str | None) -> Document | None:
    found = store.certificates.get(id_)
    if found is None or found["status"] != VALID:
        return found
    told = CertificateRevoked(
        user_id=found["user_id"], certificate_id=id_, course_id=found["course_id"], reason=reason
    )
    setting = {"status": REVOKED, "revoked_at": now, "revoked_reason": reason, "replaced_by": successor}
    return store.certificates.records.change({"_id": id_, "status": VALID}, {"$set": setting}, told)
