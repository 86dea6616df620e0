"""The jobs that a deployment runs before its services, in this process: another one would cost a second each."""

from __future__ import annotations

import importlib

from pymongo.errors import PyMongoError

from deploy.local.servers import Failed
from shared.bus import LOST, Link, Topology, TopologyWrong
from shared.mongo import connect
from shared.settings import Settings


def declare(amqp_url: str) -> None:
    """The topology job: exchanges and queues, by the user of the deploy job."""
    settings = Settings(service="deploy", amqp_url=amqp_url)
    try:
        link = Link.open(settings.amqp_url, settings)
        Topology(ladder=settings.retry_ladder).apply(link)
        link.leave()
    except (*LOST, TopologyWrong) as error:
        raise Failed(f"The topology job failed: {error}") from None


def make_indexes(name: str, uri: str, database: str) -> None:
    """The index job of one service."""
    opened = connect(Settings(service=name, mongodb_uri=uri, mongodb_database=database))
    try:
        importlib.import_module(f"services.{name}.store").ensure_indexes(opened)
    except PyMongoError as error:
        raise Failed(f"The index job of {name} failed: {error}") from None
    finally:
        opened.client.close()
