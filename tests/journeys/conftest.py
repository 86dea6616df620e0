"""What journeys share: a client of the gateway and a valid registration."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from deploy.local.stack import Stack

PASSWORD = "A long walk by the Ganga at dawn"


@pytest.fixture
def api(stack: Stack) -> Iterator[httpx.Client]:
    """A client of the public API."""
    with httpx.Client(base_url=f"{stack.url}/api", timeout=20, trust_env=False) as client:
        yield client


@pytest.fixture
def form() -> Callable[..., dict[str, Any]]:
    """A registration with an address of its own."""

    def make(**changes: Any) -> dict[str, Any]:
        return {
            "first_name": "आशा",
            "last_name": "O'Neil-Verma",
            "position_text": "Junior Telecom Officer",
            "email": f"u{secrets.token_hex(6)}@bsnl.co.in",
            "mdo_id": "bsnl",
            "declaration": True,
            "locale": "hi",
            **changes,
        }

    return make
