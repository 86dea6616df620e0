"""Bodies of the own account: second factor, address, name; and of decisions on names."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.identity.schemas.registration import LONG
from services.identity.schemas.session import NameChangeOut
from shared.paging import PageIn

PASSWORD = validate.Length(1, 1024)


class FactorBeginOut(Schema):
    """What an authenticator app needs; shown only now."""

    secret = fields.String(required=True)
    uri = fields.String(required=True)
    qr_svg = fields.String(required=True)


class CodeIn(Schema):
    """A code of the authenticator app."""

    code = fields.String(required=True, validate=validate.Length(1, 32), metadata={"example": "123456"})


class RecoveryOut(Schema):
    """Codes that each replace the app once; shown only now."""

    recovery_codes = fields.List(fields.String(), required=True)


class PasswordIn(Schema):
    """The current password."""

    password = fields.String(required=True, validate=PASSWORD)


class NewEmailIn(Schema):
    """Another address, and the current password."""

    email = fields.String(required=True, metadata={"example": "asha.rao@gov.in"})
    password = fields.String(required=True, validate=PASSWORD)


class NewNameIn(Schema):
    """Another name, and why."""

    first_name = fields.String(required=True, validate=LONG)
    last_name = fields.String(required=True, validate=LONG)
    reason = fields.String(required=True, validate=validate.Length(3, 500))


class NameChangesIn(PageIn):
    """Which requests."""

    status = fields.String(
        load_default="pending", validate=validate.OneOf(["pending", "approved", "declined"])
    )


class PersonsNameChangeOut(NameChangeOut):
    """A change of name with the person it is about."""

    user_id = fields.String(required=True)
    display_name = fields.String(required=True)
    mdo_id = fields.String(required=True)


class NameChangesOut(Schema):
    """A page of requests."""

    items = fields.List(fields.Nested(PersonsNameChangeOut), required=True)
    next_cursor = fields.String(allow_none=True)
