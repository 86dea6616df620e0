"""Bodies of recommendations and wishes."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.catalog.schemas.cards import CountedCardOut, text_out


class RecommendationsIn(Schema):
    """How many."""

    limit = fields.Integer(load_default=10, validate=validate.Range(1, 50))


class TermOut(Schema):
    """One reason for a course: its weight and the sentence people read."""

    slug = fields.String(required=True, metadata={"example": "gap"})
    weight = fields.Float(required=True)
    sentence = text_out(required=True)
    competency_id = fields.String()
    topic_id = fields.String()
    from_ = fields.Integer(attribute="from", data_key="from")
    to = fields.Integer()


class RecommendationOut(Schema):
    """A course, its score and the terms that make it."""

    course = fields.Nested(CountedCardOut, required=True)
    score = fields.Float(required=True)
    terms = fields.List(fields.Nested(TermOut), required=True)


class RecommendationsOut(Schema):
    """Courses for one person, best first."""

    items = fields.List(fields.Nested(RecommendationOut), required=True)


class PreferencesIn(Schema):
    """Whether what one looks at counts for recommendations."""

    browsing = fields.Boolean(required=True, truthy={True}, falsy={False})


class EmptyIn(Schema):
    """A body without fields."""
