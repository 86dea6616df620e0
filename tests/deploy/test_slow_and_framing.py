"""Slow clients hurt nobody else, and a request that two parsers read in two ways never gets through."""

from __future__ import annotations

import socket
import time

import httpx
import pytest

from deploy.local.stack import Stack

SLOW = 200


def opened(stack: Stack, first: bytes) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", stack.ports["gateway"]), timeout=10)
    made.sendall(first)
    return made


def test_w06_slow_clients_cost_others_nothing_and_are_closed_within_30_seconds(stack: Stack) -> None:
    header = b"GET /api/identity/v1/domains HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
    body = b"POST /api/identity/v1/registrations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    body += b"Content-Length: 5000\r\n\r\n{"
    began = time.monotonic()
    slow = [opened(stack, header if n % 2 else body) for n in range(SLOW)]

    # Less than the seconds after which slow clients are cut: who waits for them fails.
    with httpx.Client(base_url=stack.url, trust_env=False, timeout=10) as others:
        for _ in range(100):
            assert others.get("/api/identity/v1/domains").status_code == 200
    left = [one for one in slow if not _closed(one, began + 30)]

    assert left == []


def _closed(connection: socket.socket, deadline: float) -> bool:
    connection.settimeout(max(deadline - time.monotonic(), 0.01))
    try:
        while connection.recv(4096):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    finally:
        connection.close()
    return True


@pytest.mark.parametrize(
    ("head", "statuses"),
    [
        (b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", {400}),
        (b"Content-Length: 5\r\nContent-Length: 6\r\n", {400}),
        (b"Transfer-Encoding: chunked, identity\r\n", {400, 501}),
        (b"Transfer-Encoding: xchunked\r\n", {400, 501}),
        (b"Content-Length: -1\r\n", {400}),
        (b"Content-Length : 5\r\n", {400}),
    ],
)
def test_w08_a_request_with_two_lengths_is_refused_and_its_connection_closed(
    stack: Stack, head: bytes, statuses: set[int]
) -> None:
    smuggled = b"0\r\n\r\nGET /api/identity/v1/me HTTP/1.1\r\nHost: localhost\r\n\r\n"
    first = b"POST /api/identity/v1/registrations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"

    answers = _answers(opened(stack, first + head + b"\r\n" + smuggled))

    assert len(answers) == 1
    assert answers[0] in statuses


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "DEBUG", "get"])
def test_w08_unknown_methods_are_not_heard(stack: Stack, method: str) -> None:
    head = f"{method} /api/identity/v1/domains HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

    answers = _answers(opened(stack, head.encode()))

    assert answers
    assert set(answers) <= {400, 405, 501}


def _answers(connection: socket.socket) -> list[int]:
    """The status of each answer until the server closes, or is silent for a while."""
    connection.settimeout(3)
    raw = b""
    try:
        while piece := connection.recv(65536):
            raw += piece
    except (TimeoutError, ConnectionError):
        pass
    finally:
        connection.close()
    lines = [line for line in raw.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]
    return [int(line.split()[1]) for line in lines]
