"""`make demo`: the sign-up guide, step by step, over real HTTP and the mail catcher."""

from __future__ import annotations

import re
import secrets
import time
from typing import Any

import httpx

from deploy.local.servers import Failed

PASSWORD = "A long walk by the Ganga at dawn"


class Walk:
    """Calls with a printed line each; anything unexpected stops the walk."""

    def __init__(self, url: str, mail_url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=10, trust_env=False)
        self.mail = httpx.Client(base_url=mail_url, timeout=10, trust_env=False)
        self.number = 0

    def step(self, sentence: str) -> None:
        """Print what was just seen."""
        self.number += 1
        print(f"  {self.number:2}. {sentence}", flush=True)

    def call(self, method: str, path: str, expected: int, bearer: str = "", **body: Any) -> dict[str, Any]:
        """One API call; Failed when the status is not the expected one."""
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        answer = self.http.request(method, f"/api{path}", json=body or None, headers=headers)
        if answer.status_code != expected:
            raise Failed(
                f"{method} {path} answered {answer.status_code} and not {expected}: {answer.text[:300]}"
            )
        found: dict[str, Any] = answer.json() if answer.content else {}
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
    signed_in(one, address)
    refused(one, form)
    print("All of it works.")


def signed_in(one: Walk, address: str) -> None:
    """Sign in and look at the account and its portals."""
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
