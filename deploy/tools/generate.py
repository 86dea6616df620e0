"""Writes what follows from elsewhere: network policies from map.yaml, broker resources from the event contract,
the PrometheusRule from the rule files, lists of services. `python -m deploy.tools.generate [--check]`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from deploy.tools import lists
from deploy.tools.dashboards import BOARDS, board
from deploy.tools.picture import DEPLOY, Resource, namespace, peer_of, port_of, read, selector
from shared.bus import Topology, permissions


def policies(picture: dict[str, Any]) -> Iterator[Resource]:
    """Default deny both ways, then one policy per process with exactly the edges of the picture."""
    yield _policy("default-deny", {}, [], [])
    processes: dict[str, Any] = picture["processes"]
    for process, about in processes.items():
        callers = [name for name, other in processes.items() if process in other["calls"]]
        ingress = [_from([{"podSelector": {"matchLabels": selector(name)}}], 8080) for name in callers]
        if about.get("from_edge"):
            ingress.append(_from([namespace(picture["edge"])], 8080))
        if not process.endswith("-indexes") and process != "gateway":
            ingress.append(_from([namespace(picture["monitoring"])], 8080))
        egress = [_to(peer_of(picture, name), port_of(picture, name)) for name in about["calls"]]
        dns, otlp = picture["everybody"]["dns"], picture["everybody"]["otlp"]
        egress.append(_to(namespace(dns["namespaces"]), 53, "UDP", "TCP"))
        egress.append(_to(namespace(otlp["namespaces"]), otlp["port"]))
        yield _policy(process, selector(process), ingress, egress)


def _from(peers: list[Resource], port: int) -> Resource:
    return {"from": peers, "ports": [{"protocol": "TCP", "port": port}]}


def _to(peer: Resource, port: int, *protocols: str) -> Resource:
    return {"to": [peer], "ports": [{"protocol": one, "port": port} for one in protocols or ("TCP",)]}


def _policy(name: str, labels: dict[str, str], ingress: list[Resource], egress: list[Resource]) -> Resource:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name},
        "spec": {
            "podSelector": {"matchLabels": labels} if labels else {},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": ingress,
            "egress": egress,
        },
    }


def broker() -> Iterator[Resource]:
    """Vhost, exchanges, queues, bindings, users and rights as resources of RabbitMQ's topology operator."""
    topology = Topology()
    yield _rabbit("Vhost", "karmayogi", {"name": "karmayogi"})
    for name, kind in topology.exchanges.items():
        yield _rabbit(
            "Exchange", slug(name), {"name": name, "type": kind, "durable": True, "vhost": "karmayogi"}
        )
    for queue in topology.queues():
        arguments = dict(queue.arguments)
        kind = arguments.pop("x-queue-type")
        spec = {"name": queue.name, "type": kind, "durable": True, "autoDelete": False, "vhost": "karmayogi"}
        yield _rabbit("Queue", slug(queue.name), spec | {"arguments": arguments})
        for exchange, key in queue.bindings:
            yield _rabbit(
                "Binding",
                slug(f"{exchange}-{key}-{queue.name}"),
                {
                    "source": exchange,
                    "destination": queue.name,
                    "destinationType": "queue",
                    "routingKey": key,
                    "vhost": "karmayogi",
                },
            )
    yield from _users()
    keep = {
        "name": "log-retention",
        "pattern": r"^karmayogi\.log$",
        "applyTo": "streams",
        "vhost": "karmayogi",
    }
    yield _rabbit("Policy", "log-retention", keep | {"definition": {"max-age": "365D"}})


def _users() -> Iterator[Resource]:
    for one in permissions():
        yield _rabbit(
            "User",
            one.user,
            {"tags": list(one.tags), "importCredentialsSecret": {"name": f"rabbitmq-{one.user}"}},
        )
        rights = {"configure": one.configure, "write": one.write, "read": one.read}
        yield _rabbit("Permission", one.user, {"vhost": "karmayogi", "user": one.user, "permissions": rights})
        topic = {"exchange": "karmayogi.events", "write": one.topic_write, "read": one.topic_read}
        yield _rabbit(
            "TopicPermission", one.user, {"vhost": "karmayogi", "user": one.user, "permissions": topic}
        )


def slug(name: str) -> str:
    """A resource name made of a queue's or binding's name."""
    made = name.lower().replace("#", "all").replace("_", "-")
    return "".join(c if c.isalnum() or c == "-" else "-" for c in made).strip("-")


def _rabbit(kind: str, name: str, spec: Resource) -> Resource:
    return {
        "apiVersion": "rabbitmq.com/v1beta1",
        "kind": kind,
        "metadata": {"name": name},
        "spec": spec | {"rabbitmqClusterReference": {"name": "karmayogi-rabbitmq"}},
    }


def rule_resource() -> Resource:
    """All rule files as one PrometheusRule."""
    groups = [
        group
        for path in sorted((DEPLOY / "observability" / "rules").glob("*.yaml"))
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]
    ]
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "karmayogi"},
        "spec": {"groups": groups},
    }


def files() -> dict[Path, str]:
    """Each written file with its text."""
    picture = read()
    boards = DEPLOY / "observability" / "dashboards"
    return {boards / f"{uid}.json": board(uid) for uid in BOARDS} | {
        DEPLOY / "base" / "namespace" / "network.yaml": dumped(policies(picture)),
        DEPLOY / "platform" / "rabbitmq" / "topology.yaml": dumped(broker()),
        DEPLOY / "components" / "monitoring" / "prometheusrule.yaml": dumped([rule_resource()]),
        DEPLOY / "components" / "keda" / "scaled.yaml": dumped(lists.scalers(picture)),
        DEPLOY / "gateway" / "cluster" / "upstreams.conf": lists.upstreams(picture),
        DEPLOY / "observability" / "prometheus.yaml": dumped([lists.prometheus(picture)]),
    }


def dumped(resources: Iterable[Resource]) -> str:
    """Resources as one YAML text."""
    return lists.NOTE + yaml.safe_dump_all(list(resources), sort_keys=False, allow_unicode=True, width=200)


def drifted(wanted: dict[Path, str]) -> list[Path]:
    """The files that are missing or are not what they should be."""
    return [
        path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def main(arguments: list[str]) -> int:
    """Write the files, or with --check name those that differ."""
    wanted = files()
    different = drifted(wanted)
    for path in different if "--check" not in arguments else []:
        path.write_text(wanted[path], encoding="utf-8")
    print("changed: " + (", ".join(path.relative_to(DEPLOY).as_posix() for path in different) or "nothing"))
    return 1 if different and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
