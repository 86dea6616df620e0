"""The content of a course as authors send it: fields, modules, resources. Format: docs/catalog.md."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.catalog.rules.web_address import check_address
from services.catalog.schemas.cards import ID
from services.catalog.schemas.questions import AssessmentIn
from services.catalog.schemas.texts import LabelIn, ProseIn, free_text, line

KINDS = ("video", "audio", "pdf", "html", "link", "exercise", "session")
MODULES_MOST, RESOURCES_MOST, TESTS_MOST = 60, 60, 30


def own_id(**more: Any) -> fields.String:
    """An id that stays the same over versions."""
    return fields.String(validate=validate.Regexp(re.compile(rf"(?:{ID.pattern})\Z", re.A)), **more)


def _address(value: str) -> None:
    refused = check_address(value)
    if refused:
        raise ValidationError(refused)


def _moment(**more: Any) -> fields.String:
    pattern = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)\Z", re.A)
    return fields.String(validate=validate.Regexp(pattern), **more)


class KeywordsIn(Schema):
    """Search words by language."""

    en = fields.List(line(60), validate=validate.Length(max=30))
    hi = fields.List(line(60), validate=validate.Length(max=30))


class LevelIn(Schema):
    """A competency and the level the course leads to."""

    competency_id = own_id(required=True)
    level = fields.Integer(required=True, strict=True, validate=validate.Range(1, 5))


class CaptionsIn(Schema):
    """Captions of a video: ids of uploaded files by language."""

    en = own_id(allow_none=True)
    hi = own_id(allow_none=True)


class SessionIn(Schema):
    """When and where an instructor-led session takes place."""

    starts_at = _moment(required=True)
    ends_at = _moment(required=True)
    place = fields.Nested(LabelIn, load_default=None, allow_none=True)
    join_note = fields.Nested(ProseIn, load_default=None, allow_none=True)


class ResourceIn(Schema):
    """One resource; which of the last fields it needs depends on its kind."""

    id = own_id(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    title = fields.Nested(LabelIn, required=True)
    required = fields.Boolean(load_default=True, truthy={True}, falsy={False})
    purpose = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.OneOf(["case_study", "further_reading", "hands_on"]),
    )
    seconds = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, 86_400))
    pages = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(1, 5000))
    file = own_id(load_default=None, allow_none=True)
    captions = fields.Nested(CaptionsIn, load_default=dict)
    transcript = fields.Nested(ProseIn, load_default=None, allow_none=True)
    html = fields.Nested(ProseIn, load_default=None, allow_none=True)
    link_url = fields.String(
        load_default=None, allow_none=True, validate=[validate.Length(max=500), _address]
    )
    task = fields.Nested(ProseIn, load_default=None, allow_none=True)
    session = fields.Nested(SessionIn, load_default=None, allow_none=True)


class ModuleIn(Schema):
    """A module with its resources."""

    id = own_id(required=True)
    title = fields.Nested(LabelIn, required=True)
    resources = fields.List(
        fields.Nested(ResourceIn), load_default=list, validate=validate.Length(max=RESOURCES_MOST)
    )


class ContentIn(Schema):
    """Any of the fields of a course; trees are replaced as a whole, with their ids kept."""

    title = fields.Nested(LabelIn)
    summary = fields.Nested(LabelIn)
    description = fields.Nested(ProseIn)
    provider_id = own_id()
    owner_mdo_id = own_id(allow_none=True)
    open = fields.Boolean(truthy={True}, falsy={False})
    poster = own_id(allow_none=True)
    keywords = fields.Nested(KeywordsIn)
    topics = fields.List(own_id(), validate=validate.Length(max=10))
    competencies = fields.List(fields.Nested(LevelIn), validate=validate.Length(max=20))
    locales = fields.List(
        fields.String(validate=validate.OneOf(["en", "hi"])), validate=validate.Length(1, 2)
    )
    mode = fields.String(validate=validate.OneOf(["self_paced", "instructor_led"]))
    difficulty = fields.String(validate=validate.OneOf(["basic", "intermediate", "advanced"]))
    content_type = fields.String(validate=validate.OneOf(["course", "program"]))
    objectives = fields.List(fields.Nested(LabelIn), validate=validate.Length(max=20))
    prerequisites = fields.List(fields.Nested(LabelIn), validate=validate.Length(max=20))
    authors = fields.List(line(100), validate=validate.Length(max=10))
    certificate = fields.Boolean(truthy={True}, falsy={False})
    modules = fields.List(fields.Nested(ModuleIn), validate=validate.Length(max=MODULES_MOST))
    assessments = fields.List(fields.Nested(AssessmentIn), validate=validate.Length(max=TESTS_MOST))

    @validates_schema
    def _check_size(self, data: dict[str, Any], **_: Any) -> None:
        """The event of a course names each resource once and has a limit."""
        if sum(len(one["resources"]) for one in data.get("modules", ())) > 150:
            raise ValidationError("At most 150 resources in a course.", "modules")


class NewCourseIn(ContentIn):
    """A new course: a title and a provider, and whatever else is known."""

    title = fields.Nested(LabelIn, required=True)
    provider_id = own_id(required=True)


class NotesIn(Schema):
    """What a reviewer decides and says."""

    decision = fields.String(required=True, validate=validate.OneOf(["approve", "return"]))
    notes = free_text(2000, load_default="")


class ReasonIn(Schema):
    """Why a course is retired."""

    reason = free_text(500, least=3, required=True)
