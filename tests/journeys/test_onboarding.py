"""The wizard on two devices at once, the mandatory profile, an approved change; and what the log holds of it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from deploy.local.stack import ROOT, Stack
from shared.bus import LogReader
from shared.settings import Settings
from tests.journeys.conftest import PASSWORD
from tests.mailbox import Mailbox, token

Form = Callable[..., dict[str, Any]]
ME = "/onboarding/v1/profiles/me"
STEPS = "/onboarding/v1/onboarding/me"


class Device:
    """One signed-in browser or app."""

    def __init__(self, stack: Stack, email: str, password: str = PASSWORD) -> None:
        self.http = httpx.Client(base_url=f"{stack.url}/api", timeout=20, trust_env=False)
        tokens = self.http.post("/identity/v1/auth/token", json={"email": email, "password": password})
        assert tokens.status_code == 200, tokens.text
        self.http.headers["Authorization"] = f"Bearer {tokens.json()['access_token']}"

    def call(self, method: str, path: str, body: Any = None, expected: int = 200, **headers: str) -> Any:
        """One call; the answer's JSON."""
        answer = self.http.request(method, path, json=body, headers=headers)
        assert answer.status_code == expected, f"{method} {path}: {answer.status_code} {answer.text[:300]}"
        return answer.json() if answer.content else None

    def until(self, path: str, holds: Callable[[Any], bool], seconds: float = 15) -> Any:
        """The answer of a GET once it holds; AssertionError after the deadline."""
        deadline = time.monotonic() + seconds
        while not holds(found := self.call("GET", path)):
            assert time.monotonic() < deadline, str(found)[:500]
            time.sleep(0.05)
        return found


@pytest.fixture
def email(api: httpx.Client, mail: Mailbox, form: Form) -> str:
    """The address of somebody who has just set the password."""
    asked = form(position_id="junior-telecom-officer", position_text=None)
    api.post("/identity/v1/registrations", json=asked)
    body = {"token": token(mail.wait(asked["email"])[0]), "password": PASSWORD}
    assert api.post("/identity/v1/credentials/set-password", json=body).status_code == 204
    return str(asked["email"])


@pytest.fixture
def devices(stack: Stack, email: str) -> Iterator[tuple[Device, Device]]:
    """Two devices of one person."""
    made = Device(stack, email), Device(stack, email)
    made[0].until(ME, lambda found: found["fields"]["mdo_id"] == "bsnl")
    yield made
    for one in made:
        one.http.close()


def log_of(stack: Stack, user_id: str) -> list[dict[str, Any]]:
    """The bodies in the log that onboarding told of one person, in the log's order."""
    settings = Settings(service="analytics", amqp_url=stack.amqp_url("analytics"), log_quiet=0.5)
    reader = LogReader(settings)
    bodies = (json.loads(delivery.body) for _, delivery in reader.read("first", reader.end()))
    return [
        body for body in bodies if body["source"] == "/onboarding" and body["data"].get("user_id") == user_id
    ]


def settled_log(stack: Stack, user_id: str, last: str, seconds: float = 20) -> list[dict[str, Any]]:
    """The log of one person once an event of the type `last` is in it."""
    deadline = time.monotonic() + seconds
    while last not in names(found := log_of(stack, user_id)):
        assert time.monotonic() < deadline, names(found)
        time.sleep(0.2)
    return found


def names(found: list[dict[str, Any]]) -> list[str]:
    return [one["type"].split(".")[1] for one in found]


def walk(phone: Device, desk: Device) -> None:
    """The wizard, in turns on two devices; each sees what the other saved, and no edit is lost silently."""
    phone.call("POST", f"{STEPS}/steps/welcome", {})
    role = desk.call("POST", f"{ME}/roles", {"title": "अभियंता", "activities": ["केबल जोड़ना"]}, 201)
    seen = phone.call("GET", f"{ME}/roles")["items"][0]
    assert seen == role
    path, read = f"{ME}/roles/{role['id']}", {"If-Match": f'"{role["version"]}"'}
    phone.call("PATCH", path, {"activities": ["केबल जोड़ना", "Marked plan"]}, **read)
    late = desk.call("PATCH", path, {"title": "Engineer"}, 409, **read)
    assert [one["text"] for one in late["current"]["activities"]] == ["केबल जोड़ना", "Marked plan"]
    desk.call("PATCH", path, {"title": "Engineer"}, **{"If-Match": f'"{late["current"]["version"]}"'})
    phone.call("POST", f"{STEPS}/steps/roles", {})
    assert desk.call("GET", STEPS)["next"] == "topics"
    desk.call("POST", "/onboarding/v1/topic-proposals", {"name": "Marked topic", "reason": "Marked why"}, 201)
    topics = [one["id"] for one in phone.call("GET", "/onboarding/v1/topics")["items"]][:2]
    phone.call("PUT", f"{ME}/topics", {"ids": topics}, **{"If-Match": '"1"'})
    desk.call("PUT", f"{ME}/topics", {"ids": topics[:1]}, 409, **{"If-Match": '"1"'})
    desk.call("POST", f"{STEPS}/steps/topics", {})
    known = [one["id"] for one in phone.call("GET", "/onboarding/v1/competencies?limit=2")["items"]]
    held = {"items": [{"competency_id": known[0], "level": 2}]}
    phone.call("PUT", f"{ME}/competencies/current", held)
    phone.call("POST", f"{STEPS}/steps/current", {})
    wanted = {"items": [{"competency_id": known[0], "level": 4}, {"competency_id": known[1], "level": 1}]}
    desk.call("PUT", f"{ME}/competencies/desired", wanted)
    desk.call("POST", f"{STEPS}/steps/desired", {})
    phone.call("POST", f"{STEPS}/steps/walkthrough", {"skipped": True})
    for device in (phone, desk):
        assert device.call("POST", f"{STEPS}/complete", {})["state"] == "done"


def test_the_wizard_on_two_devices_then_the_profile_and_exactly_these_events(
    stack: Stack, devices: tuple[Device, Device]
) -> None:
    phone, desk = devices
    user_id = phone.call("GET", ME)["user_id"]

    walk(phone, desk)
    phone.call("PATCH", ME, {"mobile": "9876543210"})
    assert desk.call("PATCH", ME, {"group": "b"})["complete"] is True
    phone.call("PATCH", ME, {"locale": "en"})

    found = settled_log(stack, user_id, "ProfileUpdated")
    own = [one for one in found if one["subject"] == user_id]
    assert [(name, one["data"].get("step")) for name, one in zip(names(own), own, strict=True)] == [
        ("OnboardingStepSaved", "welcome"),
        ("OnboardingStepSaved", "roles"),
        ("OnboardingStepSaved", "topics"),
        ("OnboardingStepSaved", "current"),
        ("OnboardingStepSaved", "desired"),
        ("OnboardingStepSaved", "walkthrough"),
        ("OnboardingCompleted", None),
        ("ProfileCompleted", None),
        ("ProfileUpdated", None),
    ]
    assert [int(one["sequence"]) for one in own] == sorted({int(one["sequence"]) for one in own})
    assert [name for name in names(found) if name == "TopicProposed"] == ["TopicProposed"]
    assert own[6]["data"]["skipped"] == ["walkthrough"]
    first = own[7]["data"]
    assert (list(first["held"].values()), sorted(first["desired"].values())) == ([2], [1, 4])
    assert set(first["gap"]) >= set(first["desired"])
    assert own[8]["data"]["changed"] == ["locale"]
    text = json.dumps(found, ensure_ascii=False)
    for personal in ("Marked", "अभियंता", "Engineer", "9876543210", "@", "आशा", "Verma", "केबल"):
        assert personal not in text


def admin_of(stack: Stack) -> Device:
    """The MDO admin among the demo accounts."""
    made = subprocess.run(
        [sys.executable, "-m", "services.identity.cli", "demo"],
        cwd=ROOT, env=stack._environ("identity-web"), capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    accounts = [json.loads(line) for line in made.stdout.splitlines() if line.startswith("{")]
    admin = next(one for one in accounts if one["role"] == "MDO_ADMIN")
    return Device(stack, admin["email"], admin["password"])


def test_an_approved_change_reaches_identity_and_the_mailbox(
    stack: Stack, devices: tuple[Device, Device], mail: Mailbox, email: str
) -> None:
    person, admin = devices[0], admin_of(stack)
    person.call("PATCH", ME, {"group": "b"})
    asked = person.call("PATCH", ME, {"position_id": "section-officer", "reason": "पदोन्नति"})
    (change,) = asked["pending"]
    waiting = admin.call("GET", "/onboarding/v1/approvals?limit=100")["items"]
    assert change["id"] in [one["id"] for one in waiting]

    admin.call("POST", f"/onboarding/v1/approvals/{change['id']}/approve", {})

    after = person.until(ME, lambda found: found["fields"]["position_id"] == "section-officer")
    assert (after["verified"]["position"], after["pending"]) == (True, [])
    me = person.until("/identity/v1/me", lambda found: found["position"]["id"] == "section-officer")
    assert me["position"]["name"]["hi"]
    subjects = [one["subject"] for one in mail.wait(email, 3)]
    assert "आपकी प्रोफ़ाइल में परिवर्तन स्वीकृत हो गया है" in subjects
    admin.http.close()
