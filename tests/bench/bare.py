"""The limits of a POST and a GET: bare Flask views with one durable insert, one update, one find."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Flask, request

from shared.mongo import connect
from shared.settings import Settings, load


def create_app() -> Flask:
    """An app that stores what it gets, and shows it."""
    database = connect(load(Settings))
    collection, enrolments = database["bare"], database["enrolments"]
    app = Flask("bare")

    @app.post("/things")
    def add() -> tuple[dict[str, Any], int]:
        collection.insert_one({"_id": uuid.uuid4().hex, **request.get_json()})
        return {"status": "accepted"}, 202

    @app.post("/things/<id_>")
    def change(id_: str) -> dict[str, Any]:
        collection.update_one({"_id": id_}, {"$set": request.get_json()}, upsert=True)
        return {"status": "ok"}

    @app.get("/things/<id_>")
    def see(id_: str) -> dict[str, Any]:
        return dict(collection.find_one({"_id": id_}) or {})

    @app.post("/updates")
    def update() -> dict[str, Any]:
        body = request.get_json()
        row = {"_id": body.pop("id")}
        collection.update_one(row, {"$set": body})
        return {"receipt": "accepted"}

    @app.post("/enrolments")
    def progress() -> dict[str, Any]:
        body = request.get_json()
        row = {"_id": body.pop("id")}
        enrolments.update_one(row, {"$set": body, "$inc": {"version": 1}})
        return {"receipt": "accepted"}

    return app
