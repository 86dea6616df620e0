"""Sessions for those who organise them: draft, review, publish, cancel, attendance."""

from __future__ import annotations

from typing import Any

from services.community.api.discuss import Clock
from services.community.clients import Directory
from services.community.commands.registrations import mark_attendance
from services.community.commands.sessions import Organising
from services.community.queries.sessions import for_organiser, organised_page, registrations_page
from services.community.rules.sessions import CREATORS, ORGANISERS, check_state
from services.community.schemas.common import ReasonIn
from services.community.schemas.sessions import (
    AttendanceIn,
    AttendanceOut,
    OrganisedIn,
    OrganisedOut,
    OrganisedPageOut,
    RegisteredPageOut,
    SessionChangeIn,
    SessionIn,
)
from services.community.store import Store
from shared.auth import allow, principal
from shared.editing import etag, if_match, new_resource_id
from shared.paging import PageIn
from shared.web import Blueprint

Document = dict[str, Any]
ONE = "/v1/organising/sessions/<session_id>"


def organising_blueprint(store: Store, directory: Directory, clock: Clock) -> Blueprint:
    """The routes of organisers."""
    blueprint = Blueprint("organising", __name__, description="Sessions, for their organisers")

    def organising() -> Organising:
        return Organising(store, principal(), clock())

    def shown(session: Document) -> Document:
        return for_organiser(store, directory, principal(), [session], clock())[0]

    @blueprint.route("/v1/organising/sessions")
    @blueprint.arguments(OrganisedIn, location="query")
    @blueprint.response(200, OrganisedPageOut)
    @allow(*ORGANISERS)
    def list_organised(query: Document) -> Document:
        """One's own sessions and those within reach, newest first."""
        return organised_page(store, directory, principal(), query, clock())

    @blueprint.route("/v1/organising/sessions", methods=["POST"])
    @blueprint.arguments(SessionIn)
    @blueprint.response(201, OrganisedOut)
    @allow(*CREATORS)
    def draft(body: Document) -> Document:
        """Begin a session as a draft."""
        return shown(organising().draft(new_resource_id(), body))

    @blueprint.route(ONE)
    @blueprint.response(200, OrganisedOut)
    @allow(*ORGANISERS)
    def get_organised(session_id: str) -> tuple[Document, int, dict[str, str]]:
        """One session."""
        session, _ = organising().seen(session_id)
        return shown(session), 200, etag(session["version"])

    @blueprint.route(ONE, methods=["PATCH"])
    @blueprint.arguments(SessionChangeIn)
    @blueprint.response(200, OrganisedOut)
    @allow(*CREATORS)
    def change(body: Document, session_id: str) -> tuple[Document, int, dict[str, str]]:
        """Change a draft, or what may still change once it is published."""
        session = organising().change(session_id, body, if_match())
        return shown(session), 200, etag(session["version"])

    @blueprint.route(f"{ONE}/submit", methods=["POST"])
    @blueprint.response(200, OrganisedOut)
    @allow(*CREATORS)
    def submit(session_id: str) -> Document:
        """Hand a draft over for review."""
        return shown(organising().submit(session_id))

    @blueprint.route(f"{ONE}/return", methods=["POST"])
    @blueprint.arguments(ReasonIn)
    @blueprint.response(200, OrganisedOut)
    @allow(*ORGANISERS)
    def give_back(body: Document, session_id: str) -> Document:
        """Give a session back to its creator, with a reason."""
        return shown(organising().give_back(session_id, body["reason"]))

    @blueprint.route(f"{ONE}/publish", methods=["POST"])
    @blueprint.response(200, OrganisedOut)
    @allow(*ORGANISERS)
    def publish(session_id: str) -> Document:
        """Announce a session that somebody else has made."""
        return shown(organising().publish(session_id))

    @blueprint.route(f"{ONE}/cancel", methods=["POST"])
    @blueprint.arguments(ReasonIn)
    @blueprint.response(200, OrganisedOut)
    @allow(*CREATORS)
    def cancel(body: Document, session_id: str) -> Document:
        """Call a session off; registered people are told."""
        return shown(organising().cancel(session_id, body["reason"]))

    _add_people_routes(blueprint, store, directory, clock)
    return blueprint


def _add_people_routes(blueprint: Blueprint, store: Store, directory: Directory, clock: Clock) -> None:
    @blueprint.route(f"{ONE}/registrations")
    @blueprint.arguments(PageIn, location="query")
    @blueprint.response(200, RegisteredPageOut)
    @allow(*ORGANISERS)
    def registrations(query: Document, session_id: str) -> Document:
        """Who is registered, waits or took part."""
        session, _ = Organising(store, principal(), clock()).seen(session_id)
        return registrations_page(store, directory, session, query)

    @blueprint.route(f"{ONE}/attendance", methods=["POST"])
    @blueprint.arguments(AttendanceIn)
    @blueprint.response(200, AttendanceOut)
    @allow(*ORGANISERS)
    def attendance(body: Document, session_id: str) -> Document:
        """Mark who took part."""
        who, now = principal(), clock()
        session, _ = Organising(store, who, now).seen(session_id)
        check_state(session, now, ("published", "live", "ended"))
        return mark_attendance(store, who, session, body["user_ids"], now)
