"""Bodies of certificates and their verification."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class LocaleIn(Schema):
    """In which language; by default the one of the person."""

    locale = fields.String(load_default="", validate=validate.OneOf(["", "en", "hi"]))


class CertificateRowOut(Schema):
    """A certificate in a list; `preparing` while it is being made."""

    id = fields.String(required=True)
    course_id = fields.String(required=True)
    title = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    issued_at = fields.AwareDateTime(format="iso", allow_none=True, required=True)
    status = fields.String(
        required=True, validate=validate.OneOf(["valid", "revoked", "replaced", "preparing"])
    )
    replaced_by = fields.String(allow_none=True, required=True)


class CertificatesOut(Schema):
    """A person's certificates, newest first."""

    items = fields.List(fields.Nested(CertificateRowOut), required=True)
    next_cursor = fields.String(allow_none=True, required=True)


class CertifiedCompetencyOut(Schema):
    """A competency that the course gives, with its level."""

    competency_id = fields.String(required=True)
    level = fields.Integer(required=True)
    name = fields.Dict(keys=fields.String(), values=fields.String(), allow_none=True)


class CertificateOut(Schema):
    """What is printed on a certificate; `qr_svg` holds the address of the verification page."""

    id = fields.String(required=True, metadata={"example": "KY-7QKF-2M4T-XC9R-08ND"})
    course_id = fields.String(required=True)
    version = fields.Integer(attribute="course_version", required=True)
    name = fields.String(required=True)
    title = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    provider_id = fields.String(allow_none=True)
    competencies = fields.List(fields.Nested(CertifiedCompetencyOut), required=True)
    minutes = fields.Integer(required=True)
    completed_at = fields.AwareDateTime(format="iso", required=True)
    issued_at = fields.AwareDateTime(format="iso", required=True)
    status = fields.String(required=True)
    replaced_by = fields.String(allow_none=True, required=True)
    verify_url = fields.String(required=True)
    qr_svg = fields.String(required=True)


class VerifyOut(Schema):
    """What anybody may know: whether it holds, who completed what, and when."""

    status = fields.String(required=True, validate=validate.OneOf(["valid", "revoked", "replaced"]))
    name = fields.String(required=True)
    title = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    completed_at = fields.AwareDateTime(format="iso", required=True)
    issued_at = fields.AwareDateTime(format="iso", required=True)
    replaced_by = fields.String(allow_none=True, required=True)


class RevokeIn(Schema):
    """Why a certificate is revoked."""

    reason = fields.String(required=True, validate=validate.OneOf(["issued_in_error", "misconduct"]))
