"""Bodies of mandates."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, time, timedelta, timezone
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

INDIA = timezone(timedelta(hours=5, minutes=30))
ID = validate.Regexp(re.compile(r"[^\s@$.]{1,64}\Z", re.A), error="Not a valid id.")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.A)
GROUPS = ["a", "b", "c", "d", "contractual", "other"]


class Text(fields.String):
    """A text of people on one or more lines: NFC, without control characters, not blank."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = unicodedata.normalize("NFC", str(super()._deserialize(value, attr, data, **kwargs))).strip()
        if any(unicodedata.category(sign) in ("Cc", "Cs") and sign != "\n" for sign in text):
            raise ValidationError("Control characters are not allowed.")
        if not text:
            raise ValidationError("This may not be blank.")
        return text


class Title(fields.Field[Any]):
    """A title in one language or in both: a text, or {en, hi}."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, str]:
        given = {"en": value, "hi": value} if isinstance(value, str) else value
        if not isinstance(given, dict) or not given or set(given) - {"en", "hi"}:
            raise ValidationError("A text, or one in en and hi.")
        text = Text(validate=validate.Length(max=200))
        found = {key: str(text.deserialize(one)) for key, one in given.items()}
        return {"en": next(iter(found.values())), "hi": next(iter(found.values()))} | found


class Due(fields.Field[Any]):
    """A moment, or a date: the end of that day in India."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        if not isinstance(value, str) or len(value) > 40:
            raise ValidationError("A date, or a time with its zone.")
        try:
            at = datetime.fromisoformat(value)
            if DATE.fullmatch(value):
                at = datetime.combine(at.date(), time(23, 59, 59), INDIA)
            at = at.astimezone(UTC) if at.tzinfo else at
        except (ValueError, OverflowError):
            raise ValidationError("A date, or a time with its zone.") from None
        if at.tzinfo is None or at.year > 2200:
            raise ValidationError("A date, or a time with its zone.")
        return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _ids(most: int) -> fields.List[Any]:
    return fields.List(fields.String(validate=ID), validate=validate.Length(max=most), load_default=list)


class AudienceIn(Schema):
    """Whom it binds: those who match each given list, and those who are named."""

    mdo_ids = _ids(200)
    position_ids = _ids(200)
    groups = fields.List(fields.String(validate=validate.OneOf(GROUPS)), load_default=list)
    user_ids = _ids(1000)


class MandateIn(Schema):
    """A mandate: who shall complete which courses by when, and why."""

    title = Title(required=True, metadata={"example": {"en": "Public procurement", "hi": "सार्वजनिक खरीद"}})
    course_ids = fields.List(fields.String(validate=ID), required=True, validate=[validate.Length(1, 20)])
    audience = fields.Nested(AudienceIn, required=True)
    due = Due(required=True, metadata={"type": "string", "example": "2026-12-31"})
    order_number = Text(allow_none=True, load_default=None, validate=validate.Length(max=100))
    reason = Text(required=True, validate=validate.Length(max=500))
    cycle = fields.String(
        allow_none=True, load_default=None, validate=validate.Regexp(re.compile(r"once\Z|20\d\d\Z", re.A))
    )


class MandatePatchIn(Schema):
    """What of the draft changes."""

    title = Title()
    course_ids = fields.List(fields.String(validate=ID), validate=[validate.Length(1, 20)])
    audience = fields.Nested(AudienceIn)
    due = Due(metadata={"type": "string"})
    order_number = Text(allow_none=True, validate=validate.Length(max=100))
    reason = Text(validate=validate.Length(max=500))
    cycle = fields.String(allow_none=True, validate=validate.Regexp(re.compile(r"once\Z|20\d\d\Z", re.A)))


class MandateCommandIn(Schema):
    """An empty body."""


class AudienceOut(Schema):
    """Whom a mandate binds."""

    mdo_ids = fields.List(fields.String(), required=True)
    position_ids = fields.List(fields.String(), required=True)
    groups = fields.List(fields.String(), required=True)
    user_ids = fields.List(fields.String(), required=True)


class RuleOut(Schema):
    """What is published; `n` counts the publications."""

    n = fields.Integer()
    title = fields.Dict(keys=fields.String(), values=fields.String())
    course_ids = fields.List(fields.String())
    audience = fields.Nested(AudienceOut)
    due = fields.AwareDateTime(format="iso")
    order_number = fields.String(allow_none=True)
    reason = fields.String()
    cycle = fields.String(allow_none=True)
    published_at = fields.AwareDateTime(format="iso")


class MandateOut(Schema):
    """A mandate: its draft, what is published, and whether the worker is still assigning."""

    id = fields.String(required=True)
    version = fields.Integer(required=True)
    status = fields.String(required=True, validate=validate.OneOf(["draft", "published", "retired"]))
    title = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    course_ids = fields.List(fields.String(), required=True)
    audience = fields.Nested(AudienceOut, required=True)
    due = fields.AwareDateTime(format="iso", required=True)
    order_number = fields.String(allow_none=True, required=True)
    reason = fields.String(required=True)
    cycle = fields.String(allow_none=True, required=True)
    owner_mdo_id = fields.String(allow_none=True, required=True)
    rule = fields.Nested(RuleOut, allow_none=True, required=True)
    rules = fields.List(fields.Nested(RuleOut), required=True)
    assigning = fields.Boolean(required=True)
    created_at = fields.AwareDateTime(format="iso", required=True)


class MandatesOut(Schema):
    """A page of mandates, newest first."""

    items = fields.List(fields.Nested(MandateOut), required=True)
    next_cursor = fields.String(allow_none=True, required=True)


class DryRunOut(Schema):
    """What a publication would change."""

    people = fields.Integer(required=True)
    gains = fields.Integer(required=True)
    loses = fields.Integer(required=True)
    already_done = fields.Integer(required=True)
    hours = fields.Float(required=True)
    sample = fields.List(fields.String(), required=True)


class StandingOut(Schema):
    """How a mandate stands in one unit."""

    mdo_id = fields.String(required=True)
    assigned = fields.Integer(required=True)
    completed = fields.Integer(required=True)
    in_progress = fields.Integer(required=True)
    overdue = fields.Integer(required=True)


class MandateReportOut(Schema):
    """How a mandate stands, by unit."""

    items = fields.List(fields.Nested(StandingOut), required=True)
    next_cursor = fields.String(allow_none=True, required=True)


class DutyOut(Schema):
    """A course that a person shall complete, until when, and why."""

    mandate_id = fields.String(required=True)
    course_id = fields.String(required=True)
    title = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    course_title = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    due = fields.AwareDateTime(format="iso", required=True)
    days_left = fields.Integer(required=True)
    overdue = fields.Boolean(required=True)
    status = fields.String(required=True)
    why = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    order_number = fields.String(allow_none=True, required=True)
    enrolment_id = fields.String(allow_none=True, required=True)


class DutiesOut(Schema):
    """A person's mandated courses, the next due first."""

    items = fields.List(fields.Nested(DutyOut), required=True)
    next_cursor = fields.String(allow_none=True, required=True)
