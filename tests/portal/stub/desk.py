"""The administrators' side of all services in memory."""

from __future__ import annotations

from typing import Any

import httpx

from tests.portal.stub.desk_claims import DeskClaims
from tests.portal.stub.desk_content import DeskCatalog, DeskOnboarding
from tests.portal.stub.desk_people import DeskOps, DeskPeople
from tests.portal.stub.desk_progress import DeskProgress


class Desk:
    """Each service's calls of administrators; what is not theirs stays with the others."""

    def __init__(self, empty: bool = False) -> None:
        self.people = DeskPeople(empty)
        self.ops = DeskOps(empty)
        self.catalog = DeskCatalog(empty)
        self.onboarding = DeskOnboarding(empty)
        self.progress = DeskProgress(empty)
        self.claims = DeskClaims(empty)

    def route(self, request: httpx.Request, service: str, path: str, body: Any) -> httpx.Response | None:
        """Answer one call, or None."""
        found = self.ops.route(request, service, path, body)
        if found is None and service == "identity":
            return self.people.route(request, path, body)
        if found is None and service == "progress":
            found = self.claims.route(request, path, body)
        sides = {"catalog": self.catalog, "onboarding": self.onboarding, "progress": self.progress}
        return sides[service].route(request, path, body) if found is None and service in sides else found
