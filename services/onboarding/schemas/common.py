"""What several bodies share: names in two languages, flags, lists with a query."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from shared.paging import PageIn

RAW = validate.Length(max=2048)  # Of what is refused anyway; the rules know the true limits.
ID = validate.Length(min=1, max=64)


class TrueOrFalse(fields.Field[bool]):
    """A JSON true or false and nothing that looks like one."""

    def _deserialize(self, value: object, attr: str | None, data: object, **options: object) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("Send true or false.")
        return value


class NoBody(Schema):
    """An empty object."""


class NameOut(Schema):
    """A text in both languages."""

    en = fields.String(required=True, metadata={"example": "Public procurement"})
    hi = fields.String(required=True, metadata={"example": "सार्वजनिक खरीद"})


class NameIn(Schema):
    """A text in both languages."""

    en = fields.String(required=True, validate=RAW, metadata={"example": "Public procurement"})
    hi = fields.String(required=True, validate=RAW, metadata={"example": "सार्वजनिक खरीद"})


class ReasonIn(Schema):
    """Why; people are shown this text."""

    reason = fields.String(
        required=True, validate=RAW, metadata={"example": "The office order shows another position."}
    )


class PagedOut(Schema):
    """A page: give `next_cursor` back to see the next one."""

    next_cursor = fields.String(required=True, allow_none=True)


class SearchIn(PageIn):
    """Words in the name, the first letter, the status."""

    q = fields.String(load_default="", validate=validate.Length(max=200), metadata={"example": "procurement"})
    letter = fields.String(load_default="", validate=validate.Length(max=8), metadata={"example": "p"})
    status = fields.String(load_default="", validate=validate.OneOf(["", "verified", "retired"]))


def level(**options: Any) -> fields.Integer:
    """A level from 1 to 5."""
    return fields.Integer(
        strict=True, required=True, validate=validate.Range(1, 5), metadata={"example": 3}, **options
    )
