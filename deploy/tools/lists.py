"""What is the same for every service, by the picture: nginx's upstreams, KEDA's scalers, what Prometheus reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deploy.tools.picture import Resource

NOTE = "# Written by `python -m deploy.tools.generate`; do not edit.\n"


def services(picture: dict[str, Any]) -> list[str]:
    """The services, by their workers: the portal and the gateway have none."""
    return [name.removesuffix("-worker") for name in picture["processes"] if name.endswith("-worker")]


def upstreams(picture: dict[str, Any]) -> str:
    """Names that Kubernetes and Compose resolve alike. A kept connection ends at nginx before gunicorn, which lets
    it linger for 2 s when it stops: no request meets a connection that closes.
    """
    lines = [
        f"upstream {name.removesuffix('-web')} "
        f"{{ server {name}:8080 max_fails=0; keepalive 32; keepalive_timeout 1s; }}\n"
        for name in picture["processes"]["gateway"]["calls"]
    ]
    return (
        f"{NOTE}# nginx resolves the names when it starts and when it is told to read anew.\n{''.join(lines)}"
    )


def scalers(picture: dict[str, Any]) -> Iterator[Resource]:
    """Workers follow their queue; never below two, since the relay of the outbox lives there."""
    host = {"parameter": "host", "name": "keda-rabbitmq", "key": "host"}
    yield {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "TriggerAuthentication",
        "metadata": {"name": "rabbitmq"},
        "spec": {"secretTargetRef": [host]},
    }
    for name in services(picture):
        queue = {
            "protocol": "http", "vhostName": "karmayogi", "queueName": name,
            "mode": "QueueLength", "value": "200", "excludeUnacknowledged": "true",
        }  # fmt: skip
        yield {
            "apiVersion": "keda.sh/v1alpha1",
            "kind": "ScaledObject",
            "metadata": {"name": f"{name}-worker"},
            "spec": {
                "scaleTargetRef": {"name": f"{name}-worker"},
                "minReplicaCount": 2,
                "maxReplicaCount": 6,
                "cooldownPeriod": 300,
                "triggers": [
                    {"type": "rabbitmq", "metadata": queue, "authenticationRef": {"name": "rabbitmq"}}
                ],
            },
        }


def prometheus(picture: dict[str, Any]) -> Resource:
    """What Prometheus reads under Compose; in a cluster the PodMonitor says it."""
    ours = [
        f"{name}:8080" for name in picture["processes"] if name != "gateway" and not name.endswith("-indexes")
    ]
    return {
        "global": {"scrape_interval": "15s", "evaluation_interval": "15s"},
        "rule_files": ["/etc/prometheus/rules/*.yaml"],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": ["alertmanager:9093"]}]}]},
        "scrape_configs": [
            {"job_name": "karmayogi", "static_configs": [{"targets": ours}]},
            {
                "job_name": "rabbitmq",
                "metrics_path": "/metrics/detailed",
                "params": {"family": ["queue_coarse_metrics", "queue_consumer_count"]},
                "static_configs": [{"targets": ["rabbitmq:15692"]}],
            },
        ],
    }
