"""Bodies of notices and preferences."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, validate

from shared.paging import PageIn


class Switch(fields.Field[bool]):
    """A JSON true or false and nothing that looks like one."""

    def _deserialize(self, value: object, attr: str | None, data: object, **options: object) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("Send true or false.")
        return value


class NoticesIn(PageIn):
    """Which notices."""

    unread = fields.Boolean(load_default=False)


class TextOut(Schema):
    """A text in both languages."""

    en = fields.String(required=True)
    hi = fields.String(required=True)


class NoticeOut(Schema):
    """Something you should know, and the page it leads to."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    text = fields.Nested(TextOut, required=True)
    link = fields.String(required=True)
    at = fields.AwareDateTime(format="iso", required=True)
    read = fields.Boolean(required=True)


class NoticesOut(Schema):
    """A page of notices, newest first; `unread` counts all unread ones, to 100."""

    unread = fields.Integer(required=True)
    items = fields.List(fields.Nested(NoticeOut), required=True)
    next_cursor = fields.String(allow_none=True)


class ReadIn(Schema):
    """Mark as read."""

    read = Switch(required=True, validate=validate.Equal(True))


class NoBody(Schema):
    """An empty object."""


class ChoiceIn(Schema):
    """By which ways a kind comes; with `digest` its mails come once a day, together."""

    mail = Switch()
    notice = Switch()
    digest = Switch()


class QuietHoursIn(Schema):
    """Between these times of the Indian day no mail is sent but security mails."""

    from_ = fields.String(required=True, data_key="from", attribute="from", validate=validate.Length(equal=5))
    to = fields.String(required=True, validate=validate.Length(equal=5))


class PreferencesIn(Schema):
    """What a person wants to hear of; kinds that are not named come by mail and as a notice."""

    kinds = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 64)),
        values=fields.Nested(ChoiceIn),
        load_default=dict,
        validate=validate.Length(max=100),
    )
    quiet_hours = fields.Nested(QuietHoursIn, load_default=None, allow_none=True)


class ChoiceOut(Schema):
    """What holds for a kind; a locked one cannot be changed."""

    mail = fields.Boolean(required=True)
    notice = fields.Boolean(required=True)
    digest = fields.Boolean(required=True)
    locked = fields.Boolean(required=True)


class QuietHoursOut(Schema):
    """Times of the Indian day."""

    from_ = fields.String(required=True, data_key="from", attribute="from")
    to = fields.String(required=True)


class PreferencesOut(Schema):
    """What holds for each kind, and the quiet hours."""

    kinds = fields.Dict(keys=fields.String(), values=fields.Nested(ChoiceOut), required=True)
    quiet_hours = fields.Nested(QuietHoursOut, allow_none=True)
    version = fields.Integer(required=True)
