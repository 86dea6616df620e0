"""The limit of a POST: a bare Flask view with one durable insert."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Flask, request

from shared.mongo import connect
from shared.settings import Settings, load


def create_app() -> Flask:
    """An app with one route that stores what it gets."""
    collection = connect(load(Settings))["bare"]
    app = Flask("bare")

    @app.post("/things")
    def add() -> tuple[dict[str, Any], int]:
        collection.insert_one({"_id": uuid.uuid4().hex, **request.get_json()})
        return {"status": "accepted"}, 202

    return app
