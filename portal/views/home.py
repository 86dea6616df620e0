"""The first page after signing in."""

from __future__ import annotations

from flask import Blueprint, render_template

from portal.calls import identity
from portal.guards import person, signed_in
from portal.session import remember

pages = Blueprint("home", __name__)


@pages.get("/home")
@signed_in
def home() -> str:
    """Who you are, your portals, and what comes next."""
    me = identity.me(person())
    remember(me)
    return render_template("home/home.html", me=me)
