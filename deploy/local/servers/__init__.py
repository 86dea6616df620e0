"""RabbitMQ and a MongoDB-compatible server as private processes on ports of their own."""

from deploy.local.servers.mongodb import SECANTUS, Mongo
from deploy.local.servers.process import (
    GUARD,
    Failed,
    Process,
    free_port,
    key_ring,
    listens,
    require_free,
    require_room,
    secret,
    status,
    together,
    wait_until,
)
from deploy.local.servers.rabbitmq import Rabbit, call_management, set_policies, set_rights

__all__ = [
    "GUARD",
    "SECANTUS",
    "Failed",
    "Mongo",
    "Process",
    "Rabbit",
    "call_management",
    "free_port",
    "key_ring",
    "listens",
    "require_free",
    "require_room",
    "secret",
    "set_policies",
    "set_rights",
    "status",
    "together",
    "wait_until",
]
