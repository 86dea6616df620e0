"""Bodies of batches."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class BulkIn(Schema):
    """A CSV file with a first line of column names."""

    name = fields.String(required=True, validate=validate.Length(1, 100))
    text = fields.String(
        required=True,
        validate=validate.Length(1, 2_000_000),
        metadata={
            "example": "email,first_name,last_name,mdo_id,position_text\na.rao@bsnl.co.in,Asha,Rao,bsnl,Clerk\n"
        },
    )


class BulkPageIn(Schema):
    """From which part of the rows on."""

    cursor = fields.Integer(load_default=0, validate=validate.Range(0, 1000))


class RowErrorOut(Schema):
    """Why a row is refused."""

    row = fields.Integer(required=True)
    field = fields.String(required=True)
    sentence = fields.String(required=True)


class DiffOut(Schema):
    """How many rows are new, have an account already, or are refused."""

    new = fields.Integer(required=True)
    known = fields.Integer(required=True)
    refused = fields.Integer(required=True)


class RowOut(Schema):
    """A row and what became of it."""

    row = fields.Integer(required=True)
    email = fields.String(allow_none=True)
    status = fields.String(
        required=True, metadata={"enum": ["new", "known", "refused", "invited", "failed", "undone"]}
    )
    sentence = fields.String(allow_none=True)
    user_id = fields.String(allow_none=True)


class BulkOut(Schema):
    """A batch; `rows` come with the GET of one batch, `done` of `total` rows were carried out."""

    id = fields.String(required=True, attribute="_id")
    name = fields.String(required=True)
    state = fields.String(
        required=True, metadata={"enum": ["checked", "committing", "done", "undoing", "undone"]}
    )
    created_at = fields.AwareDateTime(format="iso", required=True)
    total = fields.Integer(required=True, attribute="rows")
    done = fields.Integer(required=True)
    failed = fields.Integer(required=True)
    diff = fields.Nested(DiffOut, required=True)
    errors = fields.List(fields.Nested(RowErrorOut), required=True)
    rows = fields.List(fields.Nested(RowOut), attribute="row_items")
    next_cursor = fields.String(allow_none=True)


class BulksOut(Schema):
    """A page of batches."""

    items = fields.List(fields.Nested(BulkOut), required=True)
    next_cursor = fields.String(allow_none=True)
