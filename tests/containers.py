"""Broker and database in containers for TEST_WITH=containers, with the handles that tests have on processes.

Images: RABBITMQ_IMAGE and MONGO_IMAGE, as in deploy/compose.yaml. Ports of the host are chosen here and not by
Docker, which would give others after a power cut.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docker.errors import APIError
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer

from deploy.local.servers import Mongo, Process, Rabbit

STANDIN = "local/mongo-standin"
RABBITMQ = os.environ.get("RABBITMQ_IMAGE", "rabbitmq:4-management")
MONGO = os.environ.get("MONGO_IMAGE", "mongo:8.0")


class ContainerProcess(Process):
    """A container where the tests expect a child process."""

    def __init__(self, name: str, container: DockerContainer, folder: Path) -> None:
        super().__init__(name, [], folder, {})
        # The helper that removes containers of killed runs is an image of its own, which not everybody can pull.
        testcontainers_config.ryuk_disabled = (
            os.environ.get("TESTCONTAINERS_RYUK_DISABLED", "true").lower() == "true"
        )
        self._container, self._made = container, False

    @property
    def pid(self) -> int:
        """The id on this host of the container's first process; 0 when there is none."""
        return int(self._attributes()["State"]["Pid"]) if self._made else 0

    def start(self, **extra: str) -> None:
        """Make the container, or start it again on its files."""
        if self._made:
            self._container.get_wrapped_container().start()
            return
        for name, value in extra.items():
            self._container.with_env(name, value)
        self._container.start()
        self._made = True

    def exit_code(self) -> int | None:
        """The exit code, None while it runs."""
        state = self._attributes()["State"] if self._made else {"Running": True}
        return None if state["Running"] else int(state["ExitCode"])

    def signal(self, number: int) -> None:
        """Freeze and thaw the whole container; any other signal goes to its first process."""
        if not self._made:
            return
        wrapped = self._container.get_wrapped_container()
        match number:
            case signal.SIGSTOP:
                wrapped.pause()
            case signal.SIGCONT:
                wrapped.unpause()
            case _ if self.exit_code() is None:
                wrapped.kill(number)

    def stop(self, seconds: float = 12.0) -> None:
        """SIGTERM, SIGKILL when it takes longer; the files stay."""
        if self._made:
            self._container.get_wrapped_container().stop(timeout=int(seconds))

    def kill(self) -> None:
        """End it at once."""
        if self._made and self.exit_code() is None:
            self._container.get_wrapped_container().kill()
            self._container.get_wrapped_container().wait(timeout=20)

    def run(self, command: list[str]) -> None:
        """Another process inside; CalledProcessError when it fails."""
        code, said = self._container.get_wrapped_container().exec_run(command)
        if code:
            raise subprocess.CalledProcessError(code, command, said)

    def remove(self) -> None:
        """Take the container away with its files."""
        if self._made:
            self._container.stop(force=True, delete_volume=True)
            self._made = False

    def tail(self, lines: int = 5) -> str:
        """The last lines of the log."""
        try:
            text: bytes = self._container.get_wrapped_container().logs(tail=lines)
        except (APIError, AttributeError):
            return ""
        return text.decode(errors="replace")

    def _attributes(self) -> Mapping[str, Any]:
        wrapped = self._container.get_wrapped_container()
        wrapped.reload()
        found: Mapping[str, Any] = wrapped.attrs
        return found


class RabbitContainer(Rabbit):
    """RabbitMQ in a container, on two ports of this host."""

    CONF_MODE = 0o644  # The container's own user reads it.

    def __init__(self, folder: Path, *, port: int, management: int) -> None:
        super().__init__(folder, port=port, management=management, dist=0, epmd=0)
        folder.chmod(0o755)
        container = (
            DockerContainer(RABBITMQ)
            .with_kwargs(hostname="rabbitmq", mem_limit="2g")
            .with_bind_ports(5672, port)
            .with_bind_ports(15672, management)
            .with_volume_mapping(str(folder / "rabbitmq.conf"), "/etc/rabbitmq/conf.d/20-tests.conf", "ro")
            .with_volume_mapping(str(folder / "enabled_plugins"), "/etc/rabbitmq/enabled_plugins", "ro")
        )
        self.process: ContainerProcess = ContainerProcess("rabbitmq", container, folder)

    @staticmethod
    def _scripts() -> str:
        return ""

    def _listeners(self) -> str:
        return ""

    def control(self, *command: str) -> None:
        """One command of rabbitmqctl, inside; CalledProcessError when the node refuses it."""
        self.process.run(["rabbitmqctl", "-q", *command])

    def stop(self) -> None:
        """Stop the node and take its container away."""
        self.process.remove()


class MongoContainer(Mongo):
    """A replica set of one member in a container, without users; or the stand-in."""

    def __init__(self, folder: Path, port: int) -> None:
        super().__init__(folder, port, folder)
        container = DockerContainer(MONGO).with_bind_ports(27017, port)
        if not MONGO.startswith(STANDIN):
            container.with_command(["mongod", "--bind_ip_all", "--replSet", "rs0"])
        self.process: ContainerProcess = ContainerProcess("mongodb", container, folder)

    def _command(self, data: Path, tools: Path) -> tuple[list[str], str]:
        if MONGO.startswith(STANDIN):
            return [], "SecantusDB in a container"
        self.uri = f"mongodb://127.0.0.1:{self.port}/?replicaSet=rs0&directConnection=true"
        return [], "mongod"

    def stop(self) -> None:
        """Stop it and take its container away."""
        self.process.remove()
