"""Our checker of pods passes the golden pod and sees each way to weaken it."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import yaml

from deploy.tools import pss
from deploy.tools.picture import DEPLOY

Path = tuple[str | int, ...]
CONTAINER: Path = ("spec", "template", "spec", "containers", 0)
POD: Path = ("spec", "template", "spec")


def golden() -> dict[str, Any]:
    """The Deployment of the template that all web processes share, with an image as an overlay gives it."""
    resources = yaml.safe_load_all((DEPLOY / "base" / "web" / "web.yaml").read_text(encoding="utf-8"))
    found: dict[str, Any] = next(one for one in resources if one["kind"] == "Deployment")
    found["spec"]["template"]["spec"]["containers"][0]["image"] = f"service@sha256:{'0' * 64}"
    return found


def changed(place: Path, value: object) -> dict[str, Any]:
    """The golden Deployment with one thing set, or taken away by None."""
    made = copy.deepcopy(golden())
    at: Any = made
    for key in place[:-1]:
        at = at[key] if isinstance(key, int) else at.setdefault(key, {})
    if value is None:
        del at[place[-1]]
    else:
        at[place[-1]] = value
    return made


def test_the_golden_pod_passes() -> None:
    assert pss.problems([golden()]) == []


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ((*POD, "hostNetwork"), True),
        ((*POD, "hostPID"), True),
        ((*POD, "hostIPC"), True),
        ((*POD, "volumes", 0), {"name": "tmp", "hostPath": {"path": "/"}}),
        ((*POD, "securityContext", "sysctls"), [{"name": "kernel.msgmax", "value": "1"}]),
        ((*POD, "securityContext", "windowsOptions"), {"hostProcess": True}),
        ((*POD, "automountServiceAccountToken"), True),
        ((*POD, "enableServiceLinks"), None),
        ((*POD, "topologySpreadConstraints"), None),
        ((*CONTAINER, "securityContext", "privileged"), True),
        ((*CONTAINER, "securityContext", "allowPrivilegeEscalation"), True),
        ((*CONTAINER, "securityContext", "capabilities"), None),
        ((*CONTAINER, "securityContext", "capabilities"), {"drop": ["ALL"], "add": ["SYS_ADMIN"]}),
        ((*CONTAINER, "securityContext", "runAsNonRoot"), False),
        ((*CONTAINER, "securityContext", "runAsUser"), 0),
        ((*CONTAINER, "securityContext", "seccompProfile"), {"type": "Unconfined"}),
        ((*CONTAINER, "securityContext", "procMount"), "Unmasked"),
        ((*CONTAINER, "securityContext", "seLinuxOptions"), {"role": "sysadm_r"}),
        ((*CONTAINER, "securityContext", "appArmorProfile"), {"type": "Unconfined"}),
        ((*CONTAINER, "securityContext", "readOnlyRootFilesystem"), None),
        ((*CONTAINER, "ports", 0, "hostPort"), 8080),
        ((*CONTAINER, "image"), "service:latest"),
        ((*CONTAINER, "resources", "limits", "memory"), None),
        ((*CONTAINER, "startupProbe"), None),
        ((*CONTAINER, "readinessProbe"), None),
        ((*CONTAINER, "livenessProbe"), None),
    ],
)
def test_a_weaker_pod_is_seen(place: Path, value: object) -> None:
    assert len(pss.problems([changed(place, value)])) >= 1
