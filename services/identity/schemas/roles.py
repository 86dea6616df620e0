"""Bodies of role grants."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class GrantIn(Schema):
    """A role and, where the role needs one, the MDO it shall hold for."""

    role = fields.String(required=True, validate=validate.Length(1, 64))
    scope = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 64))


class GrantOut(Schema):
    """A role that a person holds, and who gave it when."""

    id = fields.String(required=True)
    role = fields.String(required=True)
    scope = fields.String(allow_none=True)
    granted_by = fields.String(required=True)
    granted_at = fields.AwareDateTime(format="iso", required=True)


class GrantsOut(Schema):
    """All roles of one person."""

    items = fields.List(fields.Nested(GrantOut), required=True)
