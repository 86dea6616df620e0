"""Bodies of the Career hub."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates

from services.community.schemas.common import (
    NamedOut,
    NameOut,
    PagedOut,
    PersonOut,
    Whole,
    free_text,
    key,
    query_text,
)
from services.community.schemas.sessions import AboutIn, TitleIn
from shared.paging import PageIn


class NeedIn(Schema):
    """A competency and the level that is needed."""

    competency_id = key(required=True, metadata={"example": "public-procurement"})
    level = Whole(required=True, validate=validate.Range(1, 5), metadata={"example": 3})


class OpeningChangeIn(Schema):
    """What changes in an opening; the last date is a day in India."""

    title = fields.Nested(TitleIn)
    about = fields.Nested(AboutIn)
    mdo_id = key(metadata={"example": "bsnl"})
    position_id = key(metadata={"example": "section-officer"})
    competencies = fields.List(fields.Nested(NeedIn), validate=validate.Length(1, 20))
    last_date = fields.Date(format="iso", metadata={"example": "2026-09-30"})
    places = Whole(validate=validate.Range(1, 10_000), metadata={"example": 2})

    @validates("title")
    def _one_language(self, value: dict[str, str], **_: Any) -> None:
        if not value:
            raise ValidationError("Give a title in one language at least.")


class OpeningIn(OpeningChangeIn):
    """A new opening."""

    title = fields.Nested(TitleIn, required=True)
    about = fields.Nested(AboutIn, load_default=dict)
    mdo_id = key(required=True, metadata={"example": "bsnl"})
    position_id = key(required=True, metadata={"example": "section-officer"})
    competencies = fields.List(fields.Nested(NeedIn), required=True, validate=validate.Length(1, 20))
    last_date = fields.Date(format="iso", required=True, metadata={"example": "2026-09-30"})
    places = Whole(required=True, validate=validate.Range(1, 10_000), metadata={"example": 2})


class OpeningsIn(PageIn):
    """Which openings, and in which order."""

    q = query_text()
    mdo = fields.String(load_default="", validate=validate.Length(max=128))
    position = fields.String(load_default="", validate=validate.Length(max=128))
    competency = fields.String(load_default="", validate=validate.Length(max=128))
    chosen = fields.String(
        data_key="only", load_default="", validate=validate.OneOf(["", "saved", "applied", "qualified"])
    )
    sort = fields.String(load_default="match", validate=validate.OneOf(["match", "new", "last_date"]))


class ClosingOut(Schema):
    """A course that helps to close a gap."""

    id = fields.String(required=True)
    title = fields.Nested(NameOut, required=True)
    minutes = fields.Integer(required=True)
    level = fields.Integer(required=True)


class HeldOut(Schema):
    """A level that is held."""

    competency = fields.Nested(NamedOut, required=True)
    level = fields.Integer(required=True)
    needed = fields.Integer(required=True)


class MissingOut(HeldOut):
    """A level that misses, and at most three courses that help."""

    courses = fields.List(fields.Nested(ClosingOut), required=True)


class MatchOut(Schema):
    """How well one fits."""

    percent = fields.Integer(required=True)
    qualified = fields.Boolean(required=True)
    held = fields.List(fields.Nested(HeldOut), required=True)
    missing = fields.List(fields.Nested(MissingOut), required=True)


class NeedOut(Schema):
    """A competency and the level that is needed."""

    competency = fields.Nested(NamedOut, required=True)
    level = fields.Integer(required=True)


class OpeningOut(Schema):
    """An opening, and how the reader stands to it."""

    id = fields.String(required=True)
    title = fields.Nested(NameOut, required=True)
    about = fields.Nested(NameOut, required=True)
    mdo = fields.Nested(NamedOut, required=True)
    position = fields.Nested(NamedOut, required=True)
    competencies = fields.List(fields.Nested(NeedOut), required=True)
    last_date = fields.String(required=True, metadata={"example": "2026-09-30"})
    places = fields.Integer(required=True)
    state = fields.String(required=True, metadata={"example": "published"})
    published_at = fields.DateTime(required=True, allow_none=True)
    match = fields.Nested(MatchOut, required=True)
    saved = fields.Boolean(required=True)
    watching = fields.Boolean(required=True)
    applied = fields.Boolean(required=True)
    version = fields.Integer(required=True)


class OpeningsOut(PagedOut):
    """A page of openings."""

    items = fields.List(fields.Nested(OpeningOut), required=True)


class WatchOut(Schema):
    """Whether one will be told, and whether one qualifies now."""

    watching = fields.Boolean(required=True)
    qualified = fields.Boolean(required=True)


class ApplyIn(Schema):
    """A word with the application."""

    note = free_text(1000, load_default="", metadata={"example": "I have done this work for two years."})


class AppliedForOut(Schema):
    """The opening of an application."""

    id = fields.String(required=True)
    title = fields.Nested(NameOut, required=True)
    state = fields.String(required=True)
    last_date = fields.String(required=True)


class ApplicationOut(Schema):
    """An application; `match` is that of the time of applying."""

    id = fields.String(required=True)
    opening = fields.Nested(AppliedForOut, required=True)
    note = fields.String(required=True)
    state = fields.String(required=True, metadata={"example": "applied"})
    at = fields.DateTime(required=True)
    match = fields.Nested(MatchOut, required=True)


class ApplicationsOut(PagedOut):
    """A page of applications."""

    items = fields.List(fields.Nested(ApplicationOut), required=True)


class ApplicantOut(ApplicationOut):
    """An application with who applied."""

    person = fields.Nested(PersonOut, required=True)


class ApplicantsOut(PagedOut):
    """A page of applications for an opening."""

    items = fields.List(fields.Nested(ApplicantOut), required=True)


class RecruitingIn(PageIn):
    """The state of the openings."""

    state = fields.String(load_default="", validate=validate.OneOf(["", "draft", "published", "closed"]))


class RecruitingOut(OpeningOut):
    """An opening with the number of applications."""

    applications = fields.Integer(required=True)


class RecruitingPageOut(PagedOut):
    """A page of openings of one's units."""

    items = fields.List(fields.Nested(RecruitingOut), required=True)


class ApplicationDecisionIn(Schema):
    """What becomes of an application."""

    state = fields.String(required=True, validate=validate.OneOf(["shortlisted", "declined"]))


class FittingOut(Schema):
    """An opening on the home page."""

    id = fields.String(required=True)
    title = fields.Nested(NameOut, required=True)
    mdo = fields.Nested(NamedOut, required=True)
    position = fields.Nested(NamedOut, required=True)
    last_date = fields.String(required=True)
    percent = fields.Integer(required=True)
    qualified = fields.Boolean(required=True)
    missing = fields.Integer(required=True)


class FittingsOut(Schema):
    """The rail of openings."""

    items = fields.List(fields.Nested(FittingOut), required=True)
