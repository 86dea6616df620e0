"""Bodies of the Network hub."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.community.schemas.common import (
    NamedOut,
    NameOut,
    PagedOut,
    PersonOut,
    TrueOrFalse,
    free_text,
    key,
)
from shared.paging import PageIn


class SuggestIn(Schema):
    """How many suggestions."""

    limit = fields.Integer(load_default=10, validate=validate.Range(1, 50))


class WhyOut(Schema):
    """One reason to know somebody."""

    slug = fields.String(required=True, metadata={"example": "teaches_you"})
    weight = fields.Integer(required=True)
    competency = fields.Nested(NamedOut, required=True, allow_none=True)
    sentence = fields.Nested(NameOut, required=True)


class SuggestionOut(Schema):
    """Somebody worth knowing, and why."""

    person = fields.Nested(PersonOut, required=True)
    score = fields.Integer(required=True)
    reasons = fields.List(fields.Nested(WhyOut), required=True)


class SuggestionsOut(Schema):
    """Suggestions, best first."""

    items = fields.List(fields.Nested(SuggestionOut), required=True)


class NetworkSettings(Schema):
    """Whether others may find one among their suggestions."""

    suggested = TrueOrFalse(required=True, metadata={"example": True})


class RequestIn(Schema):
    """Whom one asks, and a word with it."""

    user_id = key(required=True)
    note = free_text(300, load_default="", metadata={"example": "We met at the training in May."})


class RequestsIn(PageIn):
    """Requests to me or by me."""

    direction = fields.String(load_default="in", validate=validate.OneOf(["in", "out"]))


class ConnectionOut(Schema):
    """A request or a connection, as one of the two sees it."""

    id = fields.String(required=True)
    person = fields.Nested(PersonOut, required=True)
    state = fields.String(required=True, metadata={"example": "requested"})
    direction = fields.String(required=True, metadata={"example": "in"})
    note = fields.String(required=True)
    requested_at = fields.DateTime(required=True)
    decided_at = fields.DateTime(required=True, allow_none=True)


class ConnectionsOut(PagedOut):
    """A page of connections."""

    items = fields.List(fields.Nested(ConnectionOut), required=True)


class BlocksOut(Schema):
    """Whom one has blocked."""

    items = fields.List(fields.Nested(PersonOut), required=True)
