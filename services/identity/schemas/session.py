"""Bodies of sign-in, renewal, sign-out, service tokens and the person's own record."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class LoginIn(Schema):
    """An address and a password; both only bounded here, so that every answer is the same."""

    email = fields.String(required=True, validate=validate.Length(1, 254))
    password = fields.String(required=True, validate=validate.Length(1, 256))
    code = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 32))


class RefreshTokenIn(Schema):
    """A refresh token."""

    refresh_token = fields.String(required=True, validate=validate.Length(1, 128))


class TokensOut(Schema):
    """The two tokens of a session; lifetimes in seconds."""

    access_token = fields.String(required=True)
    token_type = fields.String(required=True)
    expires_in = fields.Integer(required=True)
    refresh_token = fields.String(required=True)
    refresh_expires_in = fields.Integer(required=True)
    second_factor = fields.String(required=True, metadata={"enum": ["none", "done", "setup_needed"]})


class ServiceTokenIn(Schema):
    """A service's own secret and the service it wants to call."""

    caller = fields.String(required=True, validate=validate.Length(1, 64))
    secret = fields.String(required=True, validate=validate.Length(1, 256))
    audience = fields.String(required=True, validate=validate.Length(1, 64))


class ServiceTokenOut(Schema):
    """A short-lived service token."""

    access_token = fields.String(required=True)
    expires_in = fields.Integer(required=True)


class JWKSOut(Schema):
    """The public keys as a JSON Web Key Set."""

    keys = fields.List(fields.Dict(keys=fields.String(), values=fields.String()), required=True)


class NamedOut(Schema):
    """An id and its name; both absent for a position or MDO that is not set."""

    id = fields.String(allow_none=True)
    name = fields.Raw(allow_none=True)


class RoleHeldOut(Schema):
    """A role and the MDO it holds for."""

    role = fields.String(required=True)
    scope = fields.String(allow_none=True)


class PortalOut(Schema):
    """A part of the platform that the person may open."""

    slug = fields.String(required=True)
    name = fields.String(required=True)


class FactorOut(Schema):
    """Whether a second factor is set up, and whether roles wait for one."""

    enrolled = fields.Boolean(required=True)
    setup_needed = fields.Boolean(required=True)


class NameChangeOut(Schema):
    """A change of name and what became of it."""

    id = fields.String(required=True)
    first_name = fields.String(required=True)
    last_name = fields.String(required=True)
    reason = fields.String(required=True)
    requested_at = fields.AwareDateTime(format="iso", required=True)
    status = fields.String(required=True, metadata={"enum": ["pending", "approved", "declined"]})
    decision_reason = fields.String(allow_none=True)


class MeOut(Schema):
    """The person behind the access token."""

    id = fields.String(required=True)
    first_name = fields.String(required=True)
    last_name = fields.String(required=True)
    email = fields.String(required=True)
    position = fields.Nested(NamedOut, required=True)
    mdo = fields.Nested(NamedOut, required=True)
    locale = fields.String(required=True)
    status = fields.String(required=True)
    roles = fields.List(fields.Nested(RoleHeldOut), required=True)
    portals = fields.List(fields.Nested(PortalOut), required=True)
    second_factor = fields.Nested(FactorOut, required=True)
    pending_email = fields.String(allow_none=True)
    name_change = fields.Nested(NameChangeOut, allow_none=True)
