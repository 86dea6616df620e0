"""The gateway routes and limits, and lets nothing inside be reached."""

import gzip
import http.client
import json
import socket

import httpx
import pytest

from deploy.local.stack import Stack


def raw(
    stack: Stack, method: str, path: str, body: bytes = b"", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", stack.ports["gateway"], timeout=15)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body or None, named)
    answer = connection.getresponse()
    found = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    connection.close()
    return found


@pytest.mark.parametrize(
    "path",
    [
        "/internal/v1/mail-context",
        "/api/identity/internal/v1/mail-context",
        "/api/identity/metrics",
        "/api/identity/healthz",
        "/api/identity/readyz",
        "/metrics",
        "/readyz",
        "/api/unknown/v1/things",
        "/api/",
    ],
)
def test_z06_the_inside_is_not_reachable(stack: Stack, path: str) -> None:
    for method in ("GET", "POST"):
        assert raw(stack, method, path)[0] == 404


@pytest.mark.parametrize(
    "path",
    [
        "//api/identity/v1/me",
        "/api//identity/v1/me",
        "/api/identity/../identity/internal/v1/people",
        "/api/identity/v1/../../internal/v1/people",
        "/api/identity/v1/%2e%2e/me",
        "/api/identity/v1%2fme",
        "/api/identity/v1/me;x",
        "/api/identity/v1/me%00",
        "/api/identity/v1\\me",
    ],
)
def test_z08_a_path_that_can_be_read_in_two_ways_is_refused(stack: Stack, path: str) -> None:
    assert raw(stack, "GET", path)[0] == 400


def test_z08_a_method_override_is_not_heard(stack: Stack) -> None:
    assert raw(stack, "GET", "/api/identity/v1/auth/token", X_HTTP_Method_Override="POST")[0] == 405


def test_z06_claims_about_the_caller_from_outside_are_dropped(stack: Stack) -> None:
    status, _, _ = raw(stack, "GET", "/api/identity/v1/me", X_User_Id="u1", X_Roles="SPV_ADMIN")

    assert status == 401


def test_w05_body_header_url_and_encoding_have_limits(stack: Stack) -> None:
    path, kind = "/api/identity/v1/registrations", "application/json"
    big = json.dumps({"first_name": "x" * 65537}).encode()

    assert raw(stack, "POST", path, big, Content_Type=kind)[0] == 413
    assert (
        raw(stack, "POST", path, gzip.compress(b"{}"), Content_Type=kind, Content_Encoding="gzip")[0] == 415
    )
    assert raw(stack, "GET", "/", X_Long="x" * 33000)[0] == 431
    assert raw(stack, "GET", f"/?q={'x' * 10000}")[0] == 414


def test_w05_services_keep_the_limits_themselves(stack: Stack) -> None:
    url = f"http://127.0.0.1:{stack.ports['identity-web']}/v1/registrations"
    headers = {"Content-Type": "application/json"}

    assert httpx.post(url, content=b"x" * 65537, headers=headers, trust_env=False).status_code == 413
    packed = headers | {"Content-Encoding": "gzip"}
    assert httpx.post(url, content=gzip.compress(b"{}"), headers=packed, trust_env=False).status_code == 415


@pytest.mark.parametrize(
    "path", ["/api/identity/v1/me", "/api/identity/v1/nothing", "/api/identity/v1/domains"]
)
def test_w01_api_answers_carry_the_headers(stack: Stack, path: str) -> None:
    _, headers, _ = raw(stack, "GET", path)

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["strict-transport-security"].startswith("max-age=")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["server"] == "nginx"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost.evil.example"])
def test_w04_no_origin_is_allowed(stack: Stack, origin: str) -> None:
    for method in ("GET", "OPTIONS", "POST"):
        _, headers, _ = raw(stack, method, "/api/identity/v1/domains", Origin=origin)
        assert "access-control-allow-origin" not in headers


def test_the_request_id_is_the_gateways_own(stack: Stack) -> None:
    _, headers, body = raw(stack, "GET", "/api/identity/v1/me", X_Request_ID="chosen-outside")

    assert headers["x-request-id"] != "chosen-outside"
    assert json.loads(body)["request_id"] == headers["x-request-id"]


@pytest.mark.parametrize("path", ["/console", "/.git/config", "/debug", "/metrics"])
def test_s10_nothing_of_the_machinery_is_public(stack: Stack, path: str) -> None:
    assert raw(stack, "GET", path)[0] == 404


def test_s10_there_is_no_guest_at_the_broker(stack: Stack) -> None:
    assert stack.rabbit is not None
    names = {user["name"] for user in stack.rabbit.api("GET", "/api/users")}

    assert "guest" not in names


def flood(stack: Stack, path: str, count: int) -> list[tuple[int, dict[str, str]]]:
    """So many requests of one client at once, none waiting for another's answer: as fast as the gateway reads."""
    address, source = ("127.0.0.1", stack.ports["gateway"]), ("127.0.0.9", 0)
    opened = [socket.create_connection(address, 30, source_address=source) for _ in range(count)]
    for n, one in enumerate(opened):
        names = f"Host: localhost\r\nConnection: close\r\nX-Forwarded-For: 203.0.113.{n % 250}"
        one.sendall(f"GET {path} HTTP/1.1\r\n{names}\r\n\r\n".encode())
    found = []
    for one in opened:
        with one, http.client.HTTPResponse(one) as answer:
            answer.begin()
            found.append((answer.status, {name.lower(): value for name, value in answer.getheaders()}))
    return found


def test_w07_many_requests_are_told_to_wait_and_a_forwarded_address_does_not_dodge(stack: Stack) -> None:
    path = "/api/identity/v1/domains"

    answers = flood(stack, path, 600)  # The gateway of the tests lets 200 through and 100 more each second.

    limited = [headers for status, headers in answers if status == 429]
    assert {status for status, _ in answers} == {200, 429}
    assert limited[0]["retry-after"] == "1"
    assert raw(stack, "GET", path)[0] == 200  # Somebody else, at the same time.
