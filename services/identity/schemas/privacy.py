"""Bodies of what a person asks about the own data."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.identity.schemas.registration import NameOut, TrueFlag


class NoticeOut(Schema):
    """The privacy notice: each item says which data, why and for how long."""

    version = fields.String(required=True)
    items = fields.List(fields.Dict(keys=fields.String(), values=fields.Nested(NameOut)), required=True)


class ConsentIn(Schema):
    """Which notice is accepted, or no longer, and in which language it was read."""

    version = fields.String(required=True, validate=validate.Length(1, 32))
    locale = fields.String(required=True, validate=validate.OneOf(["en", "hi"]))
    accepted = TrueFlag(required=True)


class GivenOut(Schema):
    """One decision about a notice."""

    version = fields.String(required=True)
    locale = fields.String(required=True)
    accepted = fields.Boolean(required=True)
    at = fields.AwareDateTime(format="iso", required=True)


class ConsentOut(Schema):
    """The present notice, whether it is accepted, and all earlier decisions."""

    version = fields.String(required=True)
    accepted = fields.Boolean(required=True)
    history = fields.List(fields.Nested(GivenOut), required=True)


class ExportOut(Schema):
    """A copy of the own data, and until when it can be fetched."""

    id = fields.String(required=True, attribute="_id")
    state = fields.String(required=True, metadata={"enum": ["waiting", "ready", "fetched", "expired"]})
    asked_at = fields.AwareDateTime(format="iso", required=True)
    ready_at = fields.AwareDateTime(format="iso", allow_none=True)
    fetch_until = fields.AwareDateTime(format="iso", allow_none=True)


class ExportsOut(Schema):
    """The newest exports of the person."""

    items = fields.List(fields.Nested(ExportOut), required=True)


class PartIn(Schema):
    """A piece of what a service holds of a person."""

    number = fields.Integer(required=True, strict=True, validate=validate.Range(0, 9999))
    last = TrueFlag(required=True)
    text = fields.String(required=True, validate=validate.Length(max=40_000))


class HoldOut(Schema):
    """What is kept, why, and how many days."""

    what = fields.Nested(NameOut, required=True)
    why = fields.Nested(NameOut, required=True)
    days = fields.Integer(required=True)


class ErasureOut(Schema):
    """Where the wish to be erased stands, and what a law makes us keep."""

    state = fields.String(required=True, metadata={"enum": ["none", "waiting"]})
    asked_at = fields.AwareDateTime(format="iso", allow_none=True)
    due_at = fields.AwareDateTime(format="iso", allow_none=True)
    holds = fields.List(fields.Nested(HoldOut), required=True)
