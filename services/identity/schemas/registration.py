"""Bodies of registration and of the public lists a registration form needs."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, validate

LONG = validate.Length(max=512)  # Of what is refused anyway; the rules know the true limits.


class TrueFlag(fields.Field[bool]):
    """A JSON true or false and nothing that looks like one."""

    def _deserialize(self, value: object, attr: str | None, data: object, **options: object) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("Send true or false.")
        return value


class RegistrationIn(Schema):
    """A self-registration; one of position_id and position_text."""

    first_name = fields.String(required=True, validate=LONG)
    last_name = fields.String(required=True, validate=LONG)
    position_id = fields.String(load_default=None, validate=validate.Length(max=64), allow_none=True)
    position_text = fields.String(load_default=None, validate=LONG, allow_none=True)
    email = fields.String(required=True)
    mdo_id = fields.String(required=True, validate=validate.Length(max=64))
    declaration = TrueFlag(required=True)
    locale = fields.String(load_default="en", validate=validate.OneOf(["en", "hi"]))


class EmailIn(Schema):
    """An address."""

    email = fields.String(required=True)


class AcceptedOut(Schema):
    """The same for everybody."""

    status = fields.String(required=True)


class NameOut(Schema):
    """A name in both languages."""

    en = fields.String(required=True)
    hi = fields.String(required=True)


class ParentIn(Schema):
    """Below which unit; without one, the roots."""

    parent = fields.String(load_default=None, validate=validate.Length(max=64))


class MDOOut(Schema):
    """A ministry, state, department or organisation."""

    id = fields.String(required=True)
    name = fields.Nested(NameOut, required=True)
    kind = fields.String(required=True)
    parent_id = fields.String(required=True, allow_none=True)
    has_children = fields.Boolean(required=True)


class MDOsOut(Schema):
    """The units at one level of the tree."""

    items = fields.List(fields.Nested(MDOOut), required=True)


class PositionOut(Schema):
    """A position that can be chosen."""

    id = fields.String(required=True)
    name = fields.Nested(NameOut, required=True)


class PositionsOut(Schema):
    """All positions."""

    items = fields.List(fields.Nested(PositionOut), required=True)


class DomainOut(Schema):
    """An approved mail domain."""

    name = fields.String(required=True)
    include_subdomains = fields.Boolean(required=True)
    mode = fields.String(required=True)


class DomainsOut(Schema):
    """All approved domains."""

    items = fields.List(fields.Nested(DomainOut), required=True)
