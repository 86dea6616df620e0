"""From the completed course to the certificate: PDF, QR code, verification, badge, mail; through the gateway."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import jwt
import pypdfium2
import zxingcpp

from deploy.local.stack import Stack
from services.progress.certificates import decoded
from tests.journeys.conftest import PASSWORD, until
from tests.journeys.test_learning import KEYS, Learner, completed, enrolled, learn, right
from tests.mailbox import Mailbox, token


def test_a_completion_becomes_a_certificate_that_anybody_can_verify(
    stack: Stack, api: httpx.Client, mail: Mailbox, form: Callable[..., dict[str, Any]]
) -> None:
    asked = form()
    learner = Learner(api, signed_in(api, mail, asked))
    made = until(lambda: enrolled(learner))
    learn(learner, made["id"])
    learner.sit(made["id"], {id_: right(one) for id_, one in KEYS.items()})
    until(lambda: completed(learner, made["id"]))

    row = until(lambda: valid(learner))
    pdf = pypdfium2.PdfDocument(
        api.get(f"/progress/v1/certificates/{row['id']}.pdf", headers=learner.headers).content
    )
    text = pdf[0].get_textpage().get_text_range()
    codes = zxingcpp.read_barcodes(pdf[0].render(scale=2).to_pil())
    pdf.close()

    assert "आशा O'Neil-Verma" in text
    assert [one.text for one in codes] == [f"{stack.url}/verify/{row['id']}"]
    number = codes[0].text.rpartition("/")[2]
    seen = api.get(f"/progress/v1/verify/{number}").json()
    assert (seen["status"], seen["name"], seen["title"]) == ("valid", "आशा O'Neil-Verma", row["title"])
    badge(api, learner, row["id"])
    assert learner.get(f"/enrolments/{made['id']}")["certificate_id"] == row["id"]
    told = until(lambda: [one for one in mail.all(asked["email"]) if row["id"] in one["text"]])
    assert row["title"]["hi"] in told[0]["subject"]
    assert learner.get("/summary/me")["certificates"] == 1


def signed_in(api: httpx.Client, mail: Mailbox, asked: dict[str, Any]) -> dict[str, str]:
    """A new official, registered by mail: the headers of their requests."""
    api.post("/identity/v1/registrations", json=asked)
    body = {"token": token(mail.wait(asked["email"])[0]), "password": PASSWORD}
    assert api.post("/identity/v1/credentials/set-password", json=body).status_code == 204
    login = api.post("/identity/v1/auth/token", json={"email": asked["email"], "password": PASSWORD}).json()
    return {"Authorization": f"Bearer {login['access_token']}"}


def valid(learner: Learner) -> Any:
    """The certificate, once it is made."""
    items = learner.get("/certificates/me")["items"]
    return items[0] if items and items[0]["status"] == "valid" else None


def badge(api: httpx.Client, learner: Learner, number: str) -> None:
    """What a wallet checks of the badge: keys, signature, status bit."""
    signed = api.get(f"/progress/v1/certificates/{number}/badge", headers=learner.headers).text
    keys = jwt.PyJWKSet.from_json(json.dumps(api.get("/progress/v1/badges/jwks").json()))
    credential = jwt.decode(signed, keys[jwt.get_unverified_header(signed)["kid"]].key, algorithms=["EdDSA"])
    status = credential["credentialStatus"]
    listed = api.get(status["statusListCredential"].partition("/api")[2]).text
    bits = jwt.decode(listed, keys[jwt.get_unverified_header(listed)["kid"]].key, algorithms=["EdDSA"])
    assert int(status["statusListIndex"]) not in decoded(bits["credentialSubject"]["encodedList"])
