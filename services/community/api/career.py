"""The Career hub: openings with one's match, saved ones, watches, applications."""

from __future__ import annotations

from typing import Any

from services.community.api.discuss import Clock
from services.community.commands.career import apply, seen_opening, unwatch, watch, withdraw
from services.community.queries.career import (
    applications_out,
    openings_out,
    openings_page,
    openings_rail,
    own_applications,
)
from services.community.schemas.career import (
    ApplicationOut,
    ApplicationsOut,
    ApplyIn,
    FittingsOut,
    OpeningOut,
    OpeningsIn,
    OpeningsOut,
    WatchOut,
)
from services.community.schemas.common import RailIn
from services.community.store import Store
from shared.auth import allow, principal
from shared.editing import etag
from shared.paging import PageIn
from shared.web import Blueprint

Document = dict[str, Any]
ONE = "/v1/openings/<opening_id>"


def career_blueprint(store: Store, clock: Clock) -> Blueprint:
    """The routes of the Career hub."""
    blueprint = Blueprint("career", __name__, description="Openings, matches and applications")

    @blueprint.route("/v1/openings")
    @blueprint.arguments(OpeningsIn, location="query")
    @blueprint.response(200, OpeningsOut)
    @allow()
    def list_openings(query: Document) -> Document:
        """Openings that are published and not past."""
        return openings_page(store, principal().user_id, query, clock())

    @blueprint.route("/v1/home/openings")
    @blueprint.arguments(RailIn, location="query")
    @blueprint.response(200, FittingsOut)
    @allow()
    def openings_for_home(query: Document) -> Document:
        """The openings that fit best, for the home page."""
        return openings_rail(store, principal().user_id, query["limit"], clock())

    @blueprint.route(ONE)
    @blueprint.response(200, OpeningOut)
    @allow()
    def get_opening(opening_id: str) -> tuple[Document, int, dict[str, str]]:
        """One opening, with what misses and the courses that help."""
        opening = seen_opening(store, opening_id)
        shown = openings_out(store, principal().user_id, [opening])[0]
        return shown, 200, etag(opening["version"])

    @blueprint.route(f"{ONE}/save", methods=["PUT"])
    @blueprint.response(204)
    @allow()
    def save(opening_id: str) -> None:
        """Keep an opening for later."""
        store.career.save(seen_opening(store, opening_id)["_id"], principal().user_id)

    @blueprint.route(f"{ONE}/save", methods=["DELETE"])
    @blueprint.response(204)
    @allow()
    def unsave(opening_id: str) -> None:
        """No longer keep it."""
        store.career.unsave(seen_opening(store, opening_id)["_id"], principal().user_id)

    _add_personal_routes(blueprint, store, clock)
    return blueprint


def _add_personal_routes(blueprint: Blueprint, store: Store, clock: Clock) -> None:
    @blueprint.route(f"{ONE}/watch", methods=["PUT"])
    @blueprint.response(200, WatchOut)
    @allow()
    def tell_me(opening_id: str) -> Document:
        """Be told once when one qualifies."""
        return watch(store, principal().user_id, opening_id)

    @blueprint.route(f"{ONE}/watch", methods=["DELETE"])
    @blueprint.response(200, WatchOut)
    @allow()
    def do_not_tell_me(opening_id: str) -> Document:
        """No longer be told."""
        return unwatch(store, principal().user_id, opening_id)

    @blueprint.route(f"{ONE}/applications", methods=["POST"])
    @blueprint.arguments(ApplyIn)
    @blueprint.response(201, ApplicationOut)
    @allow()
    def apply_for(body: Document, opening_id: str) -> Document:
        """Apply with a note."""
        row = apply(store, principal().user_id, opening_id, body["note"], clock())
        return applications_out(store, [row])[0]

    @blueprint.route("/v1/applications")
    @blueprint.arguments(PageIn, location="query")
    @blueprint.response(200, ApplicationsOut)
    @allow()
    def list_applications(query: Document) -> Document:
        """One's own applications, newest first."""
        return own_applications(store, principal().user_id, query)

    @blueprint.route("/v1/applications/<application_id>/withdraw", methods=["POST"])
    @blueprint.response(200, ApplicationOut)
    @allow()
    def take_back(application_id: str) -> Document:
        """Take one's application back."""
        return applications_out(store, [withdraw(store, principal().user_id, application_id)])[0]
