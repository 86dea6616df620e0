"""RabbitMQ and a MongoDB-compatible server as private processes on ports of their own."""

from __future__ import annotations

import contextlib
import glob
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

SECANTUS = "SecantusDB==0.7.0b3"


class Failed(SystemExit):
    """Stops the command with one sentence."""


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def require_free(port: int, what: str) -> None:
    """Stop with a sentence when something listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise Failed(
                f"Port {port} ({what}) is in use: stop what listens there, or set KARMAYOGI_PORT_BASE."
            ) from None


def wait_until(check: Callable[[], bool], seconds: float, sentence: str) -> None:
    """Ask until it is so; stop with the sentence after `seconds`."""
    deadline = time.monotonic() + seconds
    while not check():
        if time.monotonic() > deadline:
            raise Failed(sentence)
        time.sleep(0.1)


class Process:
    """A child process with its log file."""

    def __init__(self, name: str, command: list[str], folder: Path, environ: Mapping[str, str]) -> None:
        self.name, self.command, self.folder, self.environ = name, command, folder, dict(environ)
        self.log = folder / f"{name}.log"
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The id of the running process; 0 when there is none."""
        return self._child.pid if self._child and self._child.poll() is None else 0

    def start(self, **extra: str) -> None:
        """Start it, in a session of its own so that a Ctrl-C reaches the supervisor alone."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as out:
            self._child = subprocess.Popen(
                self.command, stdout=out, stderr=out, stdin=subprocess.DEVNULL,
                env=self.environ | extra, start_new_session=True,
            )  # fmt: skip

    def exit_code(self) -> int | None:
        """The exit code, None while it runs."""
        return self._child.poll() if self._child else None

    def signal(self, number: int) -> None:
        """Send a signal to the whole group of the process."""
        if self._child and self._child.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._child.pid, number)

    def stop(self, seconds: float = 12.0) -> None:
        """SIGTERM to the process, SIGKILL to its group when it takes longer."""
        if self._child is None or self._child.poll() is not None:
            return
        self._child.terminate()
        try:
            self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.signal(signal.SIGKILL)
            self._child.wait(5)

    def kill(self) -> None:
        """End it at once, with all its children."""
        self.signal(signal.SIGKILL)
        if self._child:
            self._child.wait(10)

    def tail(self, lines: int = 5) -> str:
        """The last lines of the log."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


class Mongo:
    """`mongod` or `secantusd-rs` from the path, else the stand-in from its own environment.

    With `users`, passwords by the name of a user that is a database's name too, the stand-in lets each user
    into its own database only, and `root` into all (docs/decisions/0077). The others know no users here.
    """

    def __init__(self, folder: Path, port: int, tools: Path, users: Mapping[str, str] | None = None) -> None:
        self.port, self.folder = port, folder
        # The stand-in has no other member to fail over to, and a retryable write costs it a second one.
        self.uri = f"mongodb://127.0.0.1:{port}/?directConnection=true&retryWrites=false"
        command, self.engine = self._command(folder / "data", tools)
        self.process = Process("mongodb", command, folder, {"PATH": os.environ["PATH"], "HOME": str(folder)})
        self._users = dict(users or {}) if self.engine == SECANTUS else {}

    def uri_for(self, user: str) -> str:
        """The address for one user; the same for everybody where there are no users."""
        if user not in self._users:
            return self.uri
        database = "admin" if user == "root" else user
        place = f"{user}:{urllib.parse.quote(self._users[user], safe='')}@127.0.0.1:{self.port}/{database}"
        return self.uri.replace(f"127.0.0.1:{self.port}/", place)

    def _command(self, data: Path, tools: Path) -> tuple[list[str], str]:
        if found := shutil.which("mongod"):
            self.uri = f"mongodb://127.0.0.1:{self.port}/?replicaSet=rs0&directConnection=true"
            place = ["--bind_ip", "127.0.0.1", "--port", str(self.port), "--dbpath", str(data)]
            return [found, *place, "--replSet", "rs0"], "mongod"
        if found := shutil.which("secantusd-rs"):
            program, engine = found, "SecantusDB (Rust)"
        else:
            program, engine = str(tools / "secantus" / "bin" / "secantusd-py"), SECANTUS
        place = ["--host", "127.0.0.1", "--port", str(self.port), "--storage-path", str(data)]
        return [program, *place, "--sync-on-commit"], engine

    def start(self) -> None:
        """Start and wait until it answers."""
        require_free(self.port, "MongoDB")
        (self.folder / "data").mkdir(parents=True, exist_ok=True)
        made = self.folder / "users"
        if self._users and not made.exists():
            self._make_users()
            made.touch()
        if self._users:
            self.process.command = [*self.process.command, "--auth"]
        self.process.start()
        self.wait()

    def _make_users(self) -> None:
        """The stand-in takes users only while it asks for none; it is stopped gently, or it forgets them."""
        import pymongo

        self.process.start()
        self.wait()
        with pymongo.MongoClient[dict[str, Any]](self.uri) as client:
            for user, password in self._users.items():
                role = "root" if user == "root" else "readWrite"
                database = "admin" if user == "root" else user
                client[database].command(
                    "createUser", user, pwd=password, roles=[{"role": role, "db": database}]
                )
        self.process.stop()

    def wait(self) -> None:
        """Wait until it answers a ping; a fresh replica set is initiated."""
        import pymongo
        from pymongo.errors import OperationFailure, PyMongoError

        def answers() -> bool:
            if self.process.exit_code() is not None:
                raise Failed(f"The database ended at once; see {self.process.log}.")
            plain = f"mongodb://127.0.0.1:{self.port}/?directConnection=true"
            try:
                with pymongo.MongoClient[dict[str, Any]](plain, serverSelectionTimeoutMS=500) as client:
                    client.admin.command("ping")
                    if self.engine == "mongod":
                        with contextlib.suppress(OperationFailure):
                            client.admin.command("replSetInitiate", {"_id": "rs0"})
                        return bool(client.admin.command("hello").get("isWritablePrimary"))
                return True
            except PyMongoError:
                return False

        wait_until(answers, 30, f"The database does not come up; see {self.process.log}.")

    def stop(self) -> None:
        """Stop it gently."""
        self.process.stop()


class Rabbit:
    """A private RabbitMQ node with management; administrators' password in a file of its own."""

    CONF_MODE = 0o600

    def __init__(self, folder: Path, *, port: int, management: int, dist: int, epmd: int) -> None:
        self.folder, self.port, self.management = folder, port, management
        self.node = f"karmayogi{port}@localhost"
        self.password = _secret(folder / "admin.password")
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

    def stop(self) -> None:
        """Stop the node, and the epmd that it started."""
        self.process.stop(20)
        self.process.signal(signal.SIGKILL)
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run(["epmd", "-kill"], env=self.process.environ, capture_output=True, timeout=10)


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


def _secret(path: Path) -> str:
    import secrets

    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(0o600)
        path.write_text(secrets.token_urlsafe(24))
    return path.read_text()


secret = _secret
PYTHON = sys.executable
