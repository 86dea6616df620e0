"""Consent, a copy of everything, erasure that leaves nothing: over the stores of identity and the notifier."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import httpx
import pytest
from flask.testing import FlaskClient
from pymongo.database import Database

from services.identity.commands.bulk import carry_out_part
from services.identity.commands.privacy import start_due_erasures
from services.identity.handlers import Identity, handlers
from services.identity.jobs import mailer_of
from services.identity.store import Store
from services.notifier.handlers import Notifier
from services.notifier.handlers import handlers as notifier_handlers
from services.notifier.store import HOLDINGS
from services.notifier.store import Store as NotifierStore
from services.notifier.store import ensure_indexes as notifier_indexes
from shared.auth import KeyRing, Subjects
from shared.events import EVENTS, decode
from shared.events.listeners import LISTENERS
from shared.mongo import connect, utcnow
from shared.privacy import ExportLoop
from shared.settings import Settings
from tests.identity.as_person import call
from tests.identity.people import PASSWORD, RING, SETTINGS, add_person
from tests.notifier.sink import settings as notifier_settings
from tests.service_kit import SIGNER

SPV = ("SPV_ADMIN", None)
MARKS = ("Zyxwvut", "zyxwvut.marked@bsnl.co.in", "Qponmlk")


class World:
    """Identity and the notifier with stores of their own; events go from one to both as the bus would bring them."""

    def __init__(self, store: Store, client: FlaskClient, notifier: Database[dict[str, Any]]) -> None:
        self.store, self.client = store, client
        self.identity = Identity(store, SETTINGS, KeyRing.load(RING), Subjects(store.subjects, SETTINGS))
        notifier_indexes(notifier)
        self.notifier_store = NotifierStore(notifier)
        configured = notifier_settings()
        self.notifier = Notifier(
            self.notifier_store, configured, Subjects(self.notifier_store.subjects, configured)
        )
        self.log: list[bytes] = []

    def carry(self, rounds: int = 4) -> None:
        """Publish what waits, twice each, until nothing waits."""
        for _ in range(rounds):
            for records in self.store.publishing:
                for one in list(records.collection.find({"_outbox": {"$exists": True}})):
                    for row in one["_outbox"]:
                        self.log.append(row["body"].encode())
                        self.replay(self.log[-1])
                        self.replay(self.log[-1])
                    records.collection.update_one(
                        {"_id": one["_id"]}, {"$unset": {"_outbox": "", "_pending_at": ""}}
                    )

    def replay(self, body: bytes) -> None:
        """Deliver one event to whoever listens."""
        arrived = decode(body)
        for table, service in ((handlers, self.identity), (notifier_handlers, self.notifier)):
            if table.knows(arrived.type):
                table.handle(service, arrived)

    def export_loop(self) -> ExportLoop:
        """The notifier's loop, over the test client instead of a socket."""

        class Client:
            def post(inner, path: str, body: dict[str, Any]) -> httpx.Response:
                headers = {"Authorization": f"Bearer {SIGNER.service_token('notifier', 'identity')}"}
                answer = self.client.post(path, json=body, headers=headers)
                return httpx.Response(answer.status_code, request=httpx.Request("POST", "http://identity"))

        return ExportLoop(self.notifier_store.database, HOLDINGS, Client())  # type: ignore[arg-type]

    def hand_in(self, service: str, export_id: str) -> int:
        """An empty part of another service."""
        headers = {"Authorization": f"Bearer {SIGNER.service_token(service, 'identity')}"}
        part = {"number": 0, "last": True, "text": "{}"}
        return self.client.post(
            f"/internal/v1/exports/{export_id}/parts", json=part, headers=headers
        ).status_code

    def everything(self) -> str:
        """All documents of both databases."""
        return " ".join(
            str(one)
            for database in (self.store.database, self.notifier_store.database)
            for name in database.list_collection_names()
            for one in database[name].find({})
        )


@pytest.fixture
def world(store: Store, client: FlaskClient, mongodb_uri: str) -> Any:
    name = f"{store.database.name}n"
    database = connect(Settings(service=name, mongodb_uri=mongodb_uri))
    yield World(store, client, database)
    database.client.drop_database(name)
    database.client.close()


@pytest.fixture
def person(world: World) -> dict[str, Any]:
    """Somebody with marks in every place that holds personal text, invited by a file."""
    admin = add_person(world.store, SPV)
    text = f"email,first_name,last_name,mdo_id,position_text\n{MARKS[1]},{MARKS[0]},Rao,bsnl,{MARKS[2]}\n"
    bulk = call(world.client, admin, "POST", "/v1/bulk", {"name": "b", "text": text}).json
    call(world.client, admin, "POST", f"/v1/bulk/{bulk['id']}/commit", {})
    while carry_out_part(world.store, mailer_of(SETTINGS), "w", utcnow()):
        pass
    made = world.store.user_by_email(MARKS[1]) or {}
    password = (world.store.users.get(admin["_id"]) or {})["password"]
    world.store.users.change({"_id": made["_id"]}, {"$set": {"status": "ACTIVE", "password": password}})
    world.carry()
    return world.store.users.get(made["_id"]) or {}


def test_consent_is_kept_with_version_and_language(store: Store, client: FlaskClient) -> None:
    one = add_person(store)
    notice = client.get("/v1/privacy-notice").json
    body = {"version": notice["version"], "locale": "hi", "accepted": True}

    given = call(client, one, "PUT", "/v1/me/consent", body)
    withdrawn = call(client, one, "PUT", "/v1/me/consent", body | {"accepted": False})
    old = call(client, one, "PUT", "/v1/me/consent", body | {"version": "2020-01"})

    assert (given.json["accepted"], withdrawn.json["accepted"], old.status_code) == (True, False, 422)
    history = call(client, one, "GET", "/v1/me/consent").json["history"]
    assert [(row["version"], row["locale"], row["accepted"]) for row in history] == [
        (notice["version"], "hi", True), (notice["version"], "hi", False),
    ]  # fmt: skip
    assert all(
        {"en", "hi"} <= set(item[part]) for item in notice["items"] for part in ("what", "why", "until")
    )


def test_s09_a_copy_holds_what_all_services_hold_and_is_fetched(world: World, person: dict[str, Any]) -> None:
    asked = call(world.client, person, "POST", "/v1/me/export", {})
    again = call(world.client, person, "POST", "/v1/me/export", {})
    path = f"/v1/me/exports/{asked.json['id']}/archive"
    early = call(world.client, person, "POST", path, {})

    world.carry()
    taken = [world.export_loop().carry() for _ in range(2)]
    for other in ("onboarding", "catalog", "progress", "community"):
        assert world.hand_in(other, asked.json["id"]) == 204
    world.carry()

    assert (asked.status_code, again.json["id"], early.status_code) == (202, asked.json["id"], 409)
    assert taken == [1, 0]
    assert call(world.client, person, "GET", "/v1/me/exports").json["items"][0]["state"] == "ready"
    archive = zipfile.ZipFile(io.BytesIO(call(world.client, person, "POST", path, {}).data))
    identity, notifier = (json.loads(archive.read(f"{name}.json")) for name in ("identity", "notifier"))
    assert identity["users"][0]["email"] == MARKS[1]
    assert (
        {"set_password", "export_ready"}
        >= {one["kind"] for one in notifier["deliveries"]}
        >= {"set_password"}
    )
    assert not {"password", "totp", "links"} & set(identity["users"][0])
    assert call(world.client, person, "GET", "/v1/me/exports").json["items"][0]["state"] == "fetched"


def ready_copy(world: World, person: dict[str, Any]) -> str:
    """The path of a copy that all services have filled."""
    id_ = str(call(world.client, person, "POST", "/v1/me/export", {}).json["id"])
    world.carry()
    world.export_loop().carry()
    for other in ("onboarding", "catalog", "progress", "community"):
        world.hand_in(other, id_)
    world.carry()
    return f"/v1/me/exports/{id_}/archive"


def test_a_download_that_broke_is_tried_again_until_its_hour_is_over(
    world: World, person: dict[str, Any]
) -> None:
    path, parts = ready_copy(world, person), world.store.database["export_parts"]

    fetched = [call(world.client, person, "POST", path, {}) for _ in range(2)]
    world.store.forget_copies(utcnow() + timedelta(minutes=59))
    third = call(world.client, person, "POST", path, {})
    world.store.forget_copies(utcnow() + timedelta(minutes=61))

    assert [one.status_code for one in (*fetched, third)] == [200, 200, 200]
    assert call(world.client, person, "POST", path, {}).status_code == 410
    assert parts.count_documents({}) == 0
    assert call(world.client, person, "GET", "/v1/me/exports").json["items"][0]["fetch_until"] is None


def test_a_copy_that_nobody_fetches_is_gone_after_a_week(world: World, person: dict[str, Any]) -> None:
    path = ready_copy(world, person)
    world.store.forget_copies(utcnow() + timedelta(days=6, hours=23))
    kept = world.store.database["export_parts"].count_documents({})

    world.store.forget_copies(utcnow() + timedelta(days=7, minutes=1))

    assert kept > 0
    assert world.store.database["export_parts"].count_documents({}) == 0
    assert call(world.client, person, "POST", path, {}).status_code == 410
    assert call(world.client, person, "GET", "/v1/me/exports").json["items"][0]["state"] == "expired"


def test_z01_a_copy_is_its_owners_and_parts_come_from_services_only(
    world: World, person: dict[str, Any]
) -> None:
    other = add_person(world.store)
    id_ = call(world.client, person, "POST", "/v1/me/export", {}).json["id"]
    part = {"number": 0, "last": True, "text": "{}"}

    foreign = call(world.client, other, "POST", f"/v1/me/exports/{id_}/archive", {})
    forged = call(world.client, person, "POST", f"/internal/v1/exports/{id_}/parts", part)

    assert (foreign.status_code, forged.status_code) == (404, 401)


def test_erasure_waits_for_its_notice_and_can_be_withdrawn(world: World, person: dict[str, Any]) -> None:
    wrong = call(world.client, person, "POST", "/v1/me/erasure", {"password": "not the right words"})
    asked = call(world.client, person, "POST", "/v1/me/erasure", {"password": PASSWORD})
    world.carry()
    too_early = start_due_erasures(world.store, utcnow() + timedelta(hours=47))

    withdrawn = call(world.client, person, "DELETE", "/v1/me/erasure")
    late = start_due_erasures(world.store, utcnow() + timedelta(hours=49))

    assert (wrong.status_code, asked.status_code, withdrawn.status_code) == (422, 202, 204)
    assert asked.json["holds"][0]["days"] == 400
    assert (too_early, late) == (0, 0)
    kinds = [one["kind"] for one in world.notifier_store.deliveries.find({"user_id": person["_id"]})]
    assert "erasure_requested" in kinds
    assert call(world.client, person, "GET", "/v1/me/erasure").json["state"] == "none"


def test_s09_erasure_leaves_nothing_and_a_replay_of_the_log_brings_nothing_back(
    world: World, person: dict[str, Any]
) -> None:
    world.client.post("/v1/auth/token", json={"email": MARKS[1], "password": PASSWORD})
    call(world.client, person, "POST", "/v1/me/export", {})
    call(
        world.client,
        person,
        "POST",
        "/v1/me/name",
        {"first_name": MARKS[0], "last_name": "New", "reason": MARKS[2]},
    )
    call(world.client, person, "POST", "/v1/me/erasure", {"password": PASSWORD})
    world.carry()
    assert all(mark in world.everything() for mark in MARKS)

    started = start_due_erasures(world.store, utcnow() + timedelta(hours=49))
    world.carry()
    for body in list(world.log):
        world.replay(body)

    left = world.everything()
    assert started == 1
    assert not [mark for mark in MARKS if mark.casefold() in left.casefold()]
    assert not [mark for mark in MARKS for body in world.log if mark.casefold() in body.decode().casefold()]
    assert (world.store.users.get(person["_id"]) or {})["status"] == "ERASED"
    assert call(world.client, person, "GET", "/v1/me").status_code == 401
    login = world.client.post("/v1/auth/token", json={"email": MARKS[1], "password": PASSWORD})
    assert login.status_code == 401
    for name in ("deliveries", "notices", "people"):
        field = "_id" if name == "people" else "user_id"
        assert world.notifier_store.database[name].count_documents({field: person["_id"]}) == 0
    assert world.store.families.collection.count_documents({"user_id": person["_id"]}) == 0


def test_the_last_spv_admin_is_not_erased(store: Store, client: FlaskClient) -> None:
    admin = add_person(store, SPV)
    call(client, admin, "POST", "/v1/me/erasure", {"password": PASSWORD})

    assert start_due_erasures(store, utcnow() + timedelta(hours=49)) == 0
    assert (store.users.get(admin["_id"]) or {})["status"] == "ACTIVE"


def test_every_service_that_is_asked_for_exports_has_a_listener() -> None:
    listening = {name for name, types in LISTENERS.items() if EVENTS["identity.ExportRequested.v1"] in types}
    assert set(SETTINGS.export_services) == listening


def test_a_ready_copy_of_a_version_before_gives_way_to_another(world: World, person: dict[str, Any]) -> None:
    path = ready_copy(world, person)
    world.store.database["exports"].update_many({}, {"$unset": {"fetch_until": ""}})

    early = call(world.client, person, "POST", path, {})
    world.store.forget_copies(utcnow())

    assert early.status_code == 410
    assert call(world.client, person, "GET", "/v1/me/exports").json["items"][0]["state"] == "expired"
    assert call(world.client, person, "POST", "/v1/me/export", {}).json["state"] == "waiting"
