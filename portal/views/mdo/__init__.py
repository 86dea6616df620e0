"""The portal of an organisation's administrator: people, approvals, mandates, progress."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from portal.calls import claims, dictionary, people
from portal.guards import needs, person
from portal.views.answers import Page, shown

pages = Blueprint("mdo", __name__, url_prefix="/mdo")
FRAME = "mdo/frame.html"


@pages.get("")
@needs("mdo")
def home() -> Page:
    """What waits for a decision; each count fails alone."""
    api = person()
    waiting: dict[str, Any] = {
        "registrations": lambda: people.registrations(api)["items"],
        "changes": lambda: dictionary.changes(api)["items"],
        "names": lambda: people.name_changes(api)["items"],
        "disputes": lambda: claims.disputes(api, "open")["items"],
    }
    return shown("mdo/home.html", parts=api.fan_out(waiting, 1.5))


from portal.views.mdo import (  # noqa: E402  # They add their routes.
    approvals,  # noqa: F401
    attendance,  # noqa: F401
    bulk,  # noqa: F401
    disputes,  # noqa: F401
    domains,  # noqa: F401
    mandate_edit,  # noqa: F401
    mandates,  # noqa: F401
    moderation,  # noqa: F401
    openings,  # noqa: F401
    progress,  # noqa: F401
    users,  # noqa: F401
)
