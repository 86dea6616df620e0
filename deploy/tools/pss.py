"""Pod Security Standard "restricted", rule by rule, and the golden rules of our pods (deploy/README.md)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Resource = dict[str, Any]
VOLUMES = {
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
}
SYSCTLS = {
    "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range", "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
}  # fmt: skip


def pods(resources: list[Resource]) -> Iterator[tuple[str, Resource]]:
    """The name and pod spec of each workload."""
    for one in resources:
        name = f"{one['kind']}/{one['metadata']['name']}"
        if one["kind"] == "Pod":
            yield name, one["spec"]
        elif one["kind"] in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"):
            yield name, one["spec"]["template"]["spec"]
        elif one["kind"] == "CronJob":
            yield name, one["spec"]["jobTemplate"]["spec"]["template"]["spec"]


def problems(resources: list[Resource]) -> list[str]:
    """What is against the standard or our golden rules."""
    return [f"{name}: {text}" for name, pod in pods(resources) for text in (*_pod(pod), *_golden(name, pod))]


def _pod(pod: Resource) -> Iterator[str]:
    for key in ("hostNetwork", "hostPID", "hostIPC"):
        if pod.get(key):
            yield f"{key} is set"
    context = pod.get("securityContext", {})
    if context.get("windowsOptions", {}).get("hostProcess"):
        yield "hostProcess is set"
    for sysctl in context.get("sysctls", []):
        if sysctl["name"] not in SYSCTLS:
            yield f"sysctl {sysctl['name']}"
    for volume in pod.get("volumes", []):
        for kind in set(volume) - {"name"} - VOLUMES:
            yield f"volume of kind {kind}"
    for container in containers(pod):
        for text in _container(container, context):
            yield f"{container['name']}: {text}"


def containers(pod: Resource) -> list[Resource]:
    """All containers of a pod."""
    found: list[Resource] = [
        one for kind in ("initContainers", "containers", "ephemeralContainers") for one in pod.get(kind, [])
    ]
    return found


def _container(container: Resource, above: Resource) -> Iterator[str]:
    context = container.get("securityContext", {})
    if context.get("privileged"):
        yield "privileged"
    if context.get("allowPrivilegeEscalation") is not False:
        yield "allowPrivilegeEscalation is not false"
    if "ALL" not in context.get("capabilities", {}).get("drop", []):
        yield "does not drop ALL"
    if set(context.get("capabilities", {}).get("add", [])) - {"NET_BIND_SERVICE"}:
        yield "adds a capability"
    if context.get("runAsNonRoot", above.get("runAsNonRoot")) is not True:
        yield "may run as root"
    if context.get("runAsUser", above.get("runAsUser")) == 0:
        yield "runs as user 0"
    seccomp = context.get("seccompProfile", above.get("seccompProfile", {}))
    if seccomp.get("type") not in ("RuntimeDefault", "Localhost"):
        yield "has no seccomp profile"
    if context.get("procMount", "Default") != "Default":
        yield "procMount"
    selinux = context.get("seLinuxOptions", above.get("seLinuxOptions", {}))
    if selinux.get("user") or selinux.get("role"):
        yield "SELinux user or role"
    apparmor = context.get("appArmorProfile", above.get("appArmorProfile", {}))
    if apparmor.get("type", "RuntimeDefault") == "Unconfined":
        yield "AppArmor unconfined"
    for port in container.get("ports", []):
        if port.get("hostPort"):
            yield "hostPort"


def _golden(name: str, pod: Resource) -> Iterator[str]:
    if pod.get("automountServiceAccountToken") is not False:
        yield "mounts a token of the cluster"
    if pod.get("enableServiceLinks") is not False:
        yield "enableServiceLinks is not false"
    for container in containers(pod):
        if container.get("securityContext", {}).get("readOnlyRootFilesystem") is not True:
            yield "root file system is writable"
        if "@sha256:" not in container["image"]:
            yield f"image {container['image']} has no digest"
        if any(
            not container.get("resources", {}).get(kind, {}).get(what)
            for kind in ("requests", "limits")
            for what in ("cpu", "memory")
        ):
            yield "requests or limits are missing"
        if name.startswith("Job/"):
            continue
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            if probe not in container:
                yield f"{probe} is missing"
    if not name.startswith("Job/") and not pod.get("topologySpreadConstraints"):
        yield "is not spread over zones"
