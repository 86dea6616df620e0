"""The portal of the platform's administrators: organisations, roles, domains, content, audit, operations."""

from __future__ import annotations

from functools import partial

from flask import Blueprint

from portal.calls import authoring, dictionary, operations, platform
from portal.guards import needs, person
from portal.views.answers import Page, shown

pages = Blueprint("spv", __name__, url_prefix="/spv")
FRAME = "spv/frame.html"


@pages.get("")
@needs("spv")
def home() -> Page:
    """What waits, and how the services stand; each fails alone."""
    api = person()
    parts = api.fan_out(
        {
            "domains": lambda: _asked(platform.domain_requests(api)["items"]),
            "topics": lambda: dictionary.proposals(api)["items"],
            "reviews": lambda: authoring.reported(api)["items"],
            **{name: partial(operations.health, api, name) for name in operations.SERVICES},
        },
        2.0,
    )
    return shown("spv/home.html", parts=parts, services=operations.SERVICES)


def _asked(requests: list[dict[str, object]]) -> list[dict[str, object]]:
    return [one for one in requests if one.get("status") == "pending"]


from portal.views.spv import (  # noqa: E402  # They add their routes.
    audit,  # noqa: F401
    content,  # noqa: F401
    domains,  # noqa: F401
    moderation,  # noqa: F401
    operator,  # noqa: F401
    roles,  # noqa: F401
    units,  # noqa: F401
)
