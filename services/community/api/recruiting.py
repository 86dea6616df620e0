"""The Career hub for administrators: openings of their units, and the applications for them."""

from __future__ import annotations

from typing import Any

from services.community.api.discuss import Clock
from services.community.clients import Directory
from services.community.commands.openings import Recruiting
from services.community.queries.career import (
    applications_page,
    for_recruiter,
    openings_out,
    recruiting_page,
)
from services.community.rules.career import RECRUITERS
from services.community.schemas.career import (
    ApplicantOut,
    ApplicantsOut,
    ApplicationDecisionIn,
    OpeningChangeIn,
    OpeningIn,
    OpeningOut,
    RecruitingIn,
    RecruitingPageOut,
)
from services.community.store import Store
from shared.auth import allow, principal
from shared.editing import etag, if_match, new_resource_id
from shared.paging import PageIn
from shared.web import Blueprint

Document = dict[str, Any]
ONE = "/v1/recruiting/openings/<opening_id>"


def recruiting_blueprint(store: Store, directory: Directory, clock: Clock) -> Blueprint:
    """The routes of those who fill positions."""
    blueprint = Blueprint("recruiting", __name__, description="Openings, for their administrators")

    def recruiting() -> Recruiting:
        return Recruiting(store, principal(), clock())

    def shown(opening: Document) -> Document:
        return openings_out(store, principal().user_id, [opening])[0]

    @blueprint.route("/v1/recruiting/openings")
    @blueprint.arguments(RecruitingIn, location="query")
    @blueprint.response(200, RecruitingPageOut)
    @allow(*RECRUITERS)
    def list_recruiting(query: Document) -> Document:
        """Openings of one's unit and below, newest first."""
        return recruiting_page(store, principal(), query)

    @blueprint.route("/v1/recruiting/openings", methods=["POST"])
    @blueprint.arguments(OpeningIn)
    @blueprint.response(201, OpeningOut)
    @allow(*RECRUITERS)
    def draft(body: Document) -> Document:
        """Begin an opening as a draft."""
        return shown(recruiting().draft(new_resource_id(), body))

    @blueprint.route(ONE)
    @blueprint.response(200, OpeningOut)
    @allow(*RECRUITERS)
    def show(opening_id: str) -> tuple[Document, int, dict[str, str]]:
        """An opening of one's unit, a draft too."""
        opening = recruiting().seen(opening_id)
        return shown(opening), 200, etag(opening["version"])

    @blueprint.route(ONE, methods=["PATCH"])
    @blueprint.arguments(OpeningChangeIn)
    @blueprint.response(200, OpeningOut)
    @allow(*RECRUITERS)
    def change(body: Document, opening_id: str) -> tuple[Document, int, dict[str, str]]:
        """Change an opening that is not closed."""
        opening = recruiting().change(opening_id, body, if_match())
        return shown(opening), 200, etag(opening["version"])

    @blueprint.route(f"{ONE}/publish", methods=["POST"])
    @blueprint.response(200, OpeningOut)
    @allow(*RECRUITERS)
    def publish(opening_id: str) -> Document:
        """Announce a draft."""
        return shown(recruiting().publish(opening_id))

    @blueprint.route(f"{ONE}/close", methods=["POST"])
    @blueprint.response(200, OpeningOut)
    @allow(*RECRUITERS)
    def close(opening_id: str) -> Document:
        """Take no more applications."""
        return shown(recruiting().close(opening_id))

    @blueprint.route(f"{ONE}/applications")
    @blueprint.arguments(PageIn, location="query")
    @blueprint.response(200, ApplicantsOut)
    @allow(*RECRUITERS)
    def list_applicants(query: Document, opening_id: str) -> Document:
        """Who applied, best match first."""
        recruiting().seen(opening_id)
        return applications_page(store, directory, opening_id, query)

    @blueprint.route("/v1/recruiting/applications/<application_id>", methods=["POST"])
    @blueprint.arguments(ApplicationDecisionIn)
    @blueprint.response(200, ApplicantOut)
    @allow(*RECRUITERS)
    def decide(body: Document, application_id: str) -> Document:
        """Shortlist or decline."""
        return for_recruiter(store, directory, [recruiting().decide(application_id, body["state"])])[0]

    return blueprint
