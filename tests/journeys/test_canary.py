"""S01: a marked person goes through the flows; the marks are nowhere but where they belong."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from pymongo import MongoClient

from deploy.local.stack import SERVICES, Stack
from tests.mailbox import Mailbox, token
from tests.traces import Traces

Form = Callable[..., dict[str, Any]]
ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(300)  # It may be the test that starts the stack, and it reads the whole log.
def test_s01_marks_of_a_person_are_nowhere_but_in_identity_and_the_mail(
    stack: Stack, api: httpx.Client, mail: Mailbox, form: Form, traces: Traces
) -> None:
    mark = f"canary{secrets.token_hex(6)}"
    name = "Canary" + "".join(chr(ord("a") + int(sign, 16)) for sign in secrets.token_hex(8))
    password = f"{mark} river stones {mark}"
    asked = form(email=f"{mark}@bsnl.co.in", first_name=name, position_text=f"{name} officer")
    api.post("/identity/v1/registrations", json=asked)
    link_token = token(mail.wait(asked["email"])[0])
    api.post("/identity/v1/credentials/set-password", json={"token": link_token, "password": "short"})
    api.post("/identity/v1/credentials/set-password", json={"token": link_token, "password": password})
    login = {"email": asked["email"], "password": password}
    api.post("/identity/v1/auth/token", json=login | {"password": f"wrong {mark} words"})
    tokens = api.post("/identity/v1/auth/token", json=login).json()
    me = {"Authorization": f"Bearer {tokens['access_token']}"}
    change = {"first_name": f"{name}two", "last_name": "Rao", "reason": f"{name} wishes it"}
    assert api.post("/identity/v1/me/name", json=change, headers=me).status_code == 202
    assert api.post("/identity/v1/me/export", json={}, headers=me).status_code == 202
    api.post("/identity/v1/credentials/forgot", json={"email": asked["email"]})
    mail.wait(asked["email"], count=3)
    for service in SERVICES:
        api.get(f"/{service}/v1/users?q={mark}", headers=me)

    secret = [password, mark, link_token, tokens["access_token"], tokens["refresh_token"], name]
    for what, text in (*outside(stack, traces), *_stores(stack)):
        found = [one for one in secret if one.casefold() in text.casefold()]
        assert not found, what


def outside(stack: Stack, traces: Traces) -> list[tuple[str, str]]:
    """What leaves the services: logs, the log of events, metrics and spans, each with its text."""
    return [*_logs(stack), *_bus(stack), *_metrics(stack), *_spans(traces)]


def _logs(stack: Stack) -> list[tuple[str, str]]:
    return [(str(path), path.read_text(errors="replace")) for path in sorted((stack.folder / "logs").rglob("*"))
            if path.is_file() and "mail" not in path.name]  # fmt: skip


def _bus(stack: Stack) -> list[tuple[str, str]]:
    command = [sys.executable, "examples/analytics_tail.py", stack.amqp_url("analytics"), "--from", "first"]
    read = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert len(read.stdout.splitlines()) > 5
    json.loads(read.stdout.splitlines()[0])
    return [("the log of events", read.stdout)]


def _spans(traces: Traces) -> list[tuple[str, str]]:
    names = {one.name for one in traces.spans()}
    assert {"send mail", "process notifier", "POST /v1/registrations"} <= names
    return [("exported spans", traces.text())]


def _metrics(stack: Stack) -> list[tuple[str, str]]:
    names = [f"{service}-{half}" for service in SERVICES for half in ("web", "worker")]
    return [
        (name, httpx.get(f"http://127.0.0.1:{stack.ports[name]}/metrics", trust_env=False).text)
        for name in names
        if name in stack.ports
    ]


def _stores(stack: Stack) -> list[tuple[str, str]]:
    """All databases but identity's people (its export part too); identity's audit, sessions and outboxes as well."""
    own = {"users", "export_parts", "bulk_parts"}
    with MongoClient(stack.mongodb_uri) as client:
        return [
            (f"{service}.{name}", " ".join(map(str, client[service][name].find({}))))
            for service in SERVICES
            for name in client[service].list_collection_names()
            if not (service == "identity" and name in own)
        ]
