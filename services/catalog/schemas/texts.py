"""Text that people write: NFC, every script, counted in characters, control characters refused."""

from __future__ import annotations

import unicodedata
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

LINE_ENDS = "\n\t"


class Text(fields.String):
    """A string in NFC without control characters; `lines` allows line ends and tabs."""

    def __init__(self, *, lines: bool = True, **more: Any) -> None:
        super().__init__(**more)
        self._lines = lines

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = unicodedata.normalize("NFC", super()._deserialize(value, attr, data, **kwargs))
        text = text.replace("\r\n", "\n").strip()
        for character in text:
            if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") and not (
                self._lines and character in LINE_ENDS
            ):
                raise ValidationError("Control characters are not taken.")
        return text


def free_text(most: int, *, least: int = 0, **more: Any) -> Text:
    """Text over several lines, from `least` to `most` characters."""
    return Text(validate=validate.Length(least, most), **more)


def line(most: int, *, least: int = 1, **more: Any) -> Text:
    """Text on one line, from `least` to `most` characters."""
    return Text(lines=False, validate=validate.Length(least, most), **more)


def _public(value: str) -> None:
    if "@" in value:
        raise ValidationError("A title holds no @: it is shown to everybody, also in events.")


class LabelIn(Schema):
    """A title by language: one line, up to 300 characters."""

    en = Text(lines=False, validate=[validate.Length(1, 300), _public])
    hi = Text(lines=False, validate=[validate.Length(1, 300), _public])


class ProseIn(Schema):
    """A longer text by language."""

    en = Text(validate=validate.Length(max=50_000))
    hi = Text(validate=validate.Length(max=50_000))
