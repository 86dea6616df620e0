"""Requests for approved mail domains, and the decisions on them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.identity.commands.domains import decide_domain, remove_domain, request_domain
from services.identity.commands.reach import admin_of
from services.identity.rules.roles import SPV_ADMIN, holds
from services.identity.schemas.domains import (
    DomainDecisionIn,
    DomainRequestIn,
    DomainRequestOut,
    DomainRequestsIn,
    DomainRequestsOut,
)
from services.identity.schemas.users import ReasonIn
from services.identity.store import Store
from shared.auth import allow, principal
from shared.editing import new_resource_id
from shared.mongo import utcnow
from shared.paging import page
from shared.web import Blueprint

Document = dict[str, Any]
KINDS = (datetime, str)


def domains_blueprint(store: Store) -> Blueprint:
    """The routes that keep the list of approved domains: one admin asks, another one decides."""
    blueprint = Blueprint("domains", __name__, description="Approved mail domains")

    @blueprint.route("/v1/domain-requests")
    @blueprint.arguments(DomainRequestsIn, location="query")
    @blueprint.response(200, DomainRequestsOut)
    @allow("MDO_ADMIN", "SPV_ADMIN")
    def list_requests(asked: Document) -> Document:
        """Requests, newest first: SPV admins see all, MDO admins their own."""
        admin = admin_of(store, principal().user_id)
        where = {"status": asked["status"]} if asked["status"] else {}
        if not holds(admin, SPV_ADMIN):
            where["asked_by"] = admin["_id"]
        return page(store.domain_requests.find, where, [("asked_at", -1), ("_id", -1)], KINDS, asked)

    @blueprint.route("/v1/domain-requests", methods=["POST"])
    @blueprint.arguments(DomainRequestIn)
    @blueprint.response(201, DomainRequestOut)
    @allow("MDO_ADMIN", "SPV_ADMIN")
    def ask(body: Document) -> Document:
        """Ask to have a domain approved; an SPV admin other than you decides."""
        return request_domain(store, principal().user_id, new_resource_id(), body, utcnow())

    @blueprint.route("/v1/domain-requests/<request_id>/approve", methods=["POST"])
    @blueprint.arguments(DomainDecisionIn)
    @blueprint.response(200, DomainRequestOut)
    @allow("SPV_ADMIN")
    def approve(body: Document, request_id: str) -> Document:
        """Put the domain on the list; who waits with such an address is judged anew."""
        actor, reason = principal().user_id, body["reason"]
        return decide_domain(store, actor, request_id, approve=True, reason=reason, now=utcnow())

    @blueprint.route("/v1/domain-requests/<request_id>/decline", methods=["POST"])
    @blueprint.arguments(ReasonIn)
    @blueprint.response(200, DomainRequestOut)
    @allow("SPV_ADMIN")
    def decline(body: Document, request_id: str) -> Document:
        """Leave the list as it is."""
        actor, reason = principal().user_id, body["reason"]
        return decide_domain(store, actor, request_id, approve=False, reason=reason, now=utcnow())

    @blueprint.route("/v1/domains/<name>", methods=["DELETE"])
    @blueprint.response(204)
    @allow("SPV_ADMIN")
    def remove(name: str) -> None:
        """Take a domain off the list; accounts stay usable."""
        remove_domain(store, principal().user_id, name, utcnow())

    return blueprint
