"""Bodies of the dictionary's administration."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from services.onboarding.rules.profile import GROUPS
from services.onboarding.schemas.common import ID, NameIn, NameOut, PagedOut, level
from services.onboarding.schemas.competencies import TYPES
from shared.paging import PageIn

KINDS = ("positions", "competencies", "topics")


class NeedIn(Schema):
    """A competency at a level."""

    competency_id = fields.String(required=True, validate=ID, metadata={"example": "public-procurement"})
    level = level()


class DictionaryActivityIn(Schema):
    """An activity and what it needs."""

    name = fields.Nested(NameIn, required=True)
    competencies = fields.List(fields.Nested(NeedIn), required=True, validate=validate.Length(max=20))


class DictionaryRoleIn(Schema):
    """A role with its activities."""

    name = fields.Nested(NameIn, required=True)
    activities = fields.List(
        fields.Nested(DictionaryActivityIn), required=True, validate=validate.Length(max=30)
    )


class LevelIn(Schema):
    """What one level means."""

    level = level()
    name = fields.Nested(NameIn, required=True)
    description = fields.Nested(NameIn, required=True)


class EntryPatchIn(Schema):
    """What every entry has."""

    name = fields.Nested(NameIn)


class TopicPatchIn(EntryPatchIn):
    """What changes of a topic."""

    group = fields.String(validate=ID, metadata={"example": "digital"})


class PositionPatchIn(EntryPatchIn):
    """What changes of a position; `roles` replaces the tree."""

    description = fields.Nested(NameIn)
    group = fields.String(allow_none=True, validate=validate.OneOf(GROUPS))
    roles = fields.List(fields.Nested(DictionaryRoleIn), validate=validate.Length(max=20))


class CompetencyPatchIn(EntryPatchIn):
    """What changes of a competency; `levels` replaces all of them."""

    kind = fields.String(validate=validate.OneOf(TYPES))
    group = fields.String(validate=ID, metadata={"example": "core"})
    description = fields.Nested(NameIn)
    levels = fields.List(fields.Nested(LevelIn), validate=validate.Length(max=5))


def _id(**options: Any) -> fields.String:
    return fields.String(
        load_default=None,
        allow_none=True,
        validate=ID,
        metadata={"description": "Without one an id is made of the English name."},
        **options,
    )


class TopicIn(TopicPatchIn):
    """A new topic."""

    id = _id()
    name = fields.Nested(NameIn, required=True)
    group = fields.String(required=True, validate=ID, metadata={"example": "digital"})


class PositionIn(PositionPatchIn):
    """A new position."""

    id = _id()
    name = fields.Nested(NameIn, required=True)
    description = fields.Nested(NameIn, required=True)
    group = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(GROUPS))
    roles = fields.List(fields.Nested(DictionaryRoleIn), load_default=list, validate=validate.Length(max=20))


class CompetencyIn(CompetencyPatchIn):
    """A new competency."""

    id = _id()
    name = fields.Nested(NameIn, required=True)
    kind = fields.String(required=True, validate=validate.OneOf(TYPES))
    group = fields.String(required=True, validate=ID)
    description = fields.Nested(NameIn, required=True)
    levels = fields.List(fields.Nested(LevelIn), load_default=list, validate=validate.Length(max=5))


class EntryOut(Schema):
    """An entry of any kind; parts that a kind does not have are left out."""

    id = fields.String(required=True)
    entry_kind = fields.String()
    name = fields.Nested(NameOut, required=True)
    status = fields.String(required=True, metadata={"example": "draft"})
    version = fields.Integer(required=True)
    group = fields.String(allow_none=True)
    group_name = fields.Nested(NameOut)
    kind = fields.String()
    description = fields.Nested(NameOut)
    levels = fields.List(fields.Dict())
    roles = fields.List(fields.Dict())
    competencies = fields.List(fields.Dict())


class DraftsOut(PagedOut):
    """A page of what is not verified yet."""

    items = fields.List(fields.Nested(EntryOut), required=True)


class HistoryRowOut(Schema):
    """One change: who, when, what, and what stood there before."""

    version = fields.Integer(required=True)
    at = fields.DateTime(required=True)
    by = fields.String(required=True)
    what = fields.String(required=True, metadata={"example": "changed"})
    before = fields.Dict(required=True)


class HistoryOut(Schema):
    """The changes, newest first; the starting data have none."""

    items = fields.List(fields.Nested(HistoryRowOut), required=True)


class DraftsIn(PageIn):
    """Which page."""


class TableIn(Schema):
    """Which kind, in which form."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    format = fields.String(load_default="csv", validate=validate.OneOf(["csv", "json"]))


class ImportIn(TableIn):
    """Also whether to look only."""

    dry_run = fields.Boolean(load_default=False)


class TextIn(Schema):
    """The file's text, as exported."""

    text = fields.String(required=True, metadata={"example": "id,group,name_en,name_hi\n"})


class RowErrorOut(Schema):
    """What does not fit in one row."""

    row = fields.Integer(required=True)
    field = fields.String(required=True)
    sentence = fields.String(required=True)


class ImportOut(Schema):
    """What the import did, or with `dry_run` would do; rows with errors are left out."""

    rows = fields.Integer(required=True)
    created = fields.Integer(required=True)
    changed = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    errors = fields.List(fields.Nested(RowErrorOut), required=True)
