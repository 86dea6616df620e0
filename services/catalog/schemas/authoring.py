"""What authors get back: the course as it is being written, lists, checks, previews."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.catalog.rules.authoring import STATES
from services.catalog.schemas.cards import text_out
from services.catalog.schemas.content import own_id
from services.catalog.schemas.texts import LabelIn, ProseIn
from shared.paging import PageIn


class AuthoringListIn(PageIn):
    """Which courses: of a state, or one's own."""

    status = fields.String(load_default="", validate=validate.OneOf(["", *STATES]))
    mine = fields.String(load_default="", validate=validate.OneOf(["", "1"]))


class ReviewNoteOut(Schema):
    """What the reviewer decided and said."""

    decision = fields.String()
    notes = fields.String()
    by = fields.String()
    at = fields.AwareDateTime(format="iso")


class AuthoredLineOut(Schema):
    """A course in a list of authoring."""

    id = fields.String(required=True)
    version = fields.Integer(required=True)
    status = fields.String(required=True)
    live = fields.Integer(allow_none=True)
    title = text_out()
    provider_id = fields.String()
    created_by = fields.String()
    updated_at = fields.AwareDateTime(format="iso")
    review = fields.Nested(ReviewNoteOut, allow_none=True)


class AuthoredListOut(Schema):
    """Courses in authoring."""

    items = fields.List(fields.Nested(AuthoredLineOut), required=True)
    next_cursor = fields.String(allow_none=True)


class AuthoredOut(AuthoredLineOut):
    """A course as it is being written, with its question banks."""

    summary = text_out()
    description = text_out()
    owner_mdo_id = fields.String(allow_none=True)
    open = fields.Boolean()
    poster = fields.String(allow_none=True)
    keywords = fields.Dict()
    topics = fields.List(fields.String())
    competencies = fields.List(fields.Dict())
    locales = fields.List(fields.String())
    mode = fields.String()
    difficulty = fields.String()
    content_type = fields.String()
    objectives = fields.List(text_out())
    prerequisites = fields.List(text_out())
    authors = fields.List(fields.String())
    certificate = fields.Boolean()
    modules = fields.List(fields.Dict())
    assessments = fields.List(fields.Dict())
    versions = fields.List(fields.Integer())
    retired_at = fields.AwareDateTime(format="iso", allow_none=True)
    files = fields.List(fields.Dict())


class ProblemOut(Schema):
    """What is missing or wrong."""

    field = fields.String(required=True)
    sentence = fields.String(required=True)


class ChecksOut(Schema):
    """All that keeps a course from being submitted."""

    problems = fields.List(fields.Nested(ProblemOut), required=True)


class MissedIn(Schema):
    """How many."""

    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class MissOut(Schema):
    """A search that found nothing."""

    text = fields.String(required=True)
    locale = fields.String(required=True)
    count = fields.Integer(required=True)
    last_at = fields.AwareDateTime(format="iso", required=True)


class MissesOut(Schema):
    """Searches that found nothing, latest first."""

    items = fields.List(fields.Nested(MissOut), required=True)


class ProviderIn(Schema):
    """A new provider; `mdo_id` is the organisation whose content people work for it."""

    id = own_id(required=True)
    name = fields.Nested(LabelIn, required=True)
    description = fields.Nested(ProseIn, load_default=dict)
    mdo_id = own_id(load_default=None, allow_none=True)


class ProviderOut(Schema):
    """A provider with the number of its courses."""

    id = fields.String(required=True)
    name = text_out(required=True)
    description = text_out()
    mdo_id = fields.String(allow_none=True)
    suspended = fields.Boolean()
    count = fields.Integer()


class ProvidersOut(Schema):
    """All providers."""

    items = fields.List(fields.Nested(ProviderOut), required=True)


class FileIn(Schema):
    """A file that is going to be uploaded."""

    name = fields.String(required=True, validate=validate.Length(1, 200))
    size = fields.Integer(required=True, strict=True, validate=validate.Range(1))
    sha256 = fields.String(required=True, validate=validate.Regexp(r"[0-9a-f]{64}\Z"))
    kind = fields.String(
        required=True, validate=validate.OneOf(["pdf", "video", "audio", "image", "captions"])
    )


class UploadOut(Schema):
    """Where the pieces go, and from where on."""

    file_id = fields.String(required=True)
    upload_url = fields.String(required=True)
    offset = fields.Integer(required=True)
    chunk = fields.Integer(required=True)


class FileOut(Schema):
    """An uploaded file."""

    id = fields.String(required=True)
    name = fields.String()
    mime = fields.String(allow_none=True)
    size = fields.Integer()
    sha256 = fields.String()
    state = fields.String()


class ImportOut(Schema):
    """The draft that was made, or why none was."""

    course_id = fields.String(allow_none=True)
    errors = fields.List(fields.Dict(keys=fields.String(), values=fields.String()), required=True)
