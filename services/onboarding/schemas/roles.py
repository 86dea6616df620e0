"""Bodies of a person's roles and activities."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.onboarding.schemas.common import ID, RAW

TITLE = {"example": "Junior Telecom Officer"}
ACTIVITY = {"example": "Plan the fibre route of a village"}
ACTIVITIES = validate.Length(max=100)


class RoleIn(Schema):
    """A role with its activities: each text 1 to 100 characters, none twice."""

    title = fields.String(required=True, validate=RAW, metadata=TITLE)
    activities = fields.List(
        fields.String(validate=RAW),
        load_default=list,
        validate=ACTIVITIES,
        metadata={"example": [ACTIVITY["example"]]},
    )


class RolePatchIn(Schema):
    """What changes; `activities` replaces the list."""

    title = fields.String(validate=RAW, metadata=TITLE)
    activities = fields.List(fields.String(validate=RAW), validate=ACTIVITIES)


class ActivityIn(Schema):
    """One activity."""

    text = fields.String(required=True, validate=RAW, metadata=ACTIVITY)


class OrderIn(Schema):
    """All role ids in their new order."""

    ids = fields.List(fields.String(validate=ID), required=True, validate=validate.Length(max=100))


class ActivityOut(Schema):
    """One activity."""

    id = fields.String(required=True)
    text = fields.String(required=True, metadata=ACTIVITY)


class RoleOut(Schema):
    """A role; give `version` back in If-Match when you change it."""

    id = fields.String(required=True)
    title = fields.String(required=True, metadata=TITLE)
    activities = fields.List(fields.Nested(ActivityOut), required=True)
    version = fields.Integer(required=True)


class RolesOut(Schema):
    """All roles in their order."""

    version = fields.Integer(required=True)
    items = fields.List(fields.Nested(RoleOut), required=True)
