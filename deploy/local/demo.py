"""`make demo`: the sign-up guide, step by step, over real HTTP and the mail catcher; and a learner in mid-course."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from typing import Any, TypeVar

import httpx

from deploy.local.servers import Failed

PASSWORD = "A long walk by the Ganga at dawn"
COURSE = "procurement-basics"
POSITION = "junior-telecom-officer"
T = TypeVar("T")


class Walk:
    """Calls with a printed line each; anything unexpected stops the walk."""

    def __init__(self, url: str, mail_url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=10, trust_env=False)
        self.mail = httpx.Client(base_url=mail_url, timeout=10, trust_env=False)
        self.number, self.quiet = 0, False

    def step(self, sentence: str) -> None:
        """Print what was just seen."""
        self.number += 1
        if self.quiet:
            return
        print(f"  {self.number:2}. {sentence}", flush=True)

    def call(self, method: str, path: str, expected: int, bearer: str = "", **body: Any) -> dict[str, Any]:
        """One API call; Failed when the status is not the expected one."""
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        answer = self.http.request(
            method, f"/api{path}", json=None if method == "GET" else body, headers=headers
        )
        if answer.status_code != expected:
            raise Failed(
                f"{method} {path} answered {answer.status_code} and not {expected}: {answer.text[:300]}"
            )
        found: dict[str, Any] = answer.json() if answer.content else {}
        return found

    def post(self, path: str, bearer: str, **body: Any) -> dict[str, Any] | None:
        """A POST that may come too early: the answer, or None when it was refused."""
        answer = self.http.post(f"/api{path}", json=body, headers={"Authorization": f"Bearer {bearer}"})
        found: dict[str, Any] | None = answer.json() if answer.is_success else None
        return found

    def soon(self, ask: Callable[[], T | None], seconds: float = 20) -> T:
        """The first answer that is something; Failed when none comes in time."""
        end = time.monotonic() + seconds
        while not (found := ask()):
            if time.monotonic() > end:
                raise Failed(f"What was awaited did not happen within {seconds:.0f} s.")
            time.sleep(0.1)
        return found

    def wait_mail(self, address: str, pattern: str, seconds: float = 20) -> tuple[dict[str, Any], float]:
        """The first mail to the address whose text matches, and how long it took."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            for one in self.mail.get("/api/messages", params={"to": address}).json()["messages"]:
                if re.search(pattern, one["text"]):
                    return one, time.monotonic() - began
            time.sleep(0.02)
        raise Failed(f"No mail matching {pattern} for the new account arrived within {seconds:.0f} s.")


def walk(url: str, mail_url: str) -> None:
    """Register, set the password by mail, sign in, see the portals; and a foreign address is refused."""
    one = Walk(url, mail_url)
    try:
        steps(one, url)
    finally:
        one.http.close()
        one.mail.close()


def steps(one: Walk, url: str) -> None:
    """The walk itself."""
    print(f"The sign-up guide against {url}")
    address = f"asha.demo{secrets.token_hex(4)}@bsnl.co.in"
    form = _form(one, address)
    one.step("The form offers positions and the tree of organisations; BSNL is among them.")
    answer = one.call("POST", "/identity/v1/registrations", 202, **form)
    one.step(f"{address} registers: 202 {answer}")
    mail, seconds = one.wait_mail(address, r"set-password\?token=")
    one.step(f"After {seconds * 1000:.0f} ms the mail is there: “{mail['subject']}”.")
    found = re.search(r"set-password\?token=(\S+)", mail["text"])
    token = found[1] if found else ""
    shown = one.call("POST", "/identity/v1/credentials/check", 200, token=token)
    one.step(f"The link is for {shown['first_name']} {shown['last_name']}.")
    one.call("POST", "/identity/v1/credentials/set-password", 422, token=token, password="short")
    one.step("A short password is refused, and the link stays usable.")
    one.call("POST", "/identity/v1/credentials/set-password", 204, token=token, password=PASSWORD)
    one.step("A long one is taken.")
    one.call("POST", "/identity/v1/credentials/set-password", 410, token=token, password=PASSWORD)
    one.step("The link works once only: 410.")
    bearer = signed_in(one, address)
    onboarded(one, bearer)
    learning(one, bearer)
    refused(one, form)
    print("All of it works.")


def signed_in(one: Walk, address: str) -> str:
    """Sign in, out and in again, and look at the account and its portals; the new session's token."""
    one.call("POST", "/identity/v1/auth/token", 401, email=address, password="not the right password")
    one.step("A wrong password is refused with one neutral answer.")
    tokens = one.call("POST", "/identity/v1/auth/token", 200, email=address, password=PASSWORD)
    me = one.call("GET", "/identity/v1/me", 200, token_of(tokens))
    portals = ", ".join(portal["slug"].upper() for portal in me["portals"])
    one.step(
        f"Signed in as {me['first_name']} {me['last_name']} of {me['mdo']['name']['en']}; portals: {portals}."
    )
    one.call("POST", "/identity/v1/auth/revoke", 204, refresh_token=tokens["refresh_token"])
    one.call("POST", "/identity/v1/auth/refresh", 401, refresh_token=tokens["refresh_token"])
    one.step("Signed out: the session cannot be continued.")
    return token_of(one.call("POST", "/identity/v1/auth/token", 200, email=address, password=PASSWORD))


def onboarded(one: Walk, bearer: str) -> None:
    """The guided onboarding, and the mandatory profile."""
    mine = "/onboarding/v1/profiles/me"
    one.soon(lambda: one.call("GET", mine, 200, bearer)["fields"]["mdo_id"])
    role = {"title": "Runs the exchange", "activities": ["Answers complaints", "Watches the uplinks"]}
    one.call("POST", f"{mine}/roles", 201, bearer, **role)
    one.step("Let's Go: a role with two activities is added.")
    topics = [topic["id"] for topic in one.call("GET", "/onboarding/v1/topics?q=procurement", 200)["items"]]
    one.call("PUT", f"{mine}/topics", 200, bearer, ids=topics[:2])
    held = [{"competency_id": "public-procurement", "level": 1}]
    wanted = [{"competency_id": "public-procurement", "level": 3}]
    one.call("PUT", f"{mine}/competencies/current", 200, bearer, items=held)
    one.call("PUT", f"{mine}/competencies/desired", 200, bearer, items=wanted)
    gap = one.call("GET", f"{mine}/gap", 200, bearer)["items"]
    one.step(
        f"Topics and competencies are chosen; the gap: {gap[0]['name']['en']}, {gap[0]['held']} to {gap[0]['target']}."
    )
    one.call("POST", "/onboarding/v1/onboarding/me/complete", 200, bearer)
    fields = {"group": "b", "locale": "en"}
    known = one.call("GET", mine, 200, bearer)["fields"]
    if not known["position_id"] and not known["position_text"]:
        fields["position_id"] = POSITION
    profile = one.call("PATCH", mine, 200, bearer, **fields)
    if not profile["complete"]:
        raise Failed("The mandatory profile is not complete after all its fields were sent.")
    one.step("Done. The mandatory profile is complete.")


def learning(one: Walk, bearer: str) -> None:
    """Search, filter, enrol, and what does not count as learning."""
    found = one.call("GET", "/catalog/v1/search?q=procurment&locale=en", 200, bearer)
    first = found["items"][0]
    one.step(f"The search “procurment” finds {found['total']} courses, first: {first['title']['en']}.")
    made = one.soon(lambda: one.post("/progress/v1/enrolments", bearer, course_id=COURSE))
    one.step(f"Enrolled in {made['title']['en']}: {made['required_total']} parts to learn.")
    course = one.call("GET", f"/catalog/v1/courses/{COURSE}", 200, bearer)
    video = next(
        part for module in course["modules"] for part in module["resources"] if part["kind"] == "video"
    )
    leap = {
        "event_id": "leap-1",
        "resource_id": video["id"],
        "kind": "position",
        "from": 0,
        "position": video["seconds"],
    }
    receipt = one.call("POST", f"/progress/v1/enrolments/{made['id']}/updates", 200, bearer, **leap)
    one.step(
        f"A video of {video['seconds']} s seen in one second is {receipt['receipt']}: {receipt['sentence']['en']}"
    )
    why = one.call("GET", f"/progress/v1/enrolments/{made['id']}/why", 200, bearer)["items"]
    one.step(f"“Why is my progress X” tells it: {why[0]['sentence']['en']}")
    told = one.soon(lambda: one.call("GET", "/notifier/v1/notices", 200, bearer)["items"])
    one.step(f"A notice came: {told[0]['text']['en']}")


def refused(one: Walk, form: dict[str, Any]) -> None:
    """A private address gets no account and no mail."""
    foreign = f"asha{secrets.token_hex(4)}@gmail.com"
    problem = one.call("POST", "/identity/v1/registrations", 422, **(form | {"email": foreign}))
    one.step(f"{foreign} is refused: {problem['detail']}")
    if one.mail.get("/api/messages", params={"to": foreign}).json()["messages"]:
        raise Failed("A mail went to a foreign address.")


def _form(one: Walk, address: str) -> dict[str, Any]:
    ministry = one.call("GET", "/identity/v1/mdos", 200)["items"]
    if not ministry:
        raise Failed("The tree of organisations is empty.")
    position = one.call("GET", "/identity/v1/positions", 200)["items"][0]["id"]
    return {
        "first_name": "Asha", "last_name": "Verma", "position_id": position, "email": address, "mdo_id": "bsnl",
        "declaration": True, "locale": "en",
    }  # fmt: skip


def token_of(tokens: dict[str, Any]) -> str:
    """The access token of a login."""
    return str(tokens["access_token"])


def prepare_learner(url: str, email: str, password: str) -> None:
    """Lead the demo learner into the middle of two courses, once; Failed when a call is refused."""
    one = Walk(url, url)
    try:
        bearer = token_of(one.call("POST", "/identity/v1/auth/token", 200, email=email, password=password))
        if one.call("GET", "/progress/v1/enrolments", 200, bearer)["items"]:
            return
        one.quiet = True
        onboarded(one, bearer)
        learning(one, bearer)
        one.soon(lambda: one.post("/progress/v1/enrolments", bearer, course_id="cyber-hygiene"))
    finally:
        one.http.close()
        one.mail.close()
