"""What others are asked: catalog for the assessments of a version, identity for the names of people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

import httpx

from services.progress.rules import ProgressSettings
from shared.auth import ServiceClient
from shared.errors import Unavailable

Document = dict[str, Any]


class Bundles(Protocol):
    """Where assessments with their answer keys come from."""

    def of(self, course_id: str, version: int) -> Document: ...


class CatalogBundles:
    """Asks catalog for the assessments of one version of a course."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def of(self, course_id: str, version: int) -> Document:
        """The bundle as catalog sent it; Unavailable when it does not answer or answers something else."""
        try:
            answer = self._client.get(f"/internal/v1/assessment-bundles/{course_id}/{version}")
            found = answer.raise_for_status().json()
            good = found["course_id"] == course_id and found["version"] == version
            good = good and isinstance(found["assessments"], list)
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            good = False
        if not good:
            raise Unavailable(
                "catalog_unavailable", "The questions cannot be fetched. Try again soon.", retry_after=5
            )
        return dict(found)


def catalog_bundles(settings: ProgressSettings) -> CatalogBundles:
    """The client of catalog, with this service's own credential."""
    return CatalogBundles(
        ServiceClient(
            base_url=settings.catalog_url, identity_url=settings.identity_url, caller="progress",
            secret=settings.identity_credential, audience="catalog",
        )
    )  # fmt: skip


class People:
    """Asks identity how people are called."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def names(self, ids: Iterable[str]) -> dict[str, str]:
        """The names of those who exist; httpx.HTTPError or Unavailable when identity does not answer."""
        answer = self._client.post("/internal/v1/people", {"ids": sorted(ids)})
        if answer.status_code != 200:
            raise Unavailable("names_unavailable", "Names cannot be read at the moment.")
        return {id_: str(one["display_name"]) for id_, one in answer.json()["people"].items()}


def identity_people(settings: ProgressSettings) -> People:
    """The client of identity, with this service's own credential."""
    return People(
        ServiceClient(
            base_url=settings.identity_url, identity_url=settings.identity_url, caller="progress",
            secret=settings.identity_credential, audience="identity",
        )
    )  # fmt: skip
