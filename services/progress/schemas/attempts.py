"""Bodies of attempts: questions without keys, answers, results."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields

from services.progress.schemas.fields import words


class StartIn(Schema):
    """`extra_time` asks for the extension of the time limit for accessibility; it is recorded."""

    extra_time = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class Answer(fields.Field[Any]):
    """An option's id, a list of them, a text, or pairs of ids; which one, the question decides."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        many = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
        if len(many) > 50 or not all(isinstance(one, str) and len(one) <= 500 for one in many):
            raise ValidationError("A text, a list of ids, or pairs of ids.")
        return value


class AnswerIn(Schema):
    """The answer to one question."""

    answer = Answer(required=True, metadata={"example": "o1"})


class NothingIn(Schema):
    """An empty object."""


class ChoiceOut(Schema):
    """One choice."""

    id = fields.String(required=True)
    text = words(required=True)


class QuestionOut(Schema):
    """A question as it is asked; `answer` is what was saved."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    text = words(required=True)
    points = fields.Integer(required=True)
    options = fields.List(fields.Nested(ChoiceOut))
    left = fields.List(fields.Nested(ChoiceOut))
    right = fields.List(fields.Nested(ChoiceOut))
    answer = fields.Raw(allow_none=True)


class GradedOut(Schema):
    """Whether one answer was right; the right answer itself is never told."""

    question_id = fields.String(required=True)
    correct = fields.Boolean(required=True)
    explanation = words(allow_none=True)
    your_answer = fields.Raw(allow_none=True)


class ByCompetencyOut(Schema):
    """Right answers of one competency."""

    competency_id = fields.String(required=True)
    correct = fields.Integer(required=True)
    total = fields.Integer(required=True)


class AttemptOut(Schema):
    """An attempt; the fields of the result are there when it is over."""

    id = fields.String(required=True)
    enrolment_id = fields.String(required=True)
    course_id = fields.String(required=True)
    assessment_id = fields.String(required=True)
    number = fields.Integer(required=True)
    title = words(required=True)
    kind = fields.String(required=True)
    state = fields.String(required=True)
    started_at = fields.AwareDateTime(format="iso", required=True)
    ends_at = fields.AwareDateTime(format="iso", allow_none=True)
    seconds_left = fields.Integer(allow_none=True)
    questions = fields.List(fields.Nested(QuestionOut), required=True)
    pass_mark = fields.Integer(required=True)
    attempts_left = fields.Integer(allow_none=True)
    submitted_at = fields.AwareDateTime(format="iso")
    score = fields.Integer()
    passed = fields.Boolean()
    points = fields.Integer()
    points_total = fields.Integer()
    graded = fields.List(fields.Nested(GradedOut))
    by_competency = fields.List(fields.Nested(ByCompetencyOut))
