"""Reported posts, for the platform's administrators."""

from __future__ import annotations

from portal.guards import needs
from portal.views import moderation as shared
from portal.views.answers import Page
from portal.views.spv import FRAME, pages


@pages.get("/moderation")
@needs("spv")
def moderation() -> Page:
    """Posts that wait for a decision."""
    return shared.queue("spv", FRAME)


@pages.post("/moderation/<any(thread, reply):kind>/<post_id>")
@needs("spv")
def moderate(kind: str, post_id: str) -> Page:
    """Keep a post or remove it."""
    return shared.decide("spv", FRAME, kind, post_id)
