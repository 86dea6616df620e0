"""The limits of a POST: bare Flask views with one durable insert, and with one durable update."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Flask, request

from shared.mongo import connect
from shared.settings import Settings, load


def create_app() -> Flask:
    """An app that stores what it gets."""
    collection = connect(load(Settings))["bare"]
    app = Flask("bare")

    @app.post("/things")
    def add() -> tuple[dict[str, Any], int]:
        collection.insert_one({"_id": uuid.uuid4().hex, **request.get_json()})
        return {"status": "accepted"}, 202

    @app.post("/updates")
    def update() -> dict[str, Any]:
        body = request.get_json()
        row = {"_id": body.pop("id")}
        collection.update_one(row, {"$set": body})
        return {"receipt": "accepted"}

    return app
