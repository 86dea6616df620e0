"""Fixtures for all tests: real servers, a fresh database per test, a fresh vhost per module, the whole stack."""

from __future__ import annotations

import os
import secrets
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import hypothesis
import pytest
from pymongo.database import Database

from deploy.local.ports import free_ports
from deploy.local.servers import Rabbit, process
from deploy.local.stack import Stack
from shared.mongo import connect
from shared.settings import Settings
from tests import servers
from tests.mailbox import Mailbox
from tests.seeded import wait_until_heard
from tests.traces import Traces

# Time is not what properties are about, and the suite asks the same of every change.
hypothesis.settings.register_profile("suite", deadline=None, derandomize=True)
hypothesis.settings.load_profile("suite")


@pytest.fixture(scope="session", autouse=True)
def _ports_of_this_process() -> None:
    """Of the processes that share the tests each draws its ports from a range of its own."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    count = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    size = len(process.QUIET_PORTS) // count
    process.QUIET_PORTS = process.QUIET_PORTS[number * size : (number + 1) * size]


@pytest.fixture(scope="session")
def mongodb_uri() -> Iterator[str]:
    """The address of a MongoDB-compatible server."""
    with servers.mongodb() as uri:
        yield uri


@pytest.fixture
def database(mongodb_uri: str) -> Iterator[Database[dict[str, Any]]]:
    """An empty database with the product's read and write concerns."""
    name = f"t{uuid.uuid4().hex[:12]}"
    opened = connect(Settings(service=name, mongodb_uri=mongodb_uri))
    yield opened
    opened.client.drop_database(name)
    opened.client.close()


@pytest.fixture(scope="session")
def rabbit() -> Iterator[Rabbit]:
    """A RabbitMQ node."""
    with servers.rabbitmq() as node:
        yield node


@pytest.fixture(scope="module")
def broker(rabbit: Rabbit) -> Iterator[servers.Broker]:
    """A fresh vhost with the product's users and rights, no topology yet."""
    made = servers.Broker(rabbit, f"t{uuid.uuid4().hex[:8]}")
    yield made
    made.drop()


# A journey cannot read for minutes; what production asks for is tested in tests/progress/test_evidence.py.
QUICK = {"gateway": {"RATE": "100r/s"}, "progress-web": {"DWELL_SHARE": "0.02", "SPEED_MOST": "10"}}


TRACED = ("identity-web", "identity-worker", "notifier-worker")  # The way of a registration to its mail.


@pytest.fixture(scope="session")
def traces() -> Iterator[Traces]:
    """What the traced processes of the stack export by OTLP."""
    with Traces() as sink:
        yield sink


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, traces: Traces) -> Iterator[Stack]:
    """The whole platform behind its gateway, on ports of its own."""
    folder: Path = tmp_path_factory.mktemp("stack")
    tracing = {"OTEL_EXPORTER_OTLP_ENDPOINT": traces.url, "OTEL_BSP_SCHEDULE_DELAY": "300"}
    overrides = QUICK | dict.fromkeys(TRACED, tracing)
    made = Stack(folder, free_ports(), environment="test", overrides=overrides)
    servers.put_into(made)
    try:
        made.start()
        wait_until_heard(made)
        yield made
    finally:
        made.stop()


@pytest.fixture
def mail(stack: Stack) -> Iterator[Mailbox]:
    """The stack's mail catcher."""
    box = Mailbox(stack.mail_url)
    yield box
    box.clear()
    box.close()


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
