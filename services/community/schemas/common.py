"""What several bodies share: people, names in two languages, texts, pages."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}\Z", re.A)
LINE_ENDS = "\n\t"
UNSEEN = ("Cc", "Cs", "Co", "Cn", "Zl", "Zp")


class Text(fields.String):
    """A string in NFC without outer blanks and control characters; `lines` allows line ends and tabs."""

    def __init__(self, *, lines: bool = True, **more: Any) -> None:
        super().__init__(**more)
        self._lines = lines

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = unicodedata.normalize("NFC", super()._deserialize(value, attr, data, **kwargs))
        text = text.replace("\r\n", "\n").strip()
        if any(
            unicodedata.category(sign) in UNSEEN and not (self._lines and sign in LINE_ENDS) for sign in text
        ):
            raise ValidationError("Control characters are not taken.")
        return text


class Whole(fields.Integer):
    """A whole number, not a text that looks like one nor a flag."""

    def _validated(self, value: Any) -> int:
        if isinstance(value, bool | str | float):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class TrueOrFalse(fields.Field[bool]):
    """A JSON true or false and nothing that looks like one."""

    def _deserialize(self, value: object, attr: str | None, data: object, **options: object) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("Send true or false.")
        return value


def free_text(most: int, *, least: int = 0, **more: Any) -> Text:
    """Text over several lines, from `least` to `most` characters."""
    return Text(validate=validate.Length(least, most), **more)


def line(most: int, *, least: int = 1, **more: Any) -> Text:
    """Text on one line, from `least` to `most` characters."""
    return Text(lines=False, validate=validate.Length(least, most), **more)


def key(**more: Any) -> fields.String:
    """An id of something."""
    return fields.String(
        validate=validate.Regexp(ID, error="An id has letters, digits, . _ : and -."), **more
    )


def query_text() -> fields.String:
    """Words that are searched."""
    return fields.String(load_default="", validate=validate.Length(max=100), metadata={"example": "tender"})


def rail(most: int = 10, usual: int = 5) -> fields.Integer:
    """How many items a rail of the home page shows."""
    return fields.Integer(load_default=usual, validate=validate.Range(1, most))


class NoBody(Schema):
    """An empty object."""


class ReasonIn(Schema):
    """Why; people are shown this text."""

    reason = free_text(500, least=3, required=True, metadata={"example": "The order of 3 March says so."})


class NameOut(Schema):
    """A text by language; one of the two may miss."""

    en = fields.String(metadata={"example": "Public procurement"})
    hi = fields.String(metadata={"example": "सार्वजनिक खरीद"})


class NamedOut(Schema):
    """An entry of the dictionary, a unit or a course."""

    id = fields.String(required=True)
    name = fields.Nested(NameOut, required=True)


class PersonOut(Schema):
    """A person; without an id an erased one, without a name one whom identity does not name now."""

    id = fields.String(required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True, metadata={"example": "Asha Rao"})
    position = fields.Nested(NamedOut, required=True, allow_none=True)
    mdo = fields.Nested(NamedOut, required=True, allow_none=True)


class PagedOut(Schema):
    """A page: give `next_cursor` back to see the next one."""

    next_cursor = fields.String(required=True, allow_none=True)


class RailIn(Schema):
    """How many items."""

    limit = rail()
