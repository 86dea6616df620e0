"""Bodies of the profile and of the approval queue."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.onboarding.rules.profile import GROUPS, LOCALES
from services.onboarding.schemas.common import ID, RAW, NameOut, PagedOut
from shared.paging import PageIn


class ProfileIn(Schema):
    """What changes; a change of position, group or MDO of a complete profile needs a reason."""

    group = fields.String(validate=validate.OneOf(GROUPS), metadata={"example": "b"})
    locale = fields.String(validate=validate.OneOf(LOCALES), metadata={"example": "hi"})
    mobile = fields.String(
        allow_none=True, validate=validate.Length(max=32), metadata={"example": "9876543210"}
    )
    position_id = fields.String(allow_none=True, validate=ID, metadata={"example": "section-officer"})
    position_text = fields.String(allow_none=True, validate=RAW)
    mdo_id = fields.String(
        validate=validate.Regexp(r"[A-Za-z0-9_-]{1,64}\Z", error="Not a valid id."),
        metadata={"example": "bsnl"},
    )
    mdo_path = fields.List(
        fields.String(validate=ID),
        validate=validate.Length(max=10),
        metadata={"description": "Taken and not used: the path of an MDO is identity's word."},
    )
    reason = fields.String(validate=RAW, metadata={"example": "Promoted by order 12 of May."})


class FieldsOut(Schema):
    """The fields of a profile; names are in identity."""

    position_id = fields.String(required=True, allow_none=True, metadata={"example": "section-officer"})
    position_text = fields.String(required=True, allow_none=True)
    mdo_id = fields.String(required=True, allow_none=True, metadata={"example": "bsnl"})
    mdo_path = fields.List(fields.String(), required=True, allow_none=True)
    group = fields.String(required=True, allow_none=True, metadata={"example": "b"})
    locale = fields.String(required=True, allow_none=True, metadata={"example": "hi"})
    mobile = fields.String(required=True, allow_none=True)


class PendingOut(Schema):
    """A change that awaits a decision."""

    id = fields.String(required=True)
    field = fields.String(required=True, metadata={"example": "group"})
    from_ = fields.String(required=True, allow_none=True, attribute="from", data_key="from")
    to = fields.String(required=True)
    reason = fields.String(required=True)
    requested_at = fields.DateTime(required=True)


class VerifiedOut(Schema):
    """Which fields an administrator has approved."""

    position = fields.Boolean(required=True)
    group = fields.Boolean(required=True)
    mdo = fields.Boolean(required=True)


class ProfileOut(Schema):
    """The own profile."""

    version = fields.Integer(required=True)
    user_id = fields.String(required=True)
    complete = fields.Boolean(required=True)
    completed_at = fields.DateTime(required=True, allow_none=True)
    missing = fields.List(fields.String(), required=True, metadata={"example": ["group"]})
    percent = fields.Integer(required=True, metadata={"example": 80})
    fields_ = fields.Nested(FieldsOut, required=True, attribute="fields", data_key="fields")
    position_name = fields.Nested(NameOut, required=True, allow_none=True)
    mdo_confirmed = fields.Boolean(required=True)
    verified = fields.Nested(VerifiedOut, required=True)
    pending = fields.List(fields.Nested(PendingOut), required=True)


class ApprovalsIn(PageIn):
    """Which changes; `mine` shows the own requests."""

    mine = fields.Boolean(load_default=False)
    status = fields.String(
        load_default="pending", validate=validate.OneOf(["pending", "approved", "declined"])
    )


class ApprovalOut(PendingOut):
    """A requested change with its age against the time within which it should be decided."""

    user_id = fields.String(required=True)
    from_name = fields.Nested(NameOut, required=True, allow_none=True)
    to_name = fields.Nested(NameOut, required=True, allow_none=True)
    age_hours = fields.Integer(required=True, metadata={"example": 26})
    overdue = fields.Boolean(required=True)
    mdo_id = fields.String(required=True)
    status = fields.String(required=True, metadata={"example": "pending"})
    decided_by = fields.String(required=True, allow_none=True)
    decided_reason = fields.String(required=True, allow_none=True)
    decided_at = fields.DateTime(required=True, allow_none=True)


class ApprovalsOut(PagedOut):
    """A page of requested changes, oldest first."""

    items = fields.List(fields.Nested(ApprovalOut), required=True)


class ApproveIn(Schema):
    """A word with the approval, if any."""

    reason = fields.String(load_default=None, allow_none=True, validate=RAW)
