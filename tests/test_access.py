"""The access table of the whole platform: each route of each service with who may call it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from deploy.local.apps import unconnected
from deploy.local.stack import SERVICES, Stack
from shared.web import OPS, access_of
from tests.service_kit import filled

GOLDEN = Path(__file__).with_name("access.txt")


@pytest.fixture(scope="module")
def rows() -> list[str]:
    return table()


def table() -> list[str]:
    return sorted(row for name in SERVICES for row in rows_of(name))


def rows_of(service: str) -> Iterator[str]:
    with unconnected(service) as app:
        for rule in app.url_map.iter_rules():
            if rule.endpoint not in OPS:
                access = access_of(app, rule.endpoint)
                methods = ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
                yield f"{service} {methods} {rule.rule}: {access.kind} {' '.join(access.names)}".strip()


def test_z03_the_access_table_is_the_golden_list(rows: list[str]) -> None:
    """Run `python -m tests.test_access` to write the list anew after an intended change."""
    assert GOLDEN.read_text(encoding="utf-8").splitlines() == rows


def test_every_service_of_the_stack_is_in_the_table(rows: list[str]) -> None:
    assert {row.split()[0] for row in rows} == set(SERVICES)


@pytest.mark.parametrize("row", GOLDEN.read_text(encoding="utf-8").splitlines() if GOLDEN.exists() else [])
def test_z03_a_route_that_is_not_public_refuses_a_call_without_a_token(stack: Stack, row: str) -> None:
    service, methods, rest = row.split(" ", 2)
    path, _, access = rest.partition(": ")
    if access == "public":
        return
    url = f"http://127.0.0.1:{stack.ports[f'{service}-web']}{filled(path)}"

    for method in methods.split(","):
        answer = httpx.request(method, url, json={} if method != "GET" else None, trust_env=False)
        assert answer.status_code == 401, f"{method} {path}"


if __name__ == "__main__":
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    GOLDEN.write_text("\n".join(table()) + "\n", encoding="utf-8")
