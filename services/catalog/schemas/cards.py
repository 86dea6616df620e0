"""Cards, search answers and course pages."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import Schema, fields, validate

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}", re.A)
EXAMPLE_TEXT = {"en": "Public Procurement: the basics", "hi": "सार्वजनिक खरीद: मूल बातें"}


def id_field(**more: Any) -> fields.String:
    """An id as it stands in addresses and events: 1 to 64 characters."""
    return fields.String(validate=validate.Regexp(re.compile(rf"(?:{ID.pattern})\Z", re.A)), **more)


def text_out(**more: Any) -> fields.Dict:
    """A text by language."""
    return fields.Dict(
        keys=fields.String(), values=fields.String(), metadata={"example": EXAMPLE_TEXT}, **more
    )


class NamedOut(Schema):
    """An id with its name."""

    id = fields.String(required=True)
    name = text_out(required=True)


class LevelledOut(NamedOut):
    """A competency that a course builds, up to a level."""

    level = fields.Integer(required=True)


class RatingOut(Schema):
    """The average of a course's stars."""

    average = fields.Float(required=True)
    count = fields.Integer(required=True)


class CardOut(Schema):
    """A course as lists show it."""

    id = fields.String(required=True, metadata={"example": "public-procurement-basics"})
    version = fields.Integer(required=True, metadata={"example": 1})
    title = text_out(required=True)
    summary = text_out(allow_none=True)
    provider = fields.Nested(NamedOut, required=True)
    minutes = fields.Integer(required=True, metadata={"example": 45})
    mode = fields.String(required=True)
    locales = fields.List(fields.String())
    difficulty = fields.String()
    content_type = fields.String()
    resource_types = fields.Dict(keys=fields.String(), values=fields.Integer())
    topics = fields.List(fields.Nested(NamedOut))
    competencies = fields.List(fields.Nested(LevelledOut))
    keywords = fields.List(fields.String())
    poster_url = fields.String(allow_none=True)
    rating = fields.Nested(RatingOut)
    published_at = fields.String()
    status = fields.String()
    certificate = fields.Boolean()
    owner_mdo_id = fields.String(allow_none=True)
    open = fields.Boolean()


class CountedCardOut(CardOut):
    """A card with the number of its assessments; a course page lists them instead."""

    assessments = fields.Integer()
    mandated = fields.Boolean(
        metadata={
            "description": "Whether it is a duty of the asking person; only where that person is known."
        }
    )


class CardsOut(Schema):
    """Courses."""

    items = fields.List(fields.Nested(CountedCardOut), required=True)
    next_cursor = fields.String(allow_none=True)


class MarkOut(Schema):
    """Where a search found its words: HTML with <mark> and nothing else."""

    field = fields.String(required=True)
    text = fields.String(required=True, metadata={"example": "Public <mark>Procurement</mark>"})


class HitOut(CountedCardOut):
    """A course that a search found, and why."""

    highlights = fields.List(fields.Nested(MarkOut))
    why = fields.List(fields.String())


class ValueOut(Schema):
    """One value of a facet with the courses it would leave."""

    value = fields.String(required=True)
    name = text_out(required=True)
    count = fields.Integer(required=True)
    selected = fields.Boolean(required=True)


class SearchOut(Schema):
    """One page of hits with the counts of each facet after filtering."""

    total = fields.Integer(required=True)
    items = fields.List(fields.Nested(HitOut), required=True)
    facets = fields.Dict(keys=fields.String(), values=fields.List(fields.Nested(ValueOut)), required=True)
    next_cursor = fields.String(allow_none=True)
    did_you_mean = fields.String(allow_none=True)
    search_id = fields.String(required=True)


def _any_of() -> fields.List[Any]:
    return fields.List(id_field(), load_default=list, validate=validate.Length(max=20))


class SearchIn(Schema):
    """A search; a repeated parameter means any of its values."""

    q = fields.String(
        load_default="", validate=validate.Length(max=2000), metadata={"example": "procurement"}
    )
    content_type = _any_of()
    resource_type = _any_of()
    provider = _any_of()
    topic = _any_of()
    competency = _any_of()
    level = _any_of()
    duration = _any_of()
    locale = _any_of()
    mode = _any_of()
    rating = _any_of()
    sort = fields.String(
        load_default="relevance",
        validate=validate.OneOf(["relevance", "newest", "rating", "popularity"]),
    )
    cursor = fields.String(load_default="", validate=validate.Length(max=64))
    limit = fields.Integer(load_default=20, validate=validate.Range(1, 100))


class SuggestIn(Schema):
    """The beginning of what somebody types."""

    q = fields.String(load_default="", validate=validate.Length(max=200))


class SuggestionOut(Schema):
    """Something that may be meant."""

    text = fields.String(required=True)
    kind = fields.String(required=True)
    id = fields.String(required=True)
    name = text_out()


class SuggestionsOut(Schema):
    """What may be meant, best first."""

    items = fields.List(fields.Nested(SuggestionOut), required=True)


class CountedOut(NamedOut):
    """A topic, competency or provider with the number of its courses."""

    count = fields.Integer(required=True)
    group = fields.String(allow_none=True)
    kind = fields.String(allow_none=True)
    description = fields.Raw(allow_none=True)


class CountedListOut(Schema):
    """Those that have courses, most first."""

    items = fields.List(fields.Nested(CountedOut), required=True)


class CoursesIn(Schema):
    """Which courses: featured, newest, by ids, or by the asking person's interests or duties."""

    featured = fields.String(load_default="", validate=validate.OneOf(["", "1"]))
    sort = fields.String(load_default="", validate=validate.OneOf(["", "new"]))
    interests = fields.String(load_default="", validate=validate.OneOf(["", "me"]))
    mandated = fields.String(load_default="", validate=validate.OneOf(["", "me"]))
    ids = fields.String(load_default="", validate=validate.Length(max=6500))
    limit = fields.Integer(load_default=12, validate=validate.Range(1, 100))


class VersionIn(Schema):
    """Which version; the live one by default."""

    version = fields.Integer(load_default=None, validate=validate.Range(1, 10_000))
