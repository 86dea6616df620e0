"""Calls to onboarding about the dictionary, topic proposals and profile changes that wait."""

from __future__ import annotations

from typing import Any

from portal.gateway import Api, Download

_V1 = "/api/onboarding/v1"


def search(api: Api, kind: str, query: dict[str, str]) -> dict[str, Any]:
    """Entries of one kind by words, letter and status."""
    path = f"{_V1}/frac/{kind}" if kind in ("roles", "activities") else f"{_V1}/{kind}"
    return api.get(path, **query)


def position(api: Api, position_id: str) -> dict[str, Any]:
    """One position with its roles, activities and competencies."""
    return api.get(f"{_V1}/positions/{position_id}")


def competency(api: Api, competency_id: str) -> dict[str, Any]:
    """One competency with its levels and the positions that need it."""
    return api.get(f"{_V1}/competencies/{competency_id}")


def history(api: Api, kind: str, entry_id: str) -> list[dict[str, Any]]:
    """How an entry came to be what it is."""
    return list(api.get(f"{_V1}/frac/{kind}/{entry_id}/history").get("items", []))


def drafts(api: Api, cursor: str = "") -> dict[str, Any]:
    """Entries that are not verified yet."""
    return api.get(f"{_V1}/frac/drafts", cursor=cursor)


def add(api: Api, kind: str, body: dict[str, Any], key: str) -> dict[str, Any]:
    """Write a new entry as a draft."""
    return api.post(f"{_V1}/frac/{kind}", body, key=key)


def change(api: Api, kind: str, entry_id: str, body: dict[str, Any], version: int) -> dict[str, Any]:
    """Change an entry unless somebody did so since `version`."""
    return api.patch(f"{_V1}/frac/{kind}/{entry_id}", body, version=version)


def verify(api: Api, kind: str, entry_id: str) -> dict[str, Any]:
    """Make a draft part of the dictionary."""
    return api.post(f"{_V1}/frac/{kind}/{entry_id}/verify", {})


def retire(api: Api, kind: str, entry_id: str) -> dict[str, Any]:
    """Take an entry out of use; it stays readable."""
    return api.post(f"{_V1}/frac/{kind}/{entry_id}/retire", {})


def delete(api: Api, kind: str, entry_id: str) -> None:
    """Delete a draft."""
    api.delete(f"{_V1}/frac/{kind}/{entry_id}")


def export(api: Api, kind: str, form: str) -> Download:
    """All entries of a kind as a file."""
    return api.download(f"{_V1}/frac/export", kind=kind, format=form)


def load(api: Api, kind: str, form: str, text: str, dry_run: bool) -> dict[str, Any]:
    """Read entries from a file, or only say what would change."""
    query = f"kind={kind}&format={form}&dry_run={'true' if dry_run else 'false'}"
    return api.post(f"{_V1}/frac/import?{query}", {"text": text})


def changes(api: Api, cursor: str = "") -> dict[str, Any]:
    """Profile changes that wait for approval."""
    return api.get(f"{_V1}/approvals", status="pending", cursor=cursor)


def approve_change(api: Api, change_id: str) -> dict[str, Any]:
    """Approve a profile change."""
    return api.post(f"{_V1}/approvals/{change_id}/approve", {})


def decline_change(api: Api, change_id: str, reason: str) -> dict[str, Any]:
    """Decline a profile change."""
    return api.post(f"{_V1}/approvals/{change_id}/decline", {"reason": reason})


def proposals(api: Api, cursor: str = "") -> dict[str, Any]:
    """Topics that people proposed."""
    return api.get(f"{_V1}/topic-proposals", status="proposed", cursor=cursor)


def accept_proposal(api: Api, proposal_id: str, name: dict[str, str], group: str) -> dict[str, Any]:
    """Add the proposed topic to the list."""
    return api.post(f"{_V1}/topic-proposals/{proposal_id}/accept", {"name": name, "group": group})


def merge_proposal(api: Api, proposal_id: str, topic_id: str) -> dict[str, Any]:
    """Say that the proposed topic is one that exists."""
    return api.post(f"{_V1}/topic-proposals/{proposal_id}/merge", {"topic_id": topic_id})


def decline_proposal(api: Api, proposal_id: str, reason: str) -> dict[str, Any]:
    """Decline a proposed topic."""
    return api.post(f"{_V1}/topic-proposals/{proposal_id}/decline", {"reason": reason})
