"""The hubs of the local stack are filled once, by the demo people, through the gateway."""

from __future__ import annotations

import httpx
import pytest

from deploy.local.__main__ import demo_accounts
from deploy.local.demo import prepare_learner
from deploy.local.hubs import prepare_hubs
from deploy.local.stack import Stack
from services.identity.commands.bootstrap import DEMO_PASSWORD
from tests.journeys.conftest import until


@pytest.mark.timeout(240)
def test_the_demo_fills_the_hubs_once(stack: Stack, api: httpx.Client) -> None:
    accounts = demo_accounts(stack)
    prepare_learner(stack.url, accounts[0]["email"], accounts[0]["password"])
    for _ in range(2):
        prepare_hubs(stack.url, accounts)

    body = {"email": accounts[0]["email"], "password": DEMO_PASSWORD}
    login = api.post("/identity/v1/auth/token", json=body).json()
    headers = {"Authorization": f"Bearer {login['access_token']}"}

    def items(path: str) -> list[dict[str, str]]:
        found: list[dict[str, str]] = api.get(f"/community/v1{path}", headers=headers).json()["items"]
        return found

    rails = ("discussions", "people", "openings", "sessions")
    until(lambda: all(items(f"/home/{rail}") for rail in rails))
    titles = [one["title"] for one in items("/threads?sort=new&limit=100")]
    assert sum("without a quotation" in str(one) for one in titles) == 1
    assert len(items("/network/connections")) >= 1
    assert any(one["note"].startswith("We met") for one in items("/network/requests"))
    assert any(one["mine"] == "registered" for one in items("/sessions?only=mine"))
