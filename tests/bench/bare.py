"""The limits of a POST and a GET: bare Flask views with one durable insert, one update, one find."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from flask import Flask, request

from shared.mongo import connect
from shared.settings import Settings, load

BARE = "bare"


def registration(email: str) -> dict[str, Any]:
    """A document as large and as much indexed as an account that registered just now."""
    id_, now = str(uuid.uuid4()), datetime.now(UTC)
    slot = {"link_id": id_, "expires_at": None, "credential_version": 0, "kid": "k1"}
    told = {"id": id_, "type": "identity.UserRegistered.v1", "traceparent": "0" * 55, "body": "x" * 640}
    return {
        "_id": id_, "email": email, "first_name": "Asha", "last_name": "Verma", "position_id": None,
        "position_text": "Officer", "mdo_id": "bsnl", "mdo_path": ["communications", "telecom", "bsnl"],
        "locale": "en", "status": "INVITED", "mail_times": [now], "declared_at": now, "created_at": now,
        "updated_at": now, "sv": 1, "credential_version": 0, "password": None, "password_changed_at": None,
        "links": {"set_password": slot}, "link_ids": [id_], "roles": [], "misses": {}, "version": 1,
        "words": ["asha", "asha verma", "verma", email], "_outbox": [told], "_pending_at": now,
    }  # fmt: skip


def create_app() -> Flask:
    """An app that stores what it gets, and shows it."""
    database = connect(load(Settings))
    collection, users, enrolments = database["bare"], database["users"], database["enrolments"]
    app = Flask("bare")

    @app.post("/things")
    def add() -> tuple[dict[str, Any], int]:
        collection.insert_one({"_id": uuid.uuid4().hex, **request.get_json()})
        return {"status": "accepted"}, 202

    @app.post("/registrations")
    def register() -> tuple[dict[str, Any], int]:
        email = request.get_json()["email"]
        counter = {"coll": "throttles", "pipeline": [{"$match": {"_id": f"mail:{uuid.uuid4().hex}"}}]}
        list(users.aggregate([{"$match": {"email": email}}, {"$unionWith": counter}]))
        users.insert_one(registration(email))
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
