"""Classes of event fields: what may stand on the bus (no personal data, no secret) and its check."""

from __future__ import annotations

import re
import types
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from marshmallow import ValidationError, fields, validate


@dataclass(frozen=True)
class Kind:
    """The class of a field: pseudonym, id, locale, number, time, enum or public_text."""

    name: str


Pseudonym = Annotated[str, Kind("pseudonym")]
Id = Annotated[str, Kind("id")]
Locale = Annotated[str, Kind("locale")]
Number = Annotated[int, Kind("number")]
Decimal = Annotated[float, Kind("number")]
Time = Annotated[datetime, Kind("time")]
Flag = Annotated[bool, Kind("enum")]
PublicText = Annotated[str, Kind("public_text")]

TOKEN = re.compile(r"[^\s@]{1,64}", re.A)
PUBLIC_TEXT = re.compile(r"[^@\r\n]{1,300}")


class _Tuple(fields.List[Any]):
    """A list on the wire, a tuple in the frozen event."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return tuple(super()._deserialize(value, attr, data, **kwargs))


def _token(value: str) -> None:
    if not TOKEN.fullmatch(value):
        raise ValidationError("At most 64 characters, without blanks and without @.")


def _public_text(value: str) -> None:
    if not PUBLIC_TEXT.fullmatch(value):
        raise ValidationError("At most 300 characters on one line, without @.")


def field_for(hint: Any, **options: Any) -> fields.Field[Any]:
    """The marshmallow field of one type hint; TypeError for a field without a class.

    Required, unless the class gives it a default: a field that was added to a published event has one, since
    messages of before know nothing of it.
    """
    return _field(hint, **(options or {"required": True}))


def kind_of(hint: Any) -> str:
    """How the golden list names a hint: `pseudonym`, `[id]`, `enum(a|b)?`."""
    inner, optional = _without_none(hint)
    if get_origin(inner) is tuple:
        text = f"[{kind_of(get_args(inner)[0])}]"
    elif get_origin(inner) is dict:
        text = f"{{{kind_of(get_args(inner)[0])}: {kind_of(get_args(inner)[1])}}}"
    else:
        base, kind = _classified(inner)
        choices = get_args(base) if get_origin(base) is Literal else ()
        text = kind.name + (f"({'|'.join(choices)})" if choices else "")
    return text + ("?" if optional else "")


def _field(hint: Any, **options: Any) -> fields.Field[Any]:
    inner, optional = _without_none(hint)
    if optional:
        options |= {"allow_none": True}
    if get_origin(inner) is tuple:
        return _Tuple(_field(get_args(inner)[0]), validate=validate.Length(max=200), **options)
    if get_origin(inner) is dict:
        keys, values = get_args(inner)
        return fields.Dict(keys=_field(keys), values=_field(values), **options)
    base, kind = _classified(inner)
    if get_origin(base) is Literal:
        return fields.String(validate=validate.OneOf(get_args(base)), **options)
    if base is datetime:
        return fields.AwareDateTime(format="iso", **options)
    if base is bool:
        return fields.Boolean(truthy={True}, falsy={False}, **options)
    if base is int:
        return fields.Integer(strict=True, **options)
    if base is float:
        return fields.Float(allow_nan=False, **options)
    return fields.String(validate=_public_text if kind.name == "public_text" else _token, **options)


def _without_none(hint: Any) -> tuple[Any, bool]:
    if get_origin(hint) in (Union, types.UnionType) and type(None) in get_args(hint):
        rest = [part for part in get_args(hint) if part is not type(None)]
        if len(rest) == 1:
            return rest[0], True
    return hint, False


def _classified(hint: Any) -> tuple[Any, Kind]:
    base, *extras = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    for extra in extras:
        if isinstance(extra, Kind):
            return base, extra
    raise TypeError(f"{hint} has no class: use one of shared.events.fields")
