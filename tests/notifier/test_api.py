"""The ledger over HTTP: administrators of the platform only, page by page."""

import json
from datetime import timedelta
from typing import Any

import pytest

from services.notifier.api import deliveries_blueprint
from services.notifier.commands import mail_is_due
from services.notifier.store import Store
from shared.auth import KeyRing, Signer, Verifier
from shared.mongo import utcnow
from shared.web import make_app
from tests.notifier.sink import settings

RING = KeyRing.load(json.dumps({"active": "k1", "keys": {"k1": "A" * 43}}))


@pytest.fixture
def client(database: Any) -> Any:
    store, now = Store(database), utcnow()
    for n in range(3):
        mail_is_due(store, settings(), "welcome", "u1", f"e{n}", now, now + timedelta(seconds=n))
    verifier = Verifier(settings(), Signer(RING, settings()).jwks, None)
    return make_app(settings(), deliveries_blueprint(store), verifier=verifier).test_client()


def signed_in(role: str) -> dict[str, str]:
    token = Signer(RING, settings()).access_token(
        "u7", roles=[{"role": role, "scope": None}], sv=1, session_id="s1"
    )
    return {"Authorization": f"Bearer {token}"}


def test_deliveries_come_newest_first_page_by_page(client: Any) -> None:
    first = client.get("/v1/deliveries?user_id=u1&limit=2", headers=signed_in("SPV_ADMIN")).json
    second = client.get(
        "/v1/deliveries",
        query_string={"limit": 2, "cursor": first["next_cursor"]},
        headers=signed_in("SPV_ADMIN"),
    ).json

    assert [one["id"] for one in first["items"] + second["items"]] == [f"welcome:u1:e{n}" for n in (2, 1, 0)]
    assert second["next_cursor"] is None


def test_one_delivery_is_shown_without_address_or_text(client: Any) -> None:
    shown = client.get("/v1/deliveries/welcome:u1:e0", headers=signed_in("SPV_ADMIN")).json

    assert shown["state"] == "queued"
    assert not {"lease", "correlation_id", "address"} & set(shown)


@pytest.mark.parametrize(
    ("path", "role", "status"),
    [
        ("/v1/deliveries", "", 401),
        ("/v1/deliveries", "FRAC_ADMIN", 403),
        ("/v1/deliveries?cursor=nonsense", "SPV_ADMIN", 422),
        ("/v1/deliveries?state=lost", "SPV_ADMIN", 422),
        ("/v1/deliveries/none", "SPV_ADMIN", 404),
    ],
)
def test_others_and_nonsense_are_refused(client: Any, path: str, role: str, status: int) -> None:
    assert client.get(path, headers=signed_in(role) if role else {}).status_code == status
