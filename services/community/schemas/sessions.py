"""Bodies of sessions and registrations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates

from services.community.schemas.common import (
    NamedOut,
    NameOut,
    PagedOut,
    PersonOut,
    Text,
    Whole,
    free_text,
    key,
    line,
)
from shared.paging import PageIn

KINDS, LANGUAGES = ("webinar", "workshop", "talk", "other"), ("en", "hi")
TITLE = {"example": "Questions on limited tenders"}


def _public(value: str) -> None:
    if "@" in value:
        raise ValidationError("A title holds no @: it is shown to everybody, also in events.")


class TitleIn(Schema):
    """A title by language: one line, up to 150 characters; one language at least."""

    en = Text(lines=False, validate=[validate.Length(1, 150), _public], metadata=TITLE)
    hi = Text(lines=False, validate=[validate.Length(1, 150), _public])


class AboutIn(Schema):
    """What a session is about, by language."""

    en = free_text(5000, metadata={"example": "An hour of answers to what came up in the field."})
    hi = free_text(5000)


class SessionChangeIn(Schema):
    """What changes in a session."""

    title = fields.Nested(TitleIn)
    about = fields.Nested(AboutIn)
    kind = fields.String(validate=validate.OneOf(KINDS))
    mdo_id = key(allow_none=True, metadata={"example": "bsnl"})
    audience = fields.String(validate=validate.OneOf(["all", "mdo"]))
    topics = fields.List(key(), validate=validate.Length(max=5), metadata={"example": ["public-procurement"]})
    course_id = key(allow_none=True, metadata={"example": "procurement-basics"})
    language = fields.String(validate=validate.OneOf(LANGUAGES))
    starts_at = fields.AwareDateTime(format="iso", metadata={"example": "2026-09-01T05:30:00+00:00"})
    ends_at = fields.AwareDateTime(format="iso", metadata={"example": "2026-09-01T06:30:00+00:00"})
    capacity = Whole(validate=validate.Range(0, 100_000), metadata={"example": 100})
    join_url = fields.String(
        validate=validate.Length(max=500), metadata={"example": "https://meet.example.org/tenders"}
    )
    place = line(200, least=0)
    speakers = fields.List(line(100), validate=validate.Length(max=10), metadata={"example": ["A. Rao"]})

    @validates("title")
    def _some_title(self, value: Mapping[str, Any], **_: Any) -> None:
        if not value:
            raise ValidationError("Give a title in one language at least.")


class SessionIn(SessionChangeIn):
    """A new session."""

    title = fields.Nested(TitleIn, required=True)
    about = fields.Nested(AboutIn, load_default=dict)
    kind = fields.String(load_default="webinar", validate=validate.OneOf(KINDS))
    mdo_id = key(load_default=None, allow_none=True, metadata={"example": "bsnl"})
    audience = fields.String(load_default="all", validate=validate.OneOf(["all", "mdo"]))
    topics = fields.List(
        key(),
        load_default=list,
        validate=validate.Length(max=5),
        metadata={"example": ["public-procurement"]},
    )
    course_id = key(load_default=None, allow_none=True, metadata={"example": "procurement-basics"})
    language = fields.String(load_default="en", validate=validate.OneOf(LANGUAGES))
    starts_at = fields.AwareDateTime(
        format="iso", required=True, metadata={"example": "2026-09-01T05:30:00+00:00"}
    )
    ends_at = fields.AwareDateTime(
        format="iso", required=True, metadata={"example": "2026-09-01T06:30:00+00:00"}
    )
    capacity = Whole(load_default=0, validate=validate.Range(0, 100_000), metadata={"example": 100})
    join_url = fields.String(
        load_default="",
        validate=validate.Length(max=500),
        metadata={"example": "https://meet.example.org/tenders"},
    )
    place = line(200, least=0, load_default="")
    speakers = fields.List(
        line(100), load_default=list, validate=validate.Length(max=10), metadata={"example": ["A. Rao"]}
    )


class SessionsIn(PageIn):
    """Which sessions: coming (live ones too) or past, of a topic, one's own."""

    when = fields.String(load_default="upcoming", validate=validate.OneOf(["upcoming", "past"]))
    topic = fields.String(load_default="", validate=validate.Length(max=64))
    chosen = fields.String(data_key="only", load_default="", validate=validate.OneOf(["", "mine"]))


class SessionCardOut(Schema):
    """A session as it is listed."""

    id = fields.String(required=True)
    title = fields.Nested(NameOut, required=True)
    kind = fields.String(required=True, metadata={"example": "webinar"})
    mdo = fields.Nested(NamedOut, required=True, allow_none=True)
    topics = fields.List(fields.Nested(NamedOut), required=True)
    language = fields.String(required=True)
    starts_at = fields.DateTime(required=True)
    ends_at = fields.DateTime(required=True)
    state = fields.String(required=True, metadata={"example": "published"})
    capacity = fields.Integer(required=True)
    registered = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    mine = fields.String(required=True, metadata={"example": "registered"})
    version = fields.Integer(required=True)


class SessionOut(SessionCardOut):
    """A whole session; the link to join is for registered people only."""

    about = fields.Nested(NameOut, required=True)
    place = fields.String(required=True)
    course_id = fields.String(required=True, allow_none=True)
    speakers = fields.List(fields.String(), required=True)
    cancelled_reason = fields.String(required=True, allow_none=True)
    join_url = fields.String(required=True, allow_none=True)


class SessionsOut(PagedOut):
    """A page of sessions."""

    items = fields.List(fields.Nested(SessionCardOut), required=True)


class RegistrationOut(Schema):
    """Whether one is registered or waits, and at which place."""

    state = fields.String(required=True, metadata={"example": "waiting"})
    position = fields.Integer(required=True, allow_none=True)


class OrganisedIn(PageIn):
    """The state of the sessions."""

    state = fields.String(
        load_default="", validate=validate.OneOf(["", "draft", "review", "published", "cancelled"])
    )


class OrganisedOut(SessionOut):
    """A session as its organisers see it."""

    audience = fields.String(required=True)
    created_by = fields.Nested(PersonOut, required=True)
    reviewed_by = fields.Nested(PersonOut, required=True, allow_none=True)
    returned_reason = fields.String(required=True, allow_none=True)
    attended = fields.Integer(required=True)
    may_edit = fields.Boolean(required=True)
    may_review = fields.Boolean(required=True)
    published_at = fields.DateTime(required=True, allow_none=True)


class OrganisedPageOut(PagedOut):
    """A page of sessions that one organises."""

    items = fields.List(fields.Nested(OrganisedOut), required=True)


class RegisteredOut(Schema):
    """Somebody who is registered, waits or took part."""

    person = fields.Nested(PersonOut, required=True)
    state = fields.String(required=True)
    at = fields.DateTime(required=True)


class RegisteredPageOut(PagedOut):
    """A page of registrations, in the order of asking."""

    items = fields.List(fields.Nested(RegisteredOut), required=True)


class AttendanceIn(Schema):
    """Who took part."""

    user_ids = fields.List(key(), required=True, validate=validate.Length(1, 200))


class RefusedOut(Schema):
    """Who was not marked, and why."""

    user_id = fields.String(required=True)
    reason = fields.String(required=True)


class AttendanceOut(Schema):
    """Who was marked, and who was not."""

    marked = fields.List(fields.String(), required=True)
    refused = fields.List(fields.Nested(RefusedOut), required=True)


class ComingOut(Schema):
    """A session on the home page."""

    id = fields.String(required=True)
    title = fields.Nested(NameOut, required=True)
    starts_at = fields.DateTime(required=True)
    ends_at = fields.DateTime(required=True)
    state = fields.String(required=True)
    mine = fields.String(required=True)
    kind = fields.String(required=True)


class ComingsOut(Schema):
    """The rail of sessions."""

    items = fields.List(fields.Nested(ComingOut), required=True)
