"""Bodies of dashboards and reports."""

from __future__ import annotations

from marshmallow import Schema, fields


class MandatedSumsOut(Schema):
    """Mandated courses against those done."""

    total = fields.Integer(required=True)
    done = fields.Integer(required=True)
    overdue = fields.Integer(required=True)


class GainedCompetencyOut(Schema):
    """A competency that a completed course gave."""

    competency_id = fields.String(required=True)
    level = fields.Integer(required=True)
    course_id = fields.String(required=True)
    at = fields.AwareDateTime(format="iso", required=True)


class MonthOut(Schema):
    """Completions of a month, and the minutes of the courses completed in it."""

    month = fields.String(required=True, metadata={"example": "2026-11"})
    minutes = fields.Integer(required=True)
    completions = fields.Integer(required=True)


class SummaryOut(Schema):
    """The numbers of one person."""

    enrolled = fields.Integer(required=True)
    in_progress = fields.Integer(required=True)
    completed = fields.Integer(required=True)
    withdrawn = fields.Integer(required=True)
    hours = fields.Float(required=True)
    mandated = fields.Nested(MandatedSumsOut, required=True)
    certificates = fields.Integer(required=True)
    competencies = fields.List(fields.Nested(GainedCompetencyOut), required=True)
    by_month = fields.List(fields.Nested(MonthOut), required=True)


class PartOut(Schema):
    """Sums of a part."""

    enrolled = fields.Integer(required=True)
    in_progress = fields.Integer(required=True)
    completed = fields.Integer(required=True)
    hours = fields.Float(required=True)


class UnitSumsOut(PartOut):
    """Sums of a unit."""

    mdo_id = fields.String(required=True)
    people = fields.Integer(required=True)


class CourseSumsOut(PartOut):
    """Sums of a course."""

    course_id = fields.String(required=True)
    title = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class MandateSumsOut(Schema):
    """Sums of a mandate."""

    mandate_id = fields.String(required=True)
    title = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    due = fields.AwareDateTime(format="iso", required=True)
    assigned = fields.Integer(required=True)
    completed = fields.Integer(required=True)
    in_progress = fields.Integer(required=True)
    overdue = fields.Integer(required=True)


class ForecastOut(Schema):
    """Where a mandate will stand at its due date, at the pace of the last four weeks."""

    mandate_id = fields.String(required=True)
    title = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    due = fields.AwareDateTime(format="iso", required=True)
    assigned = fields.Integer(required=True)
    completed = fields.Integer(required=True)
    per_week = fields.Float(required=True)
    needed_per_week = fields.Float(required=True)
    expected_by_due = fields.Integer(required=True)
    percent_by_due = fields.Integer(required=True)
    done_on = fields.AwareDateTime(format="iso", allow_none=True, required=True)
    on_time = fields.Boolean(required=True)


class UnitReportOut(Schema):
    """The numbers of a unit and all below it; `counting` while events of the last seconds are being counted."""

    people = fields.Integer(required=True)
    enrolled = fields.Integer(required=True)
    in_progress = fields.Integer(required=True)
    completed = fields.Integer(required=True)
    withdrawn = fields.Integer(required=True)
    hours = fields.Float(required=True)
    by_unit = fields.List(fields.Nested(UnitSumsOut), required=True)
    by_course = fields.List(fields.Nested(CourseSumsOut), required=True)
    by_mandate = fields.List(fields.Nested(MandateSumsOut), required=True)
    by_month = fields.List(fields.Nested(MonthOut), required=True)
    forecast = fields.List(fields.Nested(ForecastOut), required=True)
    counting = fields.Boolean(required=True)


class LearnerRowOut(Schema):
    """What one person did; names are identity's."""

    user_id = fields.String(required=True)
    mdo_id = fields.String(required=True)
    enrolled = fields.Integer(required=True)
    completed = fields.Integer(required=True)
    overdue = fields.Integer(required=True)
    mandated = fields.Integer(required=True)
    hours = fields.Float(required=True)


class LearnerRowsOut(Schema):
    """A page of people of a unit and below."""

    items = fields.List(fields.Nested(LearnerRowOut), required=True)
    next_cursor = fields.String(allow_none=True, required=True)
