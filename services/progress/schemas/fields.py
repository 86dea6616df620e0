"""Fields that several bodies of progress share."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from marshmallow import ValidationError, fields, validate

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}\Z", re.A)
EVENT_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}\Z", re.A)
KEY = validate.Regexp(ID, error="At most 64 letters, digits, dots, hyphens, underscores and colons.")


class Text(fields.String):
    """What a person wrote: Unicode in NFC without outer blanks; control characters are refused, new lines kept."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        made = unicodedata.normalize("NFC", str(super()._deserialize(value, attr, data, **kwargs))).strip()
        if any(unicodedata.category(one) == "Cc" and one not in "\n\t" for one in made.replace("\r\n", "\n")):
            raise ValidationError("Control characters are not allowed.")
        return made.replace("\r\n", "\n")


def key(**options: Any) -> fields.String:
    """An id of something: a course, a resource, an event of a client."""
    return fields.String(validate=[validate.Length(1, 64), KEY], **options)


def event_id(**options: Any) -> fields.String:
    """An id that a client made for one report; it may begin with any of its signs."""
    return fields.String(validate=validate.Regexp(EVENT_ID, error="At most 64 signs of an id."), **options)


def text(least: int, most: int, **options: Any) -> Text:
    """A text of so many characters."""
    return Text(validate=validate.Length(least, most), **options)


def words(**options: Any) -> fields.Dict:
    """A text in each language."""
    return fields.Dict(keys=fields.String(), values=fields.String(), **options)


class Number(fields.Float):
    """A number, not a text that looks like one nor a flag."""

    def _validated(self, value: Any) -> float:
        if isinstance(value, bool | str):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class Whole(fields.Integer):
    """A whole number, not a text that looks like one nor a flag."""

    def _validated(self, value: Any) -> int:
        if isinstance(value, bool | str):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)
