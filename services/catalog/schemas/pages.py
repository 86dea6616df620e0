"""Course pages, modules for the player, and the bundle for grading."""

from __future__ import annotations

from marshmallow import Schema, fields

from services.catalog.schemas.cards import CardOut, CountedCardOut, text_out


class ResourceLineOut(Schema):
    """A resource as a course page lists it."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    title = text_out(required=True)
    minutes = fields.Integer()
    seconds = fields.Integer()
    pages = fields.Integer(allow_none=True)
    required = fields.Boolean()
    optional_kind = fields.String(allow_none=True)


class ModuleLineOut(Schema):
    """A module as a course page lists it."""

    id = fields.String(required=True)
    title = text_out(required=True)
    minutes = fields.Integer()
    resources = fields.List(fields.Nested(ResourceLineOut))


class AssessmentLineOut(Schema):
    """An assessment without its questions."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    module_id = fields.String(allow_none=True)
    title = text_out()
    questions = fields.Integer()
    pass_mark = fields.Integer()
    attempts = fields.Integer()
    limit_seconds = fields.Integer()


class CourseOut(CardOut):
    """A course page."""

    description = text_out()
    objectives = fields.List(text_out())
    prerequisites = fields.List(text_out())
    authors = fields.List(fields.String())
    modules = fields.List(fields.Nested(ModuleLineOut))
    assessments = fields.List(fields.Nested(AssessmentLineOut))
    assessments_count = fields.Integer()
    similar = fields.List(fields.Nested(CountedCardOut))
    versions = fields.List(fields.Integer())
    retired = fields.Boolean()
    enrolled = fields.Integer()


class CaptionOut(Schema):
    """Captions of a video in one language."""

    locale = fields.String(required=True)
    url = fields.String(required=True)


class SessionOut(Schema):
    """When and where an instructor-led session takes place."""

    starts_at = fields.String(allow_none=True)
    ends_at = fields.String(allow_none=True)
    place = text_out(allow_none=True)
    join_note = text_out(allow_none=True)


class ResourceOut(ResourceLineOut):
    """A resource with what its player needs; links to files end after a while."""

    url = fields.String(allow_none=True)
    mime = fields.String(allow_none=True)
    size = fields.Integer(allow_none=True)
    captions = fields.List(fields.Nested(CaptionOut))
    transcript = fields.Dict(allow_none=True)
    html = text_out(allow_none=True)
    link_url = fields.String(allow_none=True)
    task = text_out(allow_none=True)
    session = fields.Nested(SessionOut, allow_none=True)


class ModuleOut(Schema):
    """A module with its resources and its neighbours."""

    id = fields.String(required=True)
    title = text_out()
    course_id = fields.String()
    version = fields.Integer()
    resources = fields.List(fields.Nested(ResourceOut))
    previous = fields.String(allow_none=True)
    next = fields.String(allow_none=True)


class BundleOut(Schema):
    """The assessments of one published version with their answer keys; it never changes."""

    course_id = fields.String(required=True)
    version = fields.Integer(required=True)
    immutable = fields.Boolean(required=True)
    assessments = fields.List(fields.Dict(), required=True)


class ModulePreviewOut(Schema):
    """A module of a draft as the player would get it."""

    id = fields.String(required=True)
    title = text_out()
    resources = fields.List(fields.Nested(ResourceOut))


class PreviewOut(CourseOut):
    """The learner's view of a draft, with its modules."""

    module_pages = fields.List(fields.Nested(ModulePreviewOut))
