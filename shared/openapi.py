"""The OpenAPI document of a service, read from its routes and their schemas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import flask_smorest
from flask import Flask
from marshmallow import Schema, fields


class ProblemSchema(Schema):
    """RFC 9457 with a slug for programs, the request's reference and sentences by field."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    slug = fields.String(required=True)
    request_id = fields.String(required=True)
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    current = fields.Raw(metadata={"description": "With 409: the present state."})


class _Api(flask_smorest.Api):
    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Leave errors to `_problem`, which answers all of them in one shape."""


def openapi(service: str, blueprints: Sequence[flask_smorest.Blueprint]) -> dict[str, Any]:
    """The OpenAPI document of these routes; made when somebody asks, for it takes as long as all else of a start."""
    app = Flask(service, static_folder=None)
    app.config |= {"API_TITLE": f"Karmayogi {service}", "API_VERSION": "v1", "OPENAPI_VERSION": "3.1.0"}
    api = _Api(app)
    for blueprint in blueprints:
        api.register_blueprint(blueprint)
    document: dict[str, Any] = api.spec.to_dict()
    return document
