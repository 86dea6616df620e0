"""A person's own data: the notice, consent, a copy, erasure; and the parts other services hand in."""

from __future__ import annotations

from typing import Any

from flask import Response

from services.identity.api.second_factor import own_change
from services.identity.commands.credentials import Proof
from services.identity.commands.privacy import (
    fetch_export,
    give_consent,
    request_erasure,
    request_export,
    take_part,
    withdraw_erasure,
)
from services.identity.queries import privacy_notice
from services.identity.rules.privacy import consent_of, erasure_of
from services.identity.schemas.account import PasswordIn
from services.identity.schemas.privacy import (
    ConsentIn,
    ConsentOut,
    ErasureOut,
    ExportOut,
    ExportsOut,
    NoticeOut,
    PartIn,
)
from services.identity.schemas.users import NoBody
from services.identity.store import Store
from shared.auth import allow, internal, principal, public
from shared.body import takes
from shared.mongo import utcnow
from shared.web import Blueprint

Document = dict[str, Any]
HOLDERS = ("notifier", "onboarding", "catalog", "progress", "community")


def privacy_blueprint(store: Store, proof: Proof) -> Blueprint:
    """The routes of privacy."""
    blueprint = Blueprint("privacy", __name__, description="The own data")
    settings = proof.settings

    @blueprint.route("/v1/privacy-notice")
    @blueprint.response(200, NoticeOut)
    @public
    def notice() -> Document:
        """Which data are kept, why and how long; consent names this version."""
        return {"version": settings.consent_version, "items": privacy_notice()}

    @blueprint.route("/v1/me/consent")
    @blueprint.response(200, ConsentOut)
    @allow()
    def get_consent() -> Document:
        """Which notice you accepted."""
        return consent_of(store.users.get(principal().user_id) or {}, settings.consent_version)

    @blueprint.route("/v1/me/consent", methods=["PUT"])
    @blueprint.arguments(ConsentIn)
    @blueprint.response(200, ConsentOut)
    @allow()
    def put_consent(body: Document) -> Document:
        """Accept the present notice, or withdraw."""
        return give_consent(store, settings, principal().user_id, body, utcnow())

    @blueprint.route("/v1/me/export", methods=["POST"])
    @blueprint.arguments(NoBody)
    @blueprint.response(202, ExportOut)
    @allow()
    def export(body: Document) -> Document:
        """Ask for a copy of all data about you; a mail says when it is ready."""
        return request_export(store, principal().user_id, utcnow())

    @blueprint.route("/v1/me/exports")
    @blueprint.response(200, ExportsOut)
    @allow()
    def list_exports() -> Document:
        """Your exports, newest first."""
        return {"items": store.exports_of(principal().user_id)}

    @blueprint.route("/v1/me/exports/<export_id>/archive", methods=["POST"])
    @blueprint.arguments(NoBody)
    @blueprint.response(200, content_type="application/zip")
    @allow()
    def fetch(body: Document, export_id: str) -> Response:
        """Fetch the copy as a ZIP archive; again within an hour when the download broke."""
        archive = fetch_export(store, settings, principal().user_id, export_id, utcnow())
        answer = Response(archive, content_type="application/zip")
        answer.headers["Content-Disposition"] = 'attachment; filename="my-data.zip"'
        return answer

    @blueprint.route("/v1/me/erasure")
    @blueprint.response(200, ErasureOut)
    @allow()
    def get_erasure() -> Document:
        """Where your wish to be erased stands, and what a law makes us keep."""
        return erasure_of(store.users.get(principal().user_id) or {})

    @blueprint.route("/v1/me/erasure", methods=["POST"])
    @blueprint.arguments(PasswordIn)
    @blueprint.response(202, ErasureOut)
    @allow()
    def ask_erasure(body: Document) -> Document:
        """Ask to be erased in 48 hours; a mail gives notice."""
        return request_erasure(store, proof, own_change(body["password"]), utcnow())

    @blueprint.route("/v1/me/erasure", methods=["DELETE"])
    @blueprint.response(204)
    @allow()
    def withdraw() -> None:
        """Take the wish back."""
        withdraw_erasure(store, principal().user_id, utcnow())

    @blueprint.route("/internal/v1/exports/<export_id>/parts", methods=["POST"])
    @blueprint.arguments(PartIn)
    @blueprint.response(204)
    @takes(200_000)
    @internal(*HOLDERS)
    def hand_in(body: Document, export_id: str) -> None:
        """A service hands in a piece of its part of an export."""
        take_part(store, settings, export_id, principal().caller, body, utcnow())

    return blueprint
