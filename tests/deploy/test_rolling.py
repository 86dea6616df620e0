"""A rolling restart of the web processes: nobody at the gateway gets an error, and nothing accepted is lost."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from deploy.local.servers import wait_until
from deploy.local.stack import SERVICES, Stack
from tests.journeys.conftest import person
from tests.load import Crowd, everywhere
from tests.mailbox import Mailbox

__all__ = ["person"]
OTHERS = [f"{name}-web" for name in (*SERVICES, "portal") if name != "identity"]


def workers(stack: Stack) -> set[str]:
    pid = stack.processes["gateway"].pid
    return set(Path(f"/proc/{pid}/task/{pid}/children").read_text().split())


def route(stack: Stack, instead: dict[str, int]) -> None:
    """Send the gateway elsewhere, and wait until its old workers have answered what they had begun."""
    before = workers(stack)
    stack.route(instead)
    wait_until(
        lambda: bool(workers(stack)) and not workers(stack) & before, 30, "The gateway keeps its old workers."
    )


def roll(stack: Stack, names: list[str]) -> None:
    """Twins come up, the gateway turns to them, the processes restart, the gateway turns back, the twins go."""
    with ThreadPoolExecutor() as pool:
        twins = dict(zip(names, pool.map(stack.twin, names), strict=True))
        route(stack, {name: stack.ports[twin] for name, twin in twins.items()})
        list(pool.map(stack.restart, names))
        route(stack, {})
        list(pool.map(lambda name: stack.processes.pop(twins[name]).stop(40), names))


@pytest.mark.timeout(600)
def test_f27_rolling_all_web_processes_under_load_fails_no_request(
    stack: Stack, mail: Mailbox, person: dict[str, str]
) -> None:
    prefix = f"roll{secrets.token_hex(4)}n"
    asks = everywhere(person)
    for ask in asks:  # Each service has the keys of identity before identity restarts.
        if ask.method == "GET":
            httpx.get(f"{stack.url}{ask.path}", headers=ask.headers, trust_env=False)
    before = {name: stack.processes[name].pid for name in [*OTHERS, "identity-web"]}

    with Crowd(stack.ports["gateway"], asks, prefix=prefix) as crowd:
        for name in ("identity-web", *OTHERS):
            roll(stack, [name])

    assert crowd.failed == []
    assert min(crowd.answered[ask.path] for ask in asks) > 3
    assert not {name for name, pid in before.items() if stack.processes[name].pid == pid}
    for address in crowd.accepted:
        assert len(mail.wait(address, seconds=90)) == 1, address  # A mail may wait half its age for identity.
