"""RabbitMQ as a private node, and what its management API is told."""

from __future__ import annotations

import glob
import json
import os
import signal
import socket
import subprocess
import urllib.parse
import urllib.request
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.local.servers.guard import until_done
from deploy.local.servers.process import GUARD, Failed, Process, listens, require_free, secret, wait_until


class Rabbit:
    """A private RabbitMQ node with management; administrators' password in a file of its own."""

    CONF_MODE = 0o600

    def __init__(self, folder: Path, *, port: int, management: int, dist: int, epmd: int) -> None:
        self.folder, self.port, self.management = folder, port, management
        self.node = f"karmayogi{port}@localhost"
        self.password = secret(folder / "admin.password")
        scripts = self._scripts()
        environ = {
            "PATH": f"{scripts}:{os.environ['PATH']}:/usr/sbin:/usr/bin:/bin",
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "ERL_EPMD_PORT": str(epmd),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_NODE_PORT": str(port),
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_DIST_PORT": str(dist),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "no-env"),
        }
        self.process = Process("rabbitmq", [f"{scripts}/rabbitmq-server"], folder, environ)

    @staticmethod
    def _scripts() -> str:
        found = sorted(glob.glob("/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server"))
        if not found:
            raise Failed("RabbitMQ is missing: install the Debian package rabbitmq-server.")
        return str(Path(found[-1]).parent)

    def start(self) -> None:
        """Write the configuration, start, wait for the management API."""
        require_free(self.port, "RabbitMQ")
        require_free(self.management, "RabbitMQ management")
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "enabled_plugins").write_text("[rabbitmq_management].\n")
        (self.folder / "rabbitmq.conf").write_text(
            f"{self._listeners()}default_user = admin\ndefault_pass = {self.password}\n"
            "disk_free_limit.absolute = 200MB\nvm_memory_high_watermark.absolute = 1GB\n"
            "log.console = true\nlog.console.level = warning\nheartbeat = 20\n"
            "collect_statistics_interval = 5000\nmanagement_agent.disable_metrics_collector = false\n"
        )
        (self.folder / "rabbitmq.conf").chmod(self.CONF_MODE)
        GUARD.last(["epmd", "-kill"], self.process.environ)  # The node's own name server leaves its group.
        self.process.start()
        self.wait()

    def _listeners(self) -> str:
        return (
            f"listeners.tcp.local = 127.0.0.1:{self.port}\n"
            f"management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {self.management}\n"
        )

    def wait(self) -> None:
        """Wait until the node answers."""

        def answers() -> bool:
            if self.process.exit_code() is not None:
                raise Failed(f"RabbitMQ ended at once; see {self.process.log}.")
            try:
                self.api("GET", "/api/overview")
                with socket.create_connection(("127.0.0.1", self.port), 1):
                    return True
            except OSError:
                return False

        wait_until(answers, 90, f"RabbitMQ does not come up; see {self.process.log}.")

    def api(self, method: str, path: str, body: Any = None) -> Any:
        """One call of the management API as administrator; urllib's errors."""
        return call_management(
            f"http://127.0.0.1:{self.management}", "admin", self.password, method, path, body
        )

    def control(self, *command: str) -> None:
        """One command of rabbitmqctl; CalledProcessError when the node refuses it."""
        whole = ["rabbitmqctl", "-q", "-n", self.node, *command]
        subprocess.run(whole, env=self.process.environ, check=True, capture_output=True, timeout=60)

    def stop(self) -> None:
        """Stop the node, and the epmd that it started."""
        self.process.stop(20)
        self.process.signal(signal.SIGKILL)
        if listens(int(self.process.environ["ERL_EPMD_PORT"])):
            until_done(["epmd", "-kill"], self.process.environ)


def call_management(base: str, user: str, password: str, method: str, path: str, body: Any = None) -> Any:
    """One call of RabbitMQ's management API."""
    request = urllib.request.Request(base + path, method=method)
    request.add_header("Authorization", "Basic " + b64encode(f"{user}:{password}".encode()).decode())
    data = None
    if body is not None:
        data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, data, timeout=20) as answer:  # nosec B310: an address of our own.
        text = answer.read()
        return json.loads(text) if text else None


def set_rights(rabbit: Rabbit, vhost: str, passwords: Mapping[str, str]) -> None:
    """Create the vhost, the users and exactly the rights of shared.bus.permissions(); guest goes."""
    from shared.bus.users import apply_rights

    apply_rights(rabbit.api, vhost, passwords, "admin")


def set_policies(rabbit: Rabbit, vhost: str) -> None:
    """Apply what the broker takes as policies only: how long the log keeps its events."""
    from shared.bus import Topology

    place = urllib.parse.quote(vhost, safe="")
    for one in Topology().export(vhost)["policies"]:
        body = {key: one[key] for key in ("pattern", "definition", "priority", "apply-to")}
        rabbit.api("PUT", f"/api/policies/{place}/{one['name']}", body)
