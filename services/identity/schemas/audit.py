"""Bodies of the audit log and of a person's own sessions and access log."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.paging import PageIn

SHORT = validate.Length(max=64)


class AuditFilterIn(Schema):
    """Which entries: by who did what to whom, and when."""

    who = fields.String(load_default="", validate=SHORT)
    whom = fields.String(load_default="", validate=SHORT)
    what = fields.String(load_default="", validate=SHORT)
    from_ = fields.AwareDateTime(format="iso", load_default=None, data_key="from")
    to = fields.AwareDateTime(format="iso", load_default=None)


class AuditIn(AuditFilterIn, PageIn):
    """Which entries, and which page."""


class AuditEntryOut(Schema):
    """Who did what to whom, when, and with what result; ids and slugs only."""

    id = fields.String(required=True, attribute="_id")
    at = fields.AwareDateTime(format="iso", required=True)
    who = fields.String(allow_none=True)
    what = fields.String(required=True)
    whom = fields.String(allow_none=True)
    result = fields.String(required=True)
    detail = fields.Dict(keys=fields.String(), values=fields.String(allow_none=True))
    correlation_id = fields.String()


class AuditOut(Schema):
    """A page of entries, newest first."""

    items = fields.List(fields.Nested(AuditEntryOut), required=True)
    next_cursor = fields.String(allow_none=True)


class AccessOut(Schema):
    """Somebody looked at your data."""

    at = fields.AwareDateTime(format="iso", required=True)
    who = fields.String(required=True)
    what = fields.String(required=True)
    reason = fields.String(allow_none=True)


class AccessLogOut(Schema):
    """A page of the own access log, newest first."""

    items = fields.List(fields.Nested(AccessOut), required=True)
    next_cursor = fields.String(allow_none=True)


class SessionOut(Schema):
    """An open session."""

    id = fields.String(required=True)
    created_at = fields.AwareDateTime(format="iso", required=True)
    seen_at = fields.AwareDateTime(format="iso", required=True)
    ends_at = fields.AwareDateTime(format="iso", required=True)
    current = fields.Boolean(required=True)


class SessionsOut(Schema):
    """All open sessions of the person."""

    items = fields.List(fields.Nested(SessionOut), required=True)
