"""How people are called: identity owns the names, progress asks when it writes one on a certificate."""

from __future__ import annotations

from collections.abc import Iterable

from services.progress.rules import ProgressSettings
from shared.auth import ServiceClient
from shared.errors import Unavailable


class People:
    """Asks identity for display names."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def names(self, ids: Iterable[str]) -> dict[str, str]:
        """The names of those who exist; httpx.HTTPError or Unavailable when identity does not answer."""
        answer = self._client.post("/internal/v1/people", {"ids": sorted(ids)})
        if answer.status_code != 200:
            raise Unavailable("names_unavailable", "Names cannot be read at the moment.")
        return {id_: str(one["display_name"]) for id_, one in answer.json()["people"].items()}


def people(settings: ProgressSettings) -> People:
    """The client of identity, with this service's own credential."""
    url = settings.identity_url
    return People(
        ServiceClient(
            base_url=url,
            identity_url=url,
            caller="progress",
            secret=settings.identity_credential,
            audience="identity",
        )
    )
