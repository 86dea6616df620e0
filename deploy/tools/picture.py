"""map.yaml: each process, what it calls, and how a policy names the two ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

DEPLOY = Path(__file__).resolve().parents[1]
Resource = dict[str, Any]


def read() -> dict[str, Any]:
    """The picture."""
    picture: dict[str, Any] = yaml.safe_load((DEPLOY / "map.yaml").read_text(encoding="utf-8"))
    return picture


def selector(process: str) -> dict[str, str]:
    """The labels of a process's pods."""
    name, _, component = process.rpartition("-")
    if not name:
        return {"app.kubernetes.io/name": process}
    return {"app.kubernetes.io/name": name, "app.kubernetes.io/component": component}


def peer_of(picture: dict[str, Any], name: str) -> Resource:
    """How a policy names a process or something outside."""
    if name not in picture["outside"]:
        return {"podSelector": {"matchLabels": selector(name)}}
    outside = picture["outside"][name]
    return (
        {"podSelector": {"matchLabels": outside["pods"]}}
        if "pods" in outside
        else namespace(outside["namespaces"])
    )


def port_of(picture: dict[str, Any], name: str) -> int:
    """The port on which it is called."""
    return int(picture["outside"].get(name, {"port": 8080})["port"])


def namespace(labels: dict[str, str]) -> Resource:
    """Pods of namespaces with these labels."""
    return {"namespaceSelector": {"matchLabels": labels}}
