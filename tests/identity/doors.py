"""Identity's web app on a test database, and what the mails of its events would hold."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from pymongo.database import Database
from werkzeug.test import TestResponse

from services.identity.app import create_app
from services.identity.rules import IdentitySettings
from services.identity.store import Store
from shared.auth import KeyRing, Signer

KEYS = json.dumps({"active": "k1", "keys": {"k1": base64.urlsafe_b64encode(bytes(range(32))).decode()}})
SETTINGS = IdentitySettings(
    service="identity",
    environment="test",
    second_factor_required=False,
    signing_keys=KEYS,
    link_keys=KEYS,
    directory_cache=0.0,
    public_url="https://learn.example",
)
PASSWORD = "seven quiet peacocks at dawn"
Document = dict[str, Any]


@dataclass(frozen=True)
class MailAnswer:
    """What identity says of one mail."""

    status_code: int
    json: Any


@dataclass(frozen=True)
class Doors:
    """The HTTP client and the store behind it."""

    client: FlaskClient
    store: Store

    def post(self, path: str, body: object, token: str = "") -> TestResponse:
        """Send JSON."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.client.post(path, json=body, headers=headers)

    def register(self, **changed: Any) -> TestResponse:
        """Send a registration that is right but for what is changed."""
        return self.post("/v1/registrations", form(**changed))

    def user(self, email: str = "asha.rao@bsnl.co.in") -> Document:
        """The stored account."""
        found = self.store.user_by_email(email)
        assert found is not None
        return found

    def told(self, email: str = "asha.rao@bsnl.co.in") -> list[Document]:
        """The events that lie in the account, as they will be published."""
        stored = self.store.users.collection.find_one({"email": email}) or {}
        return [json.loads(row["body"]) for row in stored.get("_outbox", [])]

    def told_types(self, email: str = "asha.rao@bsnl.co.in") -> list[str]:
        """The names of these events."""
        return [one["type"].split(".")[1] for one in self.told(email)]

    def mail_context(self, kind: str, user_id: str, event_id: str) -> MailAnswer:
        """Ask for one mail as the notifier does; 410 stands for not_due, 422 for a kind that is unknown."""
        body = {
            "delivery_id": f"{kind}:{user_id}:{event_id}",
            "kind": kind,
            "user_id": user_id,
            "event_id": event_id,
        }
        answer = self.post("/internal/v1/mail-context", {"deliveries": [body]}, service_token())
        assert answer.status_code == 200, answer.json
        (one,) = answer.json["answers"]
        return MailAnswer({"due": 200, "not_due": 410, "unknown": 422}[one["status"]], one.get("context"))

    def token(self, kind: str = "set_password", email: str = "asha.rao@bsnl.co.in") -> str:
        """The token in the mail of the account's live link."""
        user = self.user(email)
        answer = self.mail_context(kind, user["_id"], user["links"][kind]["link_id"])
        assert answer.status_code == 200, answer.json
        return str(answer.json["link"]).partition("?token=")[2]

    def set_password(self, token: str, password: str = PASSWORD) -> TestResponse:
        """Use a link."""
        return self.post("/v1/credentials/set-password", {"token": token, "password": password})

    def sign_in(self, password: str = PASSWORD, email: str = "asha.rao@bsnl.co.in") -> TestResponse:
        """Ask for tokens."""
        return self.post("/v1/auth/token", {"email": email, "password": password})

    def add_active(self) -> Document:
        """Register a person and set the password."""
        assert self.register().status_code == 202
        assert self.set_password(self.token()).status_code == 204
        return self.user()

    def set(self, user: Document, **changed: Any) -> None:
        """Bring an account into a state that the test needs."""
        self.store.users.change({"_id": user["_id"]}, {"$set": changed})


def open_doors(database: Database[Document], settings: IdentitySettings = SETTINGS) -> Doors:
    """The app on a database that has its indexes and seed."""
    return Doors(create_app(settings, database).test_client(), Store(database))


def form(**changed: Any) -> Document:
    """A whole registration."""
    whole = {
        "first_name": "Asha",
        "last_name": "Rao",
        "position_id": "junior-telecom-officer",
        "email": "asha.rao@bsnl.co.in",
        "mdo_id": "bsnl",
        "declaration": True,
        "locale": "en",
    } | changed
    return {name: value for name, value in whole.items() if value is not ...}


def service_token(caller: str = "notifier", audience: str = "identity") -> str:
    """A service's short token."""
    return Signer(KeyRing.load(KEYS), SETTINGS).service_token(caller, audience)
