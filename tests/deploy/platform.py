"""The whole platform in containers, as a project of its own beside any other."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import httpx

from deploy.local.servers import free_port, wait_until
from deploy.local.stack import ROOT

PROJECT = "karmayogi-test"


class Platform:
    """deploy/compose.sh with ports, secrets and names of this run."""

    def __init__(self, folder: Path) -> None:
        self.port, self.mail_port = free_port(), free_port()
        self.url = f"http://localhost:{self.port}"
        self.mail_url = f"http://127.0.0.1:{self.mail_port}"
        self.environ = os.environ | {
            "COMPOSE_PROJECT_NAME": PROJECT, "SKIP_IMAGES": "1", "PUBLIC_URL": self.url,
            "GATEWAY_PORT": str(self.port), "MAIL_PORT": str(self.mail_port),
            "SECRETS": str(folder / "secrets"), "ROUTES": str(folder / "routes"),
        }  # fmt: skip

    def compose(self, *arguments: str) -> str:
        """One command of compose.sh; AssertionError with the end of what it said when it fails."""
        done = subprocess.run(
            ["bash", str(ROOT / "deploy" / "compose.sh"), *arguments],
            env=self.environ, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, (done.stdout + done.stderr)[-1500:]
        return done.stdout

    def containers(self) -> dict[str, dict[str, Any]]:
        """What Docker knows of each container, by the process it runs."""
        label = "com.docker.compose"
        ids = docker("ps", "-aq", "--filter", f"label={label}.project={PROJECT}").split()
        found: list[dict[str, Any]] = json.loads(docker("inspect", *ids))
        return {one["Config"]["Labels"][f"{label}.service"]: one for one in found}

    def answers(self) -> bool:
        """Whether all containers are healthy and the gateway reaches identity."""
        states = [one["State"] for one in self.containers().values()]
        if any(state.get("Health", {"Status": "healthy"})["Status"] != "healthy" for state in states):
            return False
        try:
            return httpx.get(f"{self.url}/api/identity/v1/mdos", trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    def wait(self) -> None:
        """Wait until it works again."""
        wait_until(self.answers, 300, "The platform does not recover.")


def docker(*arguments: str) -> str:
    """One command of Docker; CalledProcessError when it fails."""
    return subprocess.run(["docker", *arguments], check=True, capture_output=True, text=True).stdout
