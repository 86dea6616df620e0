"""The ports of a stack: its first one and the others counted from it, or whatever is free."""

from __future__ import annotations

from deploy.local.servers import free_port

OFFSETS = {
    "gateway": 0, "identity-web": 1, "identity-worker": 2, "notifier-web": 3, "notifier-worker": 4, "portal-web": 5,
    "onboarding-web": 6, "onboarding-worker": 7, "catalog-web": 8, "catalog-worker": 9,
    "progress-web": 10, "progress-worker": 11, "community-web": 12, "community-worker": 13,
    "mongodb": 17, "smtp": 25, "mail": 26, "amqp": 30, "management": 31, "dist": 32, "epmd": 33,
}  # fmt: skip


def ports_from(base: int) -> dict[str, int]:
    """The ports of a stack from its first one."""
    return {name: base + offset for name, offset in OFFSETS.items()}


def free_ports() -> dict[str, int]:
    """Ports that are free now, for a stack beside others."""
    return {name: free_port() for name in OFFSETS}
