"""The servers that tests run on: given by address, from containers, or private processes of this run."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deploy.local.servers import Mongo, Rabbit, call_management, free_port, set_rights
from deploy.local.stack import Stack, tools
from shared.bus import permissions


class Broker:
    """One vhost of the broker, with the users and rights of the product."""

    def __init__(self, rabbit: Rabbit, vhost: str) -> None:
        self.rabbit, self.vhost = rabbit, vhost
        self.passwords = {one.user: f"test-{one.user}" for one in permissions()}
        set_rights(rabbit, vhost, self.passwords)

    def url(self, user: str) -> str:
        """The address for one user; `admin` may do everything."""
        password = self.rabbit.password if user == "admin" else self.passwords[user]
        return (
            f"amqp://{user}:{password}@127.0.0.1:{self.rabbit.port}/{urllib.parse.quote(self.vhost, safe='')}"
        )

    @property
    def topology_url(self) -> str:
        """The address of the job that declares queues."""
        return self.url("deploy")

    def api(self, method: str, path: str, body: Any = None) -> Any:
        """A call of the management API; {vhost} in the path is filled in."""
        place = urllib.parse.quote(self.vhost, safe="")
        return call_management(
            f"http://127.0.0.1:{self.rabbit.management}", "admin", self.rabbit.password,
            method, path.replace("{vhost}", place), body,
        )  # fmt: skip

    def restart(self) -> None:
        """Kill the node as a power cut would and start it again on the same files."""
        self.rabbit.process.kill()
        self.rabbit.process.start()
        self.rabbit.wait()

    def freeze(self) -> None:
        """Stop the node in mid-work; connections stay open."""
        self.rabbit.process.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen node go on."""
        self.rabbit.process.signal(signal.SIGCONT)

    @contextmanager
    def alarmed(self) -> Iterator[None]:
        """The memory alarm: the node reads nothing from connections that publish."""
        self.rabbit.control("set_vm_memory_high_watermark", "0")
        try:
            yield
        finally:
            self.rabbit.control("set_vm_memory_high_watermark", "absolute", "1GB")

    def drop(self) -> None:
        """Remove the vhost with all its queues."""
        self.api("DELETE", "/api/vhosts/{vhost}")


def quick_folder() -> str | None:
    """A folder in memory when there is room: a sync costs nothing there, and a killed process loses nothing."""
    memory = Path("/dev/shm")
    if memory.is_dir() and shutil.disk_usage(memory).free > 4_000_000_000:
        return str(memory)
    return None


def in_containers() -> bool:
    """Whether the servers of this run are containers."""
    return os.environ.get("TEST_WITH") == "containers"


def make_mongo(folder: Path) -> Mongo:
    """A database server without users, not started yet."""
    if in_containers():
        from tests.containers import MongoContainer

        return MongoContainer(folder, free_port())
    return Mongo(folder, free_port(), tools())


def make_rabbit(folder: Path) -> Rabbit:
    """A broker, not started yet."""
    if in_containers():
        from tests.containers import RabbitContainer

        return RabbitContainer(folder, port=free_port(), management=free_port())
    return Rabbit(folder, port=free_port(), management=free_port(), dist=free_port(), epmd=free_port())


def put_into(stack: Stack) -> None:
    """Give a stack that has not started its broker and database in containers, when this run asks for them."""
    if in_containers():
        from tests.containers import MongoContainer, RabbitContainer

        folder, ports = stack.folder, stack.ports
        stack.mongo = MongoContainer(folder / "mongodb", ports["mongodb"])
        (folder / "rabbitmq").mkdir(parents=True, exist_ok=True)
        stack.rabbit = RabbitContainer(
            folder / "rabbitmq", port=ports["amqp"], management=ports["management"]
        )


@contextmanager
def mongodb() -> Iterator[str]:
    """A MongoDB-compatible server's address for this run."""
    if given := os.environ.get("TEST_MONGODB_URI"):
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="karmayogi-mongodb-", dir=quick_folder()) as folder:
        server = make_mongo(Path(folder))
        server.start()
        try:
            yield server.uri
        finally:
            server.process.kill()  # Its files go with the folder: no need to wait for a gentle end.
            server.stop()


@contextmanager
def rabbitmq() -> Iterator[Rabbit]:
    """A RabbitMQ node of this run."""
    with tempfile.TemporaryDirectory(
        prefix="karmayogi-rabbitmq-", ignore_cleanup_errors=True, dir=quick_folder()
    ) as folder:
        node = make_rabbit(Path(folder))
        node.start()
        try:
            yield node
        finally:
            node.process.kill()
            node.stop()
