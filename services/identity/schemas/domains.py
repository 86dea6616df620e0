"""Bodies of domain requests."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.identity.schemas.registration import TrueFlag
from shared.paging import PageIn

STATES = ("pending", "approved", "declined")


class DomainRequestIn(Schema):
    """A mail domain that shall be approved, and why."""

    name = fields.String(required=True, validate=validate.Length(1, 64), metadata={"example": "mtnl.in"})
    include_subdomains = TrueFlag(load_default=False)
    mode = fields.String(load_default="approval", validate=validate.OneOf(["direct", "approval"]))
    reason = fields.String(required=True, validate=validate.Length(3, 500))


class DomainRequestsIn(PageIn):
    """Which requests."""

    status = fields.String(load_default="", validate=validate.OneOf(["", *STATES]))


class DomainDecisionIn(Schema):
    """Why; needed to decline."""

    reason = fields.String(load_default=None, allow_none=True, validate=validate.Length(3, 500))


class DomainRequestOut(Schema):
    """A request and what became of it."""

    id = fields.String(required=True, attribute="_id")
    name = fields.String(required=True)
    include_subdomains = fields.Boolean(required=True)
    mode = fields.String(required=True)
    reason = fields.String(required=True)
    status = fields.String(required=True)
    asked_by = fields.String(required=True)
    asked_at = fields.AwareDateTime(format="iso", required=True)
    decided_by = fields.String(allow_none=True)
    decided_at = fields.AwareDateTime(format="iso", allow_none=True)
    decision_reason = fields.String(allow_none=True)


class DomainRequestsOut(Schema):
    """A page of requests, newest first."""

    items = fields.List(fields.Nested(DomainRequestOut), required=True)
    next_cursor = fields.String(allow_none=True)
