"""Reported posts, for an organisation's administrators: those of its people."""

from __future__ import annotations

from portal.guards import needs
from portal.views import moderation as shared
from portal.views.answers import Page
from portal.views.mdo import FRAME, pages


@pages.get("/moderation")
@needs("mdo")
def moderation() -> Page:
    """Posts that wait for a decision."""
    return shared.queue("mdo", FRAME)


@pages.post("/moderation/<any(thread, reply):kind>/<post_id>")
@needs("mdo")
def moderate(kind: str, post_id: str) -> Page:
    """Keep a post or remove it."""
    return shared.decide("mdo", FRAME, kind, post_id)
