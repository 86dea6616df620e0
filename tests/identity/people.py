"""People of the tests, as identity stores them."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from services.identity.hashing import Hasher
from services.identity.rules import IdentitySettings
from services.identity.store import Store, words_of
from shared.events import new_id
from shared.mongo import utcnow

PASSWORD = "seven quiet peacocks at dawn"
HASHER = Hasher(slots=4, waiting=64)
SERVICE_SECRET = "a secret of the notifier"
RING = json.dumps({"active": "k1", "keys": {"k1": base64.urlsafe_b64encode(bytes(range(32))).decode()}})
SETTINGS = IdentitySettings(
    service="identity",
    environment="test",
    second_factor_required=False,
    signing_keys=RING,
    link_keys=RING,
    service_credentials=json.dumps({"notifier": hashlib.sha256(SERVICE_SECRET.encode()).hexdigest()}),
    login_spray_most=10_000,
    hash_waiting=100,
    subjects_cache=0.0,
)
PASSWORD_HASH = HASHER.hash(PASSWORD)


def add_person(store: Store, *roles: tuple[str, str | None], **changed: Any) -> dict[str, Any]:
    """Store an active person with a password and these roles; `changed` replaces fields."""
    id_ = new_id()
    grants = [
        {"id": new_id(), "role": role, "scope": scope, "granted_by": "test", "granted_at": utcnow()}
        for role, scope in roles
    ]
    person = {
        "_id": id_,
        "email": f"p{id_.replace('-', '')}@bsnl.co.in",
        "first_name": "Asha",
        "last_name": "Rao",
        "position_id": None,
        "position_text": "Analyst",
        "mdo_id": "bsnl",
        "mdo_path": ["communications", "telecom", "bsnl"],
        "locale": "en",
        "status": "ACTIVE",
        "declared_at": utcnow(),
        "created_at": utcnow(),
        "updated_at": utcnow(),
        "sv": 1,
        "credential_version": 1,
        "password": PASSWORD_HASH,
        "password_changed_at": utcnow(),
        "links": {},
        "roles": grants,
        "mail_times": [],
        "misses": {},
    }
    person |= changed
    added = store.users.add({**person, "words": words_of(person)})
    if ("SPV_ADMIN", None) in roles:
        store.enter_spv_admin(id_)
    return added
