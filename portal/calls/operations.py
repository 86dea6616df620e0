"""Calls to the operators' console, which each service has alike."""

from __future__ import annotations

from typing import Any

from portal.gateway import Api

SERVICES = ("identity", "onboarding", "catalog", "progress", "notifier", "community")


def health(api: Api, service: str) -> dict[str, Any]:
    """How a service stands."""
    return api.get(f"/api/{service}/v1/ops/health")


def timeline(api: Api, service: str, correlation_id: str) -> list[dict[str, Any]]:
    """What one service did in a flow."""
    return list(api.get(f"/api/{service}/v1/ops/timeline/{correlation_id}").get("items", []))


def messages(api: Api, service: str, shelf: str) -> dict[str, Any]:
    """Messages set aside, as seen last; asking orders a new look."""
    return api.get(f"/api/{service}/v1/ops/messages", shelf=shelf)


def order(api: Api, service: str, wish: dict[str, str], key: str) -> dict[str, Any]:
    """Order something of the worker of a service."""
    return api.post(f"/api/{service}/v1/ops/commands", wish, key=key)


def ordered(api: Api, service: str, order_id: str) -> dict[str, Any]:
    """What came of an order."""
    return api.get(f"/api/{service}/v1/ops/commands/{order_id}")
