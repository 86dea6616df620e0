"""Question banks as authors send them, with their answer keys."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import Schema, fields, validate

from services.catalog.schemas.cards import ID
from services.catalog.schemas.texts import LabelIn, ProseIn, line


def _id(**more: Any) -> fields.String:
    return fields.String(validate=validate.Regexp(re.compile(rf"(?:{ID.pattern})\Z", re.A)), **more)


class ChoiceIn(Schema):
    """An option, or one side of a match."""

    id = _id(required=True)
    text = fields.Nested(ProseIn, required=True)


class QuestionIn(Schema):
    """A question; which of the answer fields it needs depends on its kind."""

    id = _id(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["single", "multiple", "fill_in", "match"]))
    text = fields.Nested(ProseIn, required=True)
    options = fields.List(fields.Nested(ChoiceIn), validate=validate.Length(max=12))
    correct = fields.List(_id(), validate=validate.Length(max=12))
    accepted = fields.List(line(200), validate=validate.Length(max=20))
    case_sensitive = fields.Boolean(truthy={True}, falsy={False})
    left = fields.List(fields.Nested(ChoiceIn), validate=validate.Length(max=12))
    right = fields.List(fields.Nested(ChoiceIn), validate=validate.Length(max=12))
    pairs = fields.Dict(keys=_id(), values=_id(), validate=validate.Length(max=12))
    explanation = fields.Nested(ProseIn, load_default=dict)
    competency_id = _id(load_default=None, allow_none=True)
    level = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(1, 5))
    points = fields.Integer(load_default=1, strict=True, validate=validate.Range(1, 100))


class AssessmentIn(Schema):
    """An assessment: its rules and its bank of questions."""

    id = _id(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["practice", "final"]))
    module_id = _id(load_default=None, allow_none=True)
    title = fields.Nested(LabelIn, required=True)
    pass_mark = fields.Integer(load_default=60, strict=True, validate=validate.Range(0, 100))
    attempts = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, 20))
    limit_seconds = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, 14_400))
    shuffle = fields.Boolean(load_default=True, truthy={True}, falsy={False})
    draw = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(1, 200))
    questions = fields.List(fields.Nested(QuestionIn), load_default=list, validate=validate.Length(max=200))
