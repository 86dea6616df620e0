"""Bodies of the MDO tree's administration."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.identity.schemas.registration import NameOut

TEXT = validate.Length(1, 200)
KINDS = ("ministry", "state", "department", "organisation")


class NameIn(Schema):
    """A name in both languages."""

    en = fields.String(required=True, validate=TEXT)
    hi = fields.String(required=True, validate=TEXT)


class NewMDOIn(Schema):
    """A unit to be added; without `parent_id` it stands at the top."""

    id = fields.String(required=True, validate=validate.Length(1, 50), metadata={"example": "bbnl"})
    parent_id = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 64))
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    name = fields.Nested(NameIn, required=True)


class MDOChangeIn(Schema):
    """Another name, another place in the tree, or both."""

    parent_id = fields.String(allow_none=True, validate=validate.Length(1, 64))
    name = fields.Nested(NameIn)


class MDOStateOut(Schema):
    """A unit as SPV admins see it."""

    id = fields.String(required=True, attribute="_id")
    parent_id = fields.String(allow_none=True)
    kind = fields.String(required=True)
    name = fields.Nested(NameOut, required=True)
    path = fields.List(fields.String(), required=True)
    state = fields.String(dump_default="active")
    version = fields.Integer(required=True)


class TreeOut(Schema):
    """The whole tree, also what is suspended."""

    items = fields.List(fields.Nested(MDOStateOut), required=True)
