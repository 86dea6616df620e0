"""What a platform begins with: its units, courses and terms are news that each service has to hear first."""

from __future__ import annotations

import json
from collections import Counter

import httpx
from prometheus_client.parser import text_string_to_metric_families

from deploy.local.stack import SERVICES, Stack
from shared.bus import LogReader
from shared.events.listeners import LISTENERS
from shared.mongo import connect
from shared.settings import Settings
from tests.bus_kit import wait


def wait_until_heard(stack: Stack, seconds: float = 120) -> None:
    """Wait until everything is told and handled; a queue is first in, first out, so tests stand behind the seed."""
    wait(lambda: not any(untold(stack, name) for name in SERVICES), seconds)
    reader = LogReader(Settings(service="analytics", amqp_url=stack.amqp_url("analytics")))
    told = Counter(json.loads(delivery.body)["type"] for _, delivery in reader.read("first", reader.end()))
    for name in SERVICES:
        heard = sum(told[event.type] for event in LISTENERS[name])
        wait(lambda name=name, heard=heard: handled(stack, name) >= heard, seconds)


def untold(stack: Stack, name: str) -> bool:
    """Whether a service holds events that are not published yet."""
    database = connect(Settings(service=name, mongodb_uri=stack.mongodb_uri_for(name)))
    try:
        return any(
            database[collection].find_one({"_pending_at": {"$exists": True}}, {"_id": 1})
            for collection in database.list_collection_names()
        )
    finally:
        database.client.close()


def handled(stack: Stack, name: str) -> float:
    """How many messages a service's worker has dealt with."""
    page = httpx.get(f"http://127.0.0.1:{stack.ports[f'{name}-worker']}/metrics", trust_env=False, timeout=20)
    return sum(
        sample.value
        for family in text_string_to_metric_families(page.text)
        for sample in family.samples
        if sample.name == "bus_handled_total" and sample.labels["outcome"] != "retried"
    )
