"""Bodies of people's administration."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.identity.schemas.registration import LONG, NameOut
from services.identity.schemas.session import RoleHeldOut
from shared.paging import PageIn

STATUSES = ("invited", "active", "awaiting_approval", "denied", "disabled")


class UsersIn(PageIn):
    """Which people: a unit with all below it, a status, the beginning of words of name or address."""

    mdo_id = fields.String(load_default="", validate=validate.Length(max=64))
    q = fields.String(load_default="", validate=validate.Length(max=100))
    status = fields.String(load_default="", validate=validate.OneOf(["", *STATUSES]))


class PositionHeldOut(Schema):
    """A person's position."""

    id = fields.String(allow_none=True)
    name = fields.Nested(NameOut, allow_none=True)


class UserOut(Schema):
    """A person as administrators see them."""

    id = fields.String(required=True)
    display_name = fields.String(required=True)
    first_name = fields.String(required=True)
    last_name = fields.String(required=True)
    email = fields.String(required=True)
    status = fields.String(required=True, metadata={"enum": list(STATUSES)})
    mdo_id = fields.String(required=True)
    position = fields.Nested(PositionHeldOut, required=True)
    roles = fields.List(fields.Nested(RoleHeldOut), required=True)
    link_state = fields.String(
        required=True, metadata={"enum": ["none", "waiting", "live", "expired", "used"]}
    )
    second_factor = fields.Boolean(required=True)
    disabled_reason = fields.String(allow_none=True)
    created_at = fields.AwareDateTime(format="iso", required=True)
    last_login_at = fields.AwareDateTime(format="iso", allow_none=True)
    version = fields.Integer(required=True)


class UsersOut(Schema):
    """A page of people."""

    items = fields.List(fields.Nested(UserOut), required=True)
    next_cursor = fields.String(allow_none=True)


class ReasonIn(Schema):
    """Why; kept with the decision."""

    reason = fields.String(required=True, validate=validate.Length(3, 500))


class NoBody(Schema):
    """An empty object."""


class InvitationIn(Schema):
    """Whom to invite; one of position_id and position_text."""

    email = fields.String(required=True, metadata={"example": "asha.rao@bsnl.co.in"})
    first_name = fields.String(required=True, validate=LONG)
    last_name = fields.String(required=True, validate=LONG)
    mdo_id = fields.String(required=True, validate=validate.Length(max=64))
    position_id = fields.String(load_default=None, validate=validate.Length(max=64), allow_none=True)
    position_text = fields.String(load_default=None, validate=LONG, allow_none=True)
    locale = fields.String(load_default="en", validate=validate.OneOf(["en", "hi"]))
