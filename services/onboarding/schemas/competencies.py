"""Bodies of the dictionary's reads and of a person's competencies."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.onboarding.schemas.common import ID, NameOut, PagedOut, SearchIn, level

COMPETENCY = {"example": "public-procurement"}
TYPES = ("behavioural", "functional", "domain")


class CompetenciesIn(SearchIn):
    """Also the type."""

    type = fields.String(load_default="", validate=validate.OneOf(["", *TYPES]))


class LevelOut(Schema):
    """What one level means."""

    level = fields.Integer(required=True)
    name = fields.Nested(NameOut, required=True)
    description = fields.Nested(NameOut, required=True)


class CompetencyOut(Schema):
    """A competency with its five levels."""

    id = fields.String(required=True, metadata=COMPETENCY)
    name = fields.Nested(NameOut, required=True)
    kind = fields.String(required=True, metadata={"example": "functional"})
    group = fields.String(required=True)
    group_name = fields.Nested(NameOut, required=True)
    description = fields.Nested(NameOut, required=True)
    status = fields.String(required=True, metadata={"example": "verified"})
    version = fields.Integer(required=True)
    levels = fields.List(fields.Nested(LevelOut), required=True)


class CompetencyFullOut(CompetencyOut):
    """Also the positions that need it."""

    positions = fields.List(fields.String(), required=True)
    history_url = fields.String(required=True)


class CompetenciesOut(PagedOut):
    """A page of competencies."""

    items = fields.List(fields.Nested(CompetencyOut), required=True)


class NeedOut(Schema):
    """A competency at a level."""

    competency_id = fields.String(required=True, metadata=COMPETENCY)
    level = fields.Integer(required=True, metadata={"example": 3})


class DictionaryActivityOut(Schema):
    """An activity and what it needs."""

    name = fields.Nested(NameOut, required=True)
    competencies = fields.List(fields.Nested(NeedOut), required=True)


class DictionaryRoleOut(Schema):
    """A role: a set of activities."""

    name = fields.Nested(NameOut, required=True)
    activities = fields.List(fields.Nested(DictionaryActivityOut), required=True)


class PositionOut(Schema):
    """A position with its roles, and the highest level each competency is needed at."""

    id = fields.String(required=True, metadata={"example": "section-officer"})
    name = fields.Nested(NameOut, required=True)
    status = fields.String(required=True, metadata={"example": "verified"})
    description = fields.Nested(NameOut, required=True)
    group = fields.String(required=True, allow_none=True)
    version = fields.Integer(required=True)
    roles = fields.List(fields.Nested(DictionaryRoleOut), required=True)
    competencies = fields.List(fields.Nested(NeedOut), required=True)


class PositionsOut(PagedOut):
    """A page of positions."""

    items = fields.List(fields.Nested(PositionOut), required=True)


class FlatOut(Schema):
    """A role or an activity with the positions that hold it and the levels it needs."""

    name = fields.Nested(NameOut, required=True)
    positions = fields.List(fields.String(), required=True)
    competencies = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class FlatsOut(PagedOut):
    """A page of roles or activities."""

    items = fields.List(fields.Nested(FlatOut), required=True)


class StatedIn(Schema):
    """A competency at a level."""

    competency_id = fields.String(required=True, validate=ID, metadata=COMPETENCY)
    level = level()


class StatedListIn(Schema):
    """All of them; what is left out is taken away."""

    items = fields.List(fields.Nested(StatedIn), required=True, validate=validate.Length(max=200))


class EvidenceOut(Schema):
    """Why a level counts: the person's word, or a completed course."""

    source = fields.String(required=True, metadata={"example": "course"})
    course_id = fields.String(required=True, allow_none=True)
    enrolment_id = fields.String(required=True, allow_none=True)
    level = fields.Integer(required=True)
    at = fields.DateTime(required=True, allow_none=True)


class HeldOut(Schema):
    """A competency held; verified when a course proves the level."""

    competency_id = fields.String(required=True, metadata=COMPETENCY)
    name = fields.Nested(NameOut, required=True)
    kind = fields.String(required=True)
    level = fields.Integer(required=True)
    self_level = fields.Integer(required=True, allow_none=True)
    source = fields.String(required=True, metadata={"example": "self"})
    verified = fields.Boolean(required=True)
    evidence = fields.List(fields.Nested(EvidenceOut), required=True)


class DesiredOut(Schema):
    """A competency wanted."""

    competency_id = fields.String(required=True, metadata=COMPETENCY)
    name = fields.Nested(NameOut, required=True)
    level = fields.Integer(required=True)
    current_level = fields.Integer(required=True)
    gap = fields.Integer(required=True)


class WarningOut(Schema):
    """What is allowed and may be a slip."""

    competency_id = fields.String(required=True)
    slug = fields.String(required=True, metadata={"example": "below_current"})
    sentence = fields.String(required=True)
    text = fields.Nested(NameOut, required=True)


class PassportOut(Schema):
    """The competency passport."""

    version = fields.Integer(required=True)
    current = fields.List(fields.Nested(HeldOut), required=True)
    desired = fields.List(fields.Nested(DesiredOut), required=True)
    warnings = fields.List(fields.Nested(WarningOut), required=True)


class ReasonOut(Schema):
    """Why a competency is in the gap."""

    slug = fields.String(required=True, metadata={"example": "position"})
    level = fields.Integer(required=True)
    sentence = fields.String(required=True)
    text = fields.Nested(NameOut, required=True)


class GapRowOut(Schema):
    """What is missing to the target, and why it counts."""

    competency_id = fields.String(required=True, metadata=COMPETENCY)
    name = fields.Nested(NameOut, required=True)
    kind = fields.String(required=True)
    held = fields.Integer(required=True)
    target = fields.Integer(required=True)
    gap = fields.Integer(required=True)
    rank = fields.Integer(required=True)
    reasons = fields.List(fields.Nested(ReasonOut), required=True)


class GapOut(Schema):
    """The gap, ranked."""

    items = fields.List(fields.Nested(GapRowOut), required=True)
