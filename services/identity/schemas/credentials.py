"""Bodies of links and passwords, and of what other services ask."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.identity.schemas.registration import LONG, NameOut

TOKEN = validate.Length(max=200)


class TokenIn(Schema):
    """The token of a mailed link."""

    token = fields.String(required=True, validate=TOKEN)


class SetPasswordIn(Schema):
    """The token of a mailed link and the new password; with a first password also what its owner corrects."""

    token = fields.String(required=True, validate=TOKEN)
    password = fields.String(required=True)
    first_name = fields.String(validate=LONG)
    last_name = fields.String(validate=LONG)
    position_id = fields.String(validate=validate.Length(max=64))
    position_text = fields.String(validate=LONG)
    mdo_id = fields.String(validate=validate.Length(max=64))


class ChangePasswordIn(Schema):
    """The password as it is and as it shall be."""

    current_password = fields.String(required=True, validate=validate.Length(max=1024))
    new_password = fields.String(required=True)


class LinkOut(Schema):
    """What a link is for and whose it is; its owner checks this before setting a password."""

    purpose = fields.String(required=True)
    first_name = fields.String(required=True)
    last_name = fields.String(required=True)
    position = fields.Nested(NameOut, allow_none=True, required=True)
    mdo = fields.Nested(NameOut, allow_none=True, required=True)
    expires_at = fields.AwareDateTime(format="iso", required=True)
    position_id = fields.String(allow_none=True, required=True)
    mdo_id = fields.String(required=True)
    may_correct = fields.Boolean(required=True)


class MailDueIn(Schema):
    """Which mail is about to be sent."""

    delivery_id = fields.String(required=True, validate=validate.Length(max=200))
    kind = fields.String(required=True, validate=validate.Length(max=64))
    user_id = fields.String(required=True, validate=validate.Length(max=64))
    event_id = fields.String(required=True, validate=validate.Length(max=64))


class MailContextIn(Schema):
    """Mails that are about to be sent, at most 64."""

    deliveries = fields.List(fields.Nested(MailDueIn), required=True, validate=validate.Length(min=1, max=64))


class MailContextOut(Schema):
    """Whom to write to, in which language, with which link and texts."""

    address = fields.String(required=True)
    display_name = fields.String(required=True)
    locale = fields.String(required=True)
    link = fields.String()
    expires_at = fields.AwareDateTime(format="iso")
    values = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class MailAnswerOut(Schema):
    """What became of one mail: due with its context, not_due, or unknown when there is no such kind."""

    status = fields.String(required=True, validate=validate.OneOf(("due", "not_due", "unknown")))
    context = fields.Nested(MailContextOut)


class MailContextsOut(Schema):
    """The answers in the order of the deliveries."""

    answers = fields.List(fields.Nested(MailAnswerOut), required=True)


class PeopleIn(Schema):
    """Ids of people, at most 200."""

    ids = fields.List(
        fields.String(validate=validate.Length(max=64)), required=True, validate=validate.Length(max=200)
    )


class PersonOut(Schema):
    """How a person is called, and where they belong."""

    display_name = fields.String(required=True)
    mdo_id = fields.String(required=True)


class PeopleOut(Schema):
    """The people who exist, by id."""

    people = fields.Dict(keys=fields.String(), values=fields.Nested(PersonOut), required=True)
