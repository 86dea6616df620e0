"""The guided onboarding: six steps, each open, saved or skipped."""

from __future__ import annotations

from datetime import datetime
from typing import Any

Document = dict[str, Any]
STEPS = ("welcome", "roles", "topics", "current", "desired", "walkthrough")


def state_of(profile: Document) -> Document:
    """Where the person stands: state, next open step, each step, and the share that is done."""
    wizard = profile["wizard"]
    steps = [
        {"step": step, "status": "open", "saved_at": None} | wizard["steps"].get(step, {}) for step in STEPS
    ]
    done = wizard["completed_at"] is not None
    following = None if done else next((one["step"] for one in steps if one["status"] == "open"), None)
    passed = sum(one["status"] != "open" for one in steps)
    return {
        "state": "done" if done else "in_progress" if passed else "not_started",
        "next": following,
        "steps": steps,
        "completed_at": wizard["completed_at"],
        "resume_percent": 100 if done else passed * 100 // len(STEPS),
    }


def step_saved(profile: Document, step: str, skipped: bool, now: datetime) -> Document:
    """The profile with one step saved or skipped; the same again changes nothing."""
    status = "skipped" if skipped else "saved"
    steps = profile["wizard"]["steps"]
    if steps.get(step, {}).get("status") != status:
        steps[step] = {"status": status, "saved_at": now}
    return profile


def finished(profile: Document, now: datetime) -> Document:
    """The profile after Done; steps still open count as skipped; the same again changes nothing."""
    wizard = profile["wizard"]
    if wizard["completed_at"] is None:
        wizard["completed_at"] = now
    return profile


def skipped_of(profile: Document) -> tuple[str, ...]:
    """The steps that were passed over."""
    steps = profile["wizard"]["steps"]
    return tuple(step for step in STEPS if steps.get(step, {}).get("status") != "saved")
