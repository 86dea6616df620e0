"""A token is only what identity signed, for this use, whole: everything else is a 401 and never a 500."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask.testing import FlaskClient

from shared.auth import KeyRing, Signer, Verifier, allow, internal, principal
from shared.settings import Settings
from shared.web import Blueprint, make_app

SECRET = bytes(range(32))
SETTINGS = Settings(service="identity", environment="test")
RING = KeyRing("k1", {"k1": SECRET})
KEY = Ed25519PrivateKey.from_private_bytes(SECRET)
Headers = dict[str, Any]
Claims = dict[str, Any]


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    blueprint = Blueprint("probe", __name__)

    @blueprint.route("/v1/probe")
    @allow()
    def probe() -> dict[str, str]:
        return {"user_id": principal().user_id}

    @blueprint.route("/internal/v1/probe")
    @internal("notifier")
    def internal_probe() -> dict[str, str]:
        return {"caller": principal().caller}

    signer = Signer(RING, SETTINGS)
    return make_app(SETTINGS, blueprint, verifier=Verifier(SETTINGS, signer.jwks, None)).test_client()


def claims(**changed: Any) -> Claims:
    now = int(datetime.now(UTC).timestamp())
    whole = {
        "iss": SETTINGS.token_issuer,
        "aud": SETTINGS.token_audience,
        "sub": "u1",
        "iat": now,
        "nbf": now,
        "exp": now + 600,
        "jti": "j1",
        "sv": 1,
        "sid": "s1",
        "roles": [],
    }
    return {**whole, **changed}


def part(value: object) -> bytes:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")


def signed(body: Claims, header: Headers | None = None) -> str:
    head = {"alg": "EdDSA", "kid": "k1", "typ": "at+jwt", **(header or {})}
    text = part(head) + b"." + part(body)
    return (text + b"." + base64.urlsafe_b64encode(KEY.sign(text)).rstrip(b"=")).decode()


def status(client: FlaskClient, token: str, path: str = "/v1/probe") -> int:
    return client.get(path, headers={"Authorization": f"Bearer {token}"}).status_code


def test_a_whole_token_opens_the_door(client: FlaskClient) -> None:
    assert status(client, signed(claims())) == 200


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE", "", None])
@pytest.mark.parametrize("signature", ["", "AAAA"])
def test_j01_an_unsigned_token_is_refused(client: FlaskClient, alg: str | None, signature: str) -> None:
    head = part({"alg": alg, "kid": "k1", "typ": "at+jwt"}).decode()

    assert status(client, f"{head}.{part(claims()).decode()}.{signature}") == 401


def test_j01_a_token_without_alg_or_with_an_empty_signature_is_refused(client: FlaskClient) -> None:
    head = part({"kid": "k1", "typ": "at+jwt"}).decode()
    whole = signed(claims())

    assert status(client, f"{head}.{part(claims()).decode()}.") == 401
    assert status(client, whole.rpartition(".")[0] + ".") == 401
    assert status(client, whole.rpartition(".")[0]) == 401


PUBLIC_FORMS: list[Callable[[], bytes]] = [
    lambda: KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    lambda: KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    lambda: KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw),
    lambda: json.dumps(Signer(RING, SETTINGS).jwks()).encode(),
    lambda: json.dumps(Signer(RING, SETTINGS).jwks()["keys"][0]).encode(),
]


@pytest.mark.parametrize("form", PUBLIC_FORMS)
def test_j02_the_public_key_is_no_shared_secret(client: FlaskClient, form: Callable[[], bytes]) -> None:
    text = part({"alg": "HS256", "kid": "k1", "typ": "at+jwt"}) + b"." + part(claims())
    mac = hmac.new(form(), text, hashlib.sha256).digest()

    assert status(client, (text + b"." + base64.urlsafe_b64encode(mac).rstrip(b"=")).decode()) == 401


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    seen: list[str] = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.5)

    def accept() -> None:
        try:
            connection, address = server.accept()
            connection.close()
            seen.append(str(address))
        except TimeoutError:
            pass

    thread = threading.Thread(target=accept)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/jwks", seen
    thread.join()
    server.close()


@pytest.mark.parametrize("name", ["jku", "x5u"])
def test_j03_an_address_in_the_header_is_never_called(
    client: FlaskClient, listener: tuple[str, list[str]], name: str
) -> None:
    url, seen = listener
    foreign = Ed25519PrivateKey.generate()
    headers = {"kid": "foreign", "typ": "at+jwt", name: url}

    answer = status(client, jwt.encode(claims(), foreign, algorithm="EdDSA", headers=headers))

    assert answer == 401
    assert not seen


def test_j03_a_key_in_the_header_is_never_read(client: FlaskClient) -> None:
    foreign = Ed25519PrivateKey.generate()
    public = foreign.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    x = base64.urlsafe_b64encode(public).rstrip(b"=").decode()
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": x, "kid": "k1", "alg": "EdDSA"}
    headers = {"kid": "k1", "typ": "at+jwt", "jwk": jwk, "x5c": [x]}

    assert status(client, jwt.encode(claims(), foreign, algorithm="EdDSA", headers=headers)) == 401


KIDS = [
    "../../etc/passwd",
    "http://127.0.0.1/k1",
    {"k1": 1},
    ["k1"],
    1,
    None,
    True,
    "",
    "k" * 10_000,
    "k1\x00",
]


@pytest.mark.parametrize("kid", KIDS)
def test_j03_a_kid_is_only_an_index_into_known_keys(client: FlaskClient, kid: object) -> None:
    assert status(client, signed(claims(), {"kid": kid})) == 401


@pytest.mark.parametrize("crit", [["b64"], ["exp"], [], "b64", None])
def test_j04_any_crit_is_refused(client: FlaskClient, crit: object) -> None:
    assert status(client, signed(claims(), {"crit": crit, "b64": True})) == 401


@pytest.mark.parametrize("name", ["exp", "nbf", "iat", "iss", "aud", "sub", "jti", "sv", "sid", "roles"])
def test_j05_a_missing_claim_is_refused(client: FlaskClient, name: str) -> None:
    body = claims()
    del body[name]

    assert status(client, signed(body)) == 401


WRONG_TYPES = [None, True, [], {}, ["x"], {"$gt": ""}, "x", 1.5, -1, 10**30, float("inf")]
STRINGS = ["iss", "aud", "sub", "jti", "sid"]
NUMBERS = ["exp", "nbf", "iat", "sv"]


@pytest.mark.parametrize("name", STRINGS)
@pytest.mark.parametrize("value", [value for value in WRONG_TYPES if value != "x"])
def test_j05_a_text_claim_of_another_type_is_refused(client: FlaskClient, name: str, value: object) -> None:
    assert status(client, signed(claims(**{name: value}))) == 401


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", [None, [], {}, ["x"], {"$gt": ""}, "x"])
def test_j05_a_number_claim_of_another_type_is_refused(client: FlaskClient, name: str, value: object) -> None:
    assert status(client, signed(claims(**{name: value}))) == 401


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", [float("inf"), float("nan"), 10**400])
def test_j05_a_number_beyond_all_bounds_is_never_a_500(client: FlaskClient, name: str, value: float) -> None:
    assert status(client, signed(claims(**{name: value}))) in (200, 401)


ROLES = ["SPV_ADMIN", {}, None, 1, ["SPV_ADMIN"], [{"role": "SPV_ADMIN"}], [None], [["role", "scope"]], [1]]


@pytest.mark.parametrize("roles", ROLES)
def test_j05_roles_of_another_shape_are_refused(client: FlaskClient, roles: object) -> None:
    assert status(client, signed(claims(roles=roles))) == 401


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "karmayogi"},
        {"aud": "identity-internal"},
        {"aud": ["karmayogi"]},
        {"exp": 1},
        {"nbf": 4_000_000_000},
        {"iat": 4_000_000_000},
    ],
)
def test_j05_a_wrong_claim_is_refused(client: FlaskClient, changed: Claims) -> None:
    assert status(client, signed(claims(**changed))) == 401


@pytest.mark.parametrize("typ", ["JWT", "svc+jwt", "", None, 1, ["at+jwt"], "AT+JWT", "application/at+jwt"])
def test_j05_another_typ_is_refused(client: FlaskClient, typ: object) -> None:
    assert status(client, signed(claims(), {"typ": typ})) == 401


@pytest.mark.parametrize(
    "token",
    ["", ".", "..", "...", "a.b.c", "[" * 6000, "e30.e30.e30", f"{part([]).decode()}.e30.", "\u00e9.e30.e30"],
)
def test_j05_rubbish_is_refused(client: FlaskClient, token: str) -> None:
    assert status(client, token) == 401


@pytest.mark.parametrize("where", ["header", "claims"])
def test_j05_a_deeply_nested_token_is_refused(client: FlaskClient, where: str) -> None:
    nested = base64.urlsafe_b64encode(b'{"a":' + b"[" * 20_000).rstrip(b"=")
    head = nested if where == "header" else part({"alg": "EdDSA", "kid": "k1", "typ": "at+jwt"})
    text = head + b"." + (part(claims()) if where == "header" else nested)
    signature = base64.urlsafe_b64encode(KEY.sign(text)).rstrip(b"=")

    assert status(client, (text + b"." + signature).decode()) == 401


def test_j06_a_service_token_is_no_persons_token(client: FlaskClient) -> None:
    token = Signer(RING, SETTINGS).service_token("notifier", "identity")

    assert status(client, token) == 401
    assert status(client, token, "/internal/v1/probe") == 200


def test_j06_a_service_token_of_another_service_or_caller_is_refused(client: FlaskClient) -> None:
    signer = Signer(RING, SETTINGS)

    assert status(client, signer.service_token("notifier", "catalog"), "/internal/v1/probe") == 401
    assert status(client, signer.service_token("catalog", "identity"), "/internal/v1/probe") == 403


def test_j06_a_persons_token_is_no_service_token(client: FlaskClient) -> None:
    assert status(client, signed(claims()), "/internal/v1/probe") == 401
    assert status(client, signed(claims(sub="service:notifier")), "/internal/v1/probe") == 401


def test_j06_a_refresh_token_is_no_access_token(client: FlaskClient) -> None:
    assert status(client, "01940000-0000-7000-8000-000000000000." + "A" * 43) == 401
