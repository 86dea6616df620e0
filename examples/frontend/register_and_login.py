"""The calls of a front end: register, and with a link's token set a password, sign in, renew and sign out.

python register_and_login.py register asha@bsnl.co.in
python register_and_login.py finish asha@bsnl.co.in TOKEN_OF_THE_LINK "a password of 15 characters or more"
"""

from __future__ import annotations

import os
import sys

import httpx

API = httpx.Client(
    base_url=os.environ.get("KARMAYOGI_URL", "http://localhost:8000") + "/api/identity/v1", timeout=10
)


def checked(answer: httpx.Response) -> httpx.Response:
    """Stop with the sentences of a problem."""
    if answer.is_error:
        problem = answer.json()
        sys.exit(f"{problem['status']} {problem['slug']}: {problem['detail']} {problem.get('errors', '')}")
    return answer


def register(email: str) -> None:
    """Ask for an account; the answer is the same whether it exists or not."""
    form = {
        "first_name": "Asha",
        "last_name": "Verma",
        "position_text": "Junior Telecom Officer",
        "email": email,
        "mdo_id": "bsnl",
        "declaration": True,
    }
    print(checked(API.post("/registrations", json=form)).json(), "- the mail has a link with a token")


def finish(email: str, token: str, password: str) -> None:
    """Set the password, sign in, look at oneself, renew once, sign out."""
    checked(API.post("/credentials/set-password", json={"token": token, "password": password}))
    tokens = checked(API.post("/auth/token", json={"email": email, "password": password})).json()
    me = checked(API.get("/me", headers={"Authorization": f"Bearer {tokens['access_token']}"})).json()
    print(me["first_name"], me["mdo"], [portal["slug"] for portal in me["portals"]])
    tokens = checked(API.post("/auth/refresh", json={"refresh_token": tokens["refresh_token"]})).json()
    checked(API.post("/auth/revoke", json={"refresh_token": tokens["refresh_token"]}))


if __name__ == "__main__":
    {"register": register, "finish": finish}[sys.argv[1]](*sys.argv[2:])
