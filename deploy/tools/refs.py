"""Cross references of a rendered overlay: what is named exists, and each call has its way through the policies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deploy.tools.picture import peer_of
from deploy.tools.pss import containers, pods

Resource = dict[str, Any]


def problems(resources: list[Resource], picture: dict[str, Any], upstreams: Path) -> list[str]:
    """Names without a bearer, ports without a name, secrets that nobody lists, edges without a policy."""
    return [
        *_targets(resources),
        *_selectors(resources),
        *_mounted(resources, picture),
        *_edges(resources, picture),
        *_upstreams(resources, upstreams),
    ]


def _named(resources: list[Resource], kind: str) -> dict[str, Resource]:
    return {one["metadata"]["name"]: one for one in resources if one["kind"] == kind}


def _labels(workload: Resource) -> dict[str, str]:
    found: dict[str, str] = workload["spec"]["template"]["metadata"]["labels"]
    return found


def _targets(resources: list[Resource]) -> Iterator[str]:
    workloads, services = _named(resources, "Deployment"), _named(resources, "Service")
    scaled = []
    for kind in ("HorizontalPodAutoscaler", "ScaledObject"):
        for name, one in _named(resources, kind).items():
            target = one["spec"]["scaleTargetRef"]["name"]
            scaled.append(target)
            if target not in workloads:
                yield f"{kind}/{name} scales {target}, which does not exist"
            elif kind == "ScaledObject" and "replicas" in workloads[target]["spec"]:
                yield f"{target} has replicas and a ScaledObject"
    for target in {one for one in scaled if scaled.count(one) > 1}:
        yield f"{target} has two autoscalers"
    for name, route in _named(resources, "HTTPRoute").items():
        for rule in route["spec"]["rules"]:
            for back in rule["backendRefs"]:
                service = services.get(back["name"])
                if service is None or back["port"] not in [p["port"] for p in service["spec"]["ports"]]:
                    yield f"HTTPRoute/{name} leads to {back['name']}:{back['port']}, which does not exist"


def _selectors(resources: list[Resource]) -> Iterator[str]:
    workloads = list(_named(resources, "Deployment").values())
    for kind in ("Service", "PodDisruptionBudget"):
        for name, one in _named(resources, kind).items():
            selector = one["spec"]["selector"]
            wanted = selector.get("matchLabels", selector) if kind == "PodDisruptionBudget" else selector
            hit = [w for w in workloads if wanted.items() <= _labels(w).items()]
            if len(hit) != 1:
                yield f"{kind}/{name} selects {len(hit)} Deployments"
            elif kind == "Service":
                ports = {
                    p["name"] for c in containers(hit[0]["spec"]["template"]["spec"]) for p in c["ports"]
                }
                for port in one["spec"]["ports"]:
                    if port["targetPort"] not in ports:
                        yield f"Service/{name}: no container port {port['targetPort']}"
    budgets = _named(resources, "PodDisruptionBudget")
    for workload in workloads:
        if workload["metadata"]["name"] not in budgets:
            yield f"Deployment/{workload['metadata']['name']} has no PodDisruptionBudget"


def _mounted(resources: list[Resource], picture: dict[str, Any]) -> Iterator[str]:
    configs = _named(resources, "ConfigMap")
    listed = {key: set(about.get("secrets", [])) for key, about in picture["processes"].items()}
    for name, pod in pods(resources):
        for container in containers(pod):
            for source in container.get("envFrom", []):
                config = configs.get(source["configMapRef"]["name"])
                if config is None:
                    yield f"{name} reads ConfigMap {source['configMapRef']['name']}, which does not exist"
                    continue
                service = config["data"]["SERVICE"]
                for key, value in config["data"].items():
                    file = re.fullmatch(r"/run/secrets/app/(.+)", value) if key.endswith("_FILE") else None
                    if file and file[1] not in listed[f"{service}-web"]:
                        yield f"{name} reads the secret {file[1]}, which map.yaml does not list"
        for volume in pod.get("volumes", []):
            if "configMap" in volume and volume["configMap"]["name"] not in configs:
                yield f"{name} mounts ConfigMap {volume['configMap']['name']}, which does not exist"


def _edges(resources: list[Resource], picture: dict[str, Any]) -> Iterator[str]:
    policies = _named(resources, "NetworkPolicy")
    if policies.get("default-deny", {}).get("spec", {}).get("podSelector") != {}:
        yield "there is no default deny"
    running = {re.sub(r"-indexes-.*", "-indexes", name.split("/")[1]) for name, _ in pods(resources)}
    for process in running:
        if process not in picture["processes"]:
            yield f"{process} runs and is not in map.yaml"
        elif process not in policies:
            yield f"{process} has no NetworkPolicy"
    for process, about in picture["processes"].items():
        for called in about["calls"]:
            if process in policies and not _reaches(policies[process], "egress", "to", called, picture):
                yield f"{process} may not call {called}"
            if called in policies and not _reaches(policies[called], "ingress", "from", process, picture):
                yield f"{called} does not let {process} in"


def _reaches(policy: Resource, way: str, key: str, other: str, picture: dict[str, Any]) -> bool:
    peer = peer_of(picture, other)
    return any(peer in rule[key] for rule in policy["spec"][way])


def _upstreams(resources: list[Resource], upstreams: Path) -> Iterator[str]:
    services = _named(resources, "Service")
    for name, port in re.findall(r"server ([a-z-]+):(\d+)", upstreams.read_text(encoding="utf-8")):
        if name not in services or int(port) not in [p["port"] for p in services[name]["spec"]["ports"]]:
            yield f"nginx sends to {name}:{port}, which is no Service"
