"""Checks of what runs around the services: nginx takes the gateway's files, Compose takes its own, each image has
its list of parts, each base image stands in images.lock. Each has its controls in BROKEN.
"""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from deploy.local.gateway import program
from deploy.tools import sbom
from deploy.tools.picture import DEPLOY

ROOT = DEPLOY.parent
BASE = re.compile(r"^ARG [A-Z]+_IMAGE=(?!\$)([^\s@]+)(?:@(sha256:[0-9a-f]{64}))?$", re.M)
DEFAULT = re.compile(r"image: \$\{[A-Z]+_IMAGE:-([^}$]+)\}")
ROUTE = re.compile(r"\^/api/\(\?<service>([a-z|]+)\)/v1/\[\^\?\]\*\$")


def gateway(folder: Path, scratch: Path) -> list[str]:
    """`nginx -t` on the files of a gateway folder for the cluster and for Compose, and a way to each service."""
    found = []
    for place in ("cluster", "compose"):
        here = scratch / place
        (here / "places").mkdir(parents=True)
        for path in folder.glob("*.conf"):
            shutil.copy(path, here)
        for path in [*(folder / "cluster").glob("*.conf"), *(folder / place).glob("*.conf")]:
            shutil.copy(path, here / "places")
        upstreams = here / "places" / "upstreams.conf"
        text = upstreams.read_text(encoding="utf-8")
        # nginx resolves names while it tests.
        upstreams.write_text(re.sub(r"server [a-z-]+:", "server 127.0.0.1:", text), encoding="utf-8")
        done = subprocess.run(
            [program(), "-t", "-q", "-e", "stderr", "-p", f"{here}/", "-c", f"{here}/nginx.conf"],
            capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode:
            found.append(f"{place}: {done.stderr.strip()[-300:]}")
    named = set(re.findall(r"^upstream ([a-z]+)", (folder / "cluster" / "upstreams.conf").read_text(), re.M))
    routed = {name for part in ROUTE.findall((folder / "api.conf").read_text()) for name in part.split("|")}
    return found + [
        f"{name} has a route or an upstream and not both" for name in routed ^ (named - {"portal"})
    ]


def compose(folder: Path) -> list[str]:
    """`docker compose config` on the platform alone and with what watches it."""
    found, program = [], os.environ["COMPOSE"]
    for names in (["compose.yaml"], ["compose.yaml", "compose.observability.yaml"]):
        files = [part for name in names for part in ("-f", str(folder / name))]
        done = subprocess.run([program, *files, "config", "-q"], capture_output=True, text=True)
        if done.returncode or done.stderr.strip():
            found.append(f"{' and '.join(names)}: {(done.stderr or done.stdout).strip()[-300:]}")
    return found


@functools.cache
def listed(name: str) -> dict[str, Any]:
    """The list of parts of one image, written once."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.cdx.json"
        sbom.write(name, ROOT / "requirements" / f"{name}.lock", path)
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found


def parts(locks: Path) -> list[str]:
    """The list of parts of each image names what its lock pins."""
    return [
        f"{name}: {text}"
        for name in sbom.images()
        for text in sbom.missing(listed(name), (locks / f"{name}.lock").read_text(encoding="utf-8"))
    ]


def bases(folder: Path) -> list[str]:
    """images.lock names exactly the base images of the Dockerfiles and of Compose, with the same digests."""
    lines = (folder / "images.lock").read_text(encoding="utf-8").splitlines()
    rows = {tuple(line.split()) for line in lines if line.strip() and not line.startswith("#")}
    named = {
        (image, digest or "-", path.name)
        for path in folder.glob("Dockerfile.*")
        for image, digest in BASE.findall(path.read_text(encoding="utf-8"))
    } | {
        (image, "-", path.name)
        for path in folder.glob("compose*.yaml")
        for image in DEFAULT.findall(path.read_text(encoding="utf-8"))
        if not image.startswith("karmayogi/")
    }
    return [f"images.lock and a file differ: {' '.join(row)}" for row in sorted(rows ^ named)]


def prometheus(folder: Path) -> list[str]:
    """`promtool check config` on what Prometheus reads under Compose."""
    made = yaml.safe_load((folder / "prometheus.yaml").read_text(encoding="utf-8"))
    made["rule_files"] = [str(path) for path in (folder / "rules").glob("*.yaml")]
    path = folder / "prometheus.check.yaml"
    path.write_text(yaml.safe_dump(made), encoding="utf-8")
    done = subprocess.run(
        [os.environ["PROMTOOL"], "check", "config", str(path)], capture_output=True, text=True
    )
    path.unlink()
    return [(done.stdout + done.stderr).strip()[-300:]] if done.returncode else []


def checks(scratch: Path) -> dict[str, Callable[[Path], list[str]]]:
    """Each check by name; it gets a copy of deploy/ with requirements/ beside it."""
    count = iter(range(1000))

    def room() -> Path:
        made = scratch / f"room{next(count)}"
        made.mkdir()
        return made

    return {
        "nginx takes the gateway's files": lambda deploy: gateway(deploy / "gateway", room()),
        "Compose takes its files": compose,
        "lists of parts": lambda deploy: parts(deploy.parent / "requirements"),
        "base images": bases,
        "Prometheus takes its file": lambda deploy: prometheus(deploy / "observability"),
    }


BROKEN: dict[str, tuple[tuple[str, str, str], ...]] = {
    "nginx takes the gateway's files": (
        ("deploy/gateway/proxy.conf", "proxy_http_version 1.1;", "proxy_http_version 1.1"),
        ("deploy/gateway/compose/trust.conf", "172.16.0.0/12", "172.16.0.0/99"),
        ("deploy/gateway/cluster/upstreams.conf", "upstream catalog ", "upstream catalogue "),
    ),
    "Compose takes its files": (
        ("deploy/compose.yaml", "depends_on: {users:", "depends_on: {user:"),
        ("deploy/compose.observability.yaml", "read_only: true", "readonly: true"),
    ),
    "lists of parts": (("requirements/identity.lock", "argon2-cffi==", "argon3-cffi=="),),
    "base images": (
        ("deploy/Dockerfile.service", "python:3.13-slim-trixie@sha256:9", "python:3.13-slim-trixie@sha256:8"),
        ("deploy/compose.yaml", "mongo:8.0", "mongo:7.0"),
    ),
    "Prometheus takes its file": (("deploy/observability/prometheus.yaml", "scrape_interval: 15s", "scrape: 15s"),),
}  # fmt: skip


def copied(scratch: Path, change: tuple[str, str, str] | None = None) -> Path:
    """deploy/ and requirements/ in a folder of their own, with one text replaced by another."""
    for name in ("deploy", "requirements"):
        shutil.copytree(ROOT / name, scratch / name, ignore=shutil.ignore_patterns(".secrets", ".routes"))
    if change:
        path, old, new = scratch / change[0], change[1], change[2]
        text = path.read_text(encoding="utf-8")
        if old not in text:
            raise RuntimeError(f"The control of {change[0]} breaks nothing: {old} is not there.")
        path.write_text(text.replace(old, new), encoding="utf-8")
    return scratch / "deploy"


def results(tell: Callable[[str, list[str]], int], scratch: Path) -> int:
    """Run all of it with their controls; the number of those that failed."""
    failed, found = 0, checks(scratch)
    for name, check in found.items():
        failed += tell(name, check(copied(Path(scratch) / name.replace(" ", "-"))))
        for n, change in enumerate(BROKEN[name]):
            seen = check(copied(Path(scratch) / f"{name}-{n}".replace(" ", "-"), change))
            failed += tell(
                f"control of {name}, {change[0]}: {'seen' if seen else 'NOT seen'}",
                [] if seen else ["stayed green"],
            )
    return failed
