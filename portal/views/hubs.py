"""Hubs that open later: each page says what is coming and what to use today."""

from __future__ import annotations

from flask import Blueprint

from portal.guards import learner
from portal.views.answers import Page, shown

pages = Blueprint("hubs", __name__)


@pages.get("/<any(discuss, network, careers, events):name>")
@learner
def hub(name: str) -> Page:
    """What this hub will do."""
    return shown("hubs/hub.html", name=name)
