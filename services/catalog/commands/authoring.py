"""Authoring: write, submit, review, publish, renew, retire. One write each, with the event it causes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.catalog.rules.authoring import EMPTY, check_complete, check_reviewer, check_state, cleaned
from services.catalog.rules.authority import Actor, check_provider
from services.catalog.rules.checks import problems
from services.catalog.rules.content import file_ids
from services.catalog.store import Store
from services.catalog.store.shapes import course_published, published_state, version_key
from shared.errors import Conflict, Forbidden, NotFound, Refused
from shared.events import Event
from shared.events.catalog import CourseRetired

Document = dict[str, Any]
UNKNOWN = ("course_unknown", "There is no such course.")
CREATOR, REVIEWER, PUBLISHER = "CONTENT_CREATOR", "CONTENT_REVIEWER", "CONTENT_PUBLISHER"
CHANGED = ("changed_elsewhere", "Somebody else changed this course first. Look at it again.")


def authored(store: Store, actor: Actor, course_id: str, *roles: str) -> Document:
    """A course for somebody who works on it; NotFound for those of other organisations."""
    course = store.courses.get(course_id)
    if course is None:
        raise NotFound(*UNKNOWN)
    check_provider(actor, store.providers.get(course["provider_id"]), UNKNOWN, *roles)
    return course


def create_course(store: Store, actor: Actor, body: Document, id_: str, now: datetime) -> Document:
    """A new draft; the same id given again is the same draft."""
    provider = _provider(store, actor, body["provider_id"])
    content = {**EMPTY, **cleaned(body)}
    course = {
        "_id": id_, "status": "draft", "title": content["title"], "provider_id": provider["_id"], "draft": content,
        "live": None, "versions": [], "review": None, "created_by": actor.user_id, "edited_by": [actor.user_id],
        "updated_at": now,
    }  # fmt: skip
    try:
        return store.courses.add(course)
    except DuplicateKeyError:
        return authored(store, actor, id_, CREATOR)


def _provider(store: Store, actor: Actor, provider_id: str) -> Document:
    provider = store.providers.get(provider_id)
    if provider is None or not actor.reaches(provider):
        raise Refused("provider_unknown", "There is no such provider for you.", field="provider_id")
    if not actor.reaches(provider, CREATOR):
        raise Forbidden("role_missing", f"This needs the role {CREATOR}.")
    if provider.get("suspended"):
        raise Refused("provider_suspended", "This provider is suspended.", field="provider_id")
    return provider


def edit_course(
    store: Store, actor: Actor, course_id: str, version: int | None, changes: Document, now: datetime
) -> Document:
    """Change fields of a draft; Conflict when somebody else was quicker or it is not a draft."""
    course = authored(store, actor, course_id, CREATOR)
    check_state(course, "draft")
    if changes.get("provider_id", course["provider_id"]) != course["provider_id"]:
        _provider(store, actor, changes["provider_id"])
    content = {**course["draft"], **cleaned(changes)}
    setting = {
        "draft": content, "title": content["title"], "provider_id": content["provider_id"], "updated_at": now,
    }  # fmt: skip
    update = {"$set": setting, "$addToSet": {"edited_by": actor.user_id}}
    return _write(store, course, version, update)


def _write(store: Store, course: Document, version: int | None, update: Document, *events: Event) -> Document:
    """One write from the state that was read; Conflict with the present state when it has changed since."""
    if version is not None and version != course["version"]:
        raise Conflict(*CHANGED, current=course)
    done = store.courses.change({"_id": course["_id"], "version": course["version"]}, update, *events)
    if done is None:
        raise Conflict(*CHANGED, current=store.courses.get(course["_id"]))
    return done


def delete_draft(store: Store, actor: Actor, course_id: str) -> None:
    """Throw a draft away: the course with it, unless a version was published."""
    course = authored(store, actor, course_id, CREATOR)
    check_state(course, "draft")
    if course["live"]:
        status = "retired" if course.get("retired_at") else "published"
        _write(store, course, None, {"$set": {"draft": None, "status": status}})
        return
    gone = store.courses.collection.delete_one({"_id": course_id, "version": course["version"]})
    if not gone.deleted_count:
        raise Conflict(*CHANGED)


def ready_files(store: Store, course: Document) -> dict[str, Document]:
    """The files that a draft uses and may use: uploaded for this course, or of the starting catalogue."""
    found = store.by_ids(store.files, file_ids(course["draft"]))
    return {
        id_: row
        for id_, row in found.items()
        if row["state"] == "ready" and row.get("course_id") in (course["_id"], None)
    }


def submit_course(store: Store, actor: Actor, course_id: str, now: datetime) -> Document:
    """Hand a complete draft to the reviewers."""
    course = authored(store, actor, course_id, CREATOR)
    check_state(course, "draft")
    check_complete(problems(course["draft"], ready_files(store, course)))
    setting = {"status": "in_review", "submitted_by": actor.user_id, "submitted_at": now, "review": None}
    return _write(store, course, None, {"$set": setting})


def review_course(
    store: Store, actor: Actor, course_id: str, decision: str, notes: str, now: datetime
) -> Document:
    """Approve a course or give it back with notes; never one's own."""
    course = authored(store, actor, course_id, REVIEWER)
    check_state(course, "in_review")
    check_reviewer(course, actor.user_id)
    if decision == "return" and not notes:
        raise Refused("notes_missing", "Say what should change.", field="notes")
    review = {"decision": decision, "notes": notes, "by": actor.user_id, "at": now}
    status = "approved" if decision == "approve" else "draft"
    return _write(store, course, None, {"$set": {"status": status, "review": review}})


def publish_course(store: Store, actor: Actor, course_id: str, now: datetime) -> Document:
    """Publish what was approved as a new, unchangeable version."""
    course = authored(store, actor, course_id, PUBLISHER)
    check_state(course, "approved")
    provider = store.providers.get(course["provider_id"]) or {}
    if provider.get("suspended"):
        raise Refused("provider_suspended", "This provider is suspended.")
    content = course["draft"]
    number = max((one["number"] for one in course["versions"]), default=0) + 1
    # The snapshot is named after the state it was made from, so two publishers can only make the same one.
    key = version_key(course_id, number, course["version"])
    store.add_version(
        {"_id": key, "course_id": course_id, "number": number, "content": content, "at": now, "by": actor.user_id}
    )  # fmt: skip
    update = {
        "$set": published_state(course_id, number, key, content, actor.user_id, now),
        "$push": {"versions": {"number": number, "key": key, "at": now, "by": actor.user_id}},
    }
    return _write(store, course, None, update, course_published(course_id, number, content))


def renew_course(store: Store, actor: Actor, course_id: str, now: datetime) -> Document:
    """Begin a new version from the published one; learners keep theirs until it is published."""
    course = authored(store, actor, course_id, CREATOR)
    check_state(course, "published", "retired")
    found = store.version(course["versions"][-1]["key"])
    if found is None:
        raise NotFound(*UNKNOWN)
    setting = {
        "draft": {**EMPTY, **found["content"]}, "status": "draft", "review": None, "updated_at": now,
        "edited_by": [actor.user_id], "submitted_by": None,
    }  # fmt: skip
    return _write(store, course, None, {"$set": setting})


def retire_course(store: Store, actor: Actor, course_id: str, reason: str, now: datetime) -> Document:
    """Offer a course no longer; who has begun it may finish."""
    course = authored(store, actor, course_id, PUBLISHER)
    if not course["live"] or course.get("retired_at"):
        raise Conflict("wrong_state", "Only a published course can be retired.")
    setting = {"retired_at": now, "retired_reason": reason, "retired_by": actor.user_id, "changed_at": now}
    if course["status"] == "published":
        setting["status"] = "retired"
    told = CourseRetired(course_id=course_id, version=course["live"])
    return _write(store, course, None, {"$set": setting}, told)
