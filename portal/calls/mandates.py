"""Calls to progress for administrators: mandates and the figures of their people."""

from __future__ import annotations

from typing import Any

from portal.gateway import Api, Download

_V1 = "/api/progress/v1"


def mandates(api: Api, cursor: str = "") -> dict[str, Any]:
    """Mandates of the units one looks after."""
    return api.get(f"{_V1}/mandates", cursor=cursor)


def mandate(api: Api, mandate_id: str) -> dict[str, Any]:
    """One mandate."""
    return api.get(f"{_V1}/mandates/{mandate_id}")


def draft(api: Api, body: dict[str, Any], key: str) -> dict[str, Any]:
    """Write a mandate; nobody has to do anything yet."""
    return api.post(f"{_V1}/mandates", body, key=key)


def change(api: Api, mandate_id: str, body: dict[str, Any], version: int | None) -> dict[str, Any]:
    """Change a mandate; once published, as its next rule."""
    return api.patch(f"{_V1}/mandates/{mandate_id}", body, version=version)


def dry_run(api: Api, mandate_id: str) -> dict[str, Any]:
    """Who would gain, who would lose, how many hours."""
    return api.post(f"{_V1}/mandates/{mandate_id}/dry-run", {})


def publish(api: Api, mandate_id: str) -> dict[str, Any]:
    """Put a mandate in force."""
    return api.post(f"{_V1}/mandates/{mandate_id}/publish", {})


def retire(api: Api, mandate_id: str) -> dict[str, Any]:
    """End a mandate."""
    return api.post(f"{_V1}/mandates/{mandate_id}/retire", {})


def report(api: Api, mandate_id: str, cursor: str = "") -> dict[str, Any]:
    """How far each unit is."""
    return api.get(f"{_V1}/mandates/{mandate_id}/report", cursor=cursor)


def figures(api: Api, mdo_id: str) -> dict[str, Any]:
    """The figures of a unit and all below it."""
    return api.get(f"{_V1}/analytics/mdos/{mdo_id}")


def figures_of_people(api: Api, mdo_id: str, cursor: str = "") -> dict[str, Any]:
    """The figures of each person of a unit."""
    return api.get(f"{_V1}/analytics/mdos/{mdo_id}/people", cursor=cursor)


def figures_csv(api: Api, mdo_id: str) -> Download:
    """The same as a table."""
    return api.download(f"{_V1}/analytics/mdos/{mdo_id}/export.csv")
