"""Certificates: the owner's print data, PDF and badge; verification for everybody; the issuer's keys."""

from __future__ import annotations

import time
from typing import Any

from flask import Response, request

from services.progress.certificates import Issuer, Paper
from services.progress.commands.certificates import revoke_certificate
from services.progress.queries.certificates import my_certificates, named, own_certificate, printed, verified
from services.progress.rules import ProgressSettings
from services.progress.rules.certificates import Window
from services.progress.schemas.certificates import (
    CertificateOut,
    CertificatesOut,
    LocaleIn,
    RevokeIn,
    VerifyOut,
)
from services.progress.store import Store
from shared.auth import allow, principal, public
from shared.errors import NotFound, TooMany
from shared.mongo import utcnow
from shared.web import Blueprint

Document = dict[str, Any]
PUBLIC_CACHE = "public, max-age=300"


def certificates_blueprint(store: Store, issuer: Issuer) -> Blueprint:
    """The routes of certificates for their owners, and their revocation."""
    blueprint = Blueprint("certificates", __name__, description="Certificates")
    paper = Paper()

    @blueprint.route("/v1/certificates/me")
    @blueprint.response(200, CertificatesOut)
    @allow()
    def list_certificates() -> Document:
        """All certificates of the person, newest first."""
        return {"items": my_certificates(store, principal().user_id), "next_cursor": None}

    @blueprint.route("/v1/certificates/<certificate_id>")
    @blueprint.response(200, CertificateOut)
    @allow()
    def get_certificate(certificate_id: str) -> Document:
        """What is printed on one certificate."""
        return printed(store, issuer, own_certificate(store, certificate_id, principal().user_id))

    @blueprint.route("/v1/certificates/<certificate_id>.pdf")
    @blueprint.arguments(LocaleIn, location="query")
    @blueprint.response(200, content_type="application/pdf")
    @allow()
    def get_pdf(query: Document, certificate_id: str) -> Response:
        """The certificate as a PDF of one page, in the person's language or the one asked for."""
        found = own_certificate(store, certificate_id, principal().user_id)
        learner = store.learners.get(found["user_id"]) or {}
        locale = query["locale"] or ("hi" if learner.get("locale") == "hi" else "en")
        made = paper.pdf(
            found, issuer.verify_url(found["_id"]), locale, named(store, found["competencies"], locale)
        )
        answer = Response(made, content_type="application/pdf")
        answer.headers["Content-Disposition"] = f'inline; filename="{found["_id"]}.pdf"'
        return answer

    @blueprint.route("/v1/certificates/<certificate_id>/badge")
    @blueprint.response(200, content_type="application/vc+jwt")
    @allow()
    def get_badge(certificate_id: str) -> Response:
        """The Open Badges 3.0 credential, signed, for the owner's wallet."""
        found = own_certificate(store, certificate_id, principal().user_id)
        made = issuer.badge(found, named(store, found["competencies"], "en"))
        return Response(made, content_type="application/vc+jwt")

    @blueprint.route("/v1/certificates/<certificate_id>/revoke", methods=["POST"])
    @blueprint.arguments(RevokeIn)
    @blueprint.response(200, VerifyOut)
    @allow("SPV_ADMIN")
    def revoke(body: Document, certificate_id: str) -> Document:
        """Revoke a certificate for good; verification and the status list say so."""
        revoke_certificate(store, certificate_id, body["reason"], principal().user_id, utcnow())
        return verified(store, certificate_id)

    return blueprint


def verification_blueprint(store: Store, issuer: Issuer, settings: ProgressSettings) -> Blueprint:
    """The public routes: is this certificate valid, and with which keys are badges signed."""
    blueprint = Blueprint("verification", __name__, description="Verification of certificates and badges")
    window = Window(settings.verify_most, settings.verify_window)

    @blueprint.route("/v1/verify/<certificate_id>")
    @blueprint.response(200, VerifyOut)
    @public
    def verify(certificate_id: str) -> Document:
        """Whether a certificate holds; 404 for a number that was never given; 429 past the limit."""
        wait = window.wait(request.remote_addr or "", time.monotonic())
        if wait:
            raise TooMany(
                "verifications_too_many", "Too many were checked from here. Try again soon.", retry_after=wait
            )
        return verified(store, certificate_id)

    @blueprint.route("/v1/badges/issuer")
    @blueprint.response(200)
    @public
    def get_issuer() -> tuple[Document, int, Document]:
        """The profile of the issuer of badges."""
        return issuer.profile(), 200, {"Cache-Control": PUBLIC_CACHE}

    @blueprint.route("/v1/badges/jwks")
    @blueprint.response(200)
    @public
    def get_keys() -> tuple[Document, int, Document]:
        """The public keys that verify badges and status lists."""
        return issuer.jwks(), 200, {"Cache-Control": PUBLIC_CACHE}

    @blueprint.route("/v1/badges/status/<number>")
    @blueprint.response(200, content_type="application/vc+jwt")
    @public
    def get_status(number: str) -> Response:
        """One status list as a signed credential; a set bit is a revoked certificate."""
        if not (number.isascii() and number.isdigit()) or int(number) >= settings.badge_lists:
            raise NotFound("status_list_unknown", "There is no such status list.")
        made = issuer.status_list(number, store.certificates.revoked(number), utcnow())
        answer = Response(made, content_type="application/vc+jwt")
        answer.headers["Cache-Control"] = PUBLIC_CACHE
        return answer

    return blueprint
