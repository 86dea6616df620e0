"""A01 by the clock: how far known and unknown addresses lie apart at the login."""

from __future__ import annotations

import statistics
import time

import httpx

from deploy.local.__main__ import demo_accounts
from deploy.local.stack import Stack
from tests.bench.processes import spent
from tests.bench.table import row

PAIRS, ROUND = 300, 50


def neutral(stack: Stack) -> None:
    """Pairs of wrong passwords, known and unknown address in turns, each from a network of its own."""
    known = [one["email"] for one in demo_accounts(stack)]
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    with httpx.Client(base_url=f"http://127.0.0.1:{stack.ports['identity-web']}", trust_env=False) as client:
        for n in range(PAIRS):
            for who, email in (("known", known[n % len(known)]), ("unknown", f"nobody{n % 40}@bsnl.co.in")):
                times[who].append(tried(client, email, n))
        costs = {
            who: cost(stack, client, addresses)
            for who, addresses in (
                ("known", known),
                ("unknown", [f"nobody{n}@bsnl.co.in" for n in range(40)]),
            )
        }
    there, nowhere = (statistics.median(times[who]) * 1000 for who in ("known", "unknown"))
    row(
        f"login with a wrong password, {PAIRS} pairs",
        f"known {there:.1f} ms, unknown {nowhere:.1f} ms",
        f"gap of the medians {abs(there - nowhere):.1f} ms (target below 5)",
    )
    gap = abs(costs["known"] - costs["unknown"]) / costs["known"]
    row(
        f"identity's CPU for {ROUND} of them",
        f"known {costs['known']:.2f} s, unknown {costs['unknown']:.2f} s",
        f"apart by {gap:.0%} (target 10 %)",
    )


def tried(client: httpx.Client, email: str, network: int) -> float:
    """Seconds of one try from this network."""
    began = time.perf_counter()
    answer = client.post(
        "/v1/auth/token",
        json={"email": email, "password": "certainly not the right one"},
        headers={"X-Forwarded-For": f"10.{network // 250}.{network % 250}.7"},
        timeout=30,
    )
    assert answer.status_code == 401, answer.text
    return time.perf_counter() - began


def cost(stack: Stack, client: httpx.Client, addresses: list[str]) -> float:
    """CPU seconds of identity's web process for one round of tries."""
    before = spent(stack)["identity-web"]
    for n in range(ROUND):
        tried(client, addresses[n % len(addresses)], 10_000 + n)
    return spent(stack)["identity-web"] - before
