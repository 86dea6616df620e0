"""Ids made of what they stand for, so that a repetition meets its own first time."""

from __future__ import annotations

import uuid

NAMESPACE = uuid.UUID("7a0c4cf2-64f1-4f0e-8a3e-0c8d5a0b7e51")
ONCE = "once"


def enrolment_id(user_id: str, course_id: str, cycle: str = ONCE) -> str:
    """The id of the one enrolment of a learner in a course and cycle (`once`, or the year of a yearly duty)."""
    return str(uuid.uuid5(NAMESPACE, f"enrolment {user_id} {course_id} {cycle}"))


def attempt_id(enrolment: str, assessment_id: str, number: int) -> str:
    """The id of the nth attempt at an assessment of an enrolment."""
    return str(uuid.uuid5(NAMESPACE, f"attempt {enrolment} {assessment_id} {number}"))


def course_key(course_id: str, version: int) -> str:
    """The key of one published version of a course."""
    return f"{course_id}:{version}"


def dispute_id(enrolment: str, number: int) -> str:
    """The id of the nth dispute about an enrolment."""
    return str(uuid.uuid5(NAMESPACE, f"dispute {enrolment} {number}"))
