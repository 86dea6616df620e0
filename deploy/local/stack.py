"""The whole platform on one machine: servers, secrets, services, gateway; started in order, stopped together."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from deploy.local import gateway
from deploy.local.jobs import declare, make_indexes
from deploy.local.servers import (
    Failed,
    Mongo,
    Process,
    Rabbit,
    free_port,
    key_ring,
    listens,
    require_free,
    require_room,
    secret,
    set_policies,
    set_rights,
    status,
    together,
    wait_until,
)

ROOT = Path(__file__).parents[2]
SERVICES = ("identity", "onboarding", "catalog", "progress", "notifier", "community")
DATABASE_USERS = (*SERVICES, "portal", "root")
CALLERS = (
    "notifier",
    "onboarding",
    "catalog",
    "progress",
    "community",
)  # Services that call another one's /internal.
PORTAL_SOURCE = "127.0.0.2"  # So that the gateway can tell the portal from everybody else on this machine.
Say = Callable[[str], None]


class Stack:
    """All processes of one stack; `overrides` are environment variables by process name, "*" for all."""

    def __init__(
        self, folder: Path, ports: Mapping[str, int], *, overrides: Mapping[str, Mapping[str, str]] | None = None,
        environment: str = "development", say: Say = lambda _: None,
    ) -> None:  # fmt: skip
        require_room(folder)
        self.folder, self.ports, self.say = folder, dict(ports), say
        self.environment, self.overrides = environment, dict(overrides or {})
        self.url = f"http://localhost:{self.ports['gateway']}"
        self.mail_url = f"http://127.0.0.1:{self.ports['mail']}"
        self.mongo = (
            None
            if os.environ.get("MONGODB_URI")
            else Mongo(
                folder / "mongodb", ports["mongodb"], tools(), self._passwords("mongodb", DATABASE_USERS)
            )
        )
        self.rabbit = None if os.environ.get("AMQP_URL") else Rabbit(
            folder / "rabbitmq", port=ports["amqp"], management=ports["management"],
            dist=ports["dist"], epmd=ports["epmd"],
        )  # fmt: skip
        self.processes: dict[str, Process] = {}
        self._stopping = threading.Event()

    @property
    def engine(self) -> str:
        """The name of the database server."""
        return self.mongo.engine if self.mongo else "the server at MONGODB_URI"

    @property
    def mongodb_uri(self) -> str:
        """Where the database is, for who may see all of it: jobs of tests and of `make bench`."""
        return self.mongodb_uri_for("root")

    def mongodb_uri_for(self, user: str) -> str:
        """Where the database is, for one user: a service or the portal, each in its own database only."""
        return self.mongo.uri_for(user) if self.mongo else os.environ["MONGODB_URI"]

    def amqp_url(self, user: str) -> str:
        """The broker's address for one of its users."""
        if self.rabbit is None:
            return os.environ["AMQP_URL"]
        return f"amqp://{user}:{self._secret(f'amqp-{user}')}@127.0.0.1:{self.ports['amqp']}/karmayogi"

    def start(self) -> None:
        """Start everything in order and wait until it can work; Failed with one sentence when it cannot."""
        for name, port in self.ports.items():
            if name not in ("epmd", "dist"):
                require_free(port, name)
        self._start_servers()
        self._prepare()
        self._start_services()
        self._start_gateway()

    def _start_servers(self) -> None:
        self.say("starting the database and the broker")
        together(one.start for one in (self.mongo, self.rabbit) if one)
        if not os.environ.get("SMTP_URL"):
            ports = [str(self.ports["smtp"]), str(self.ports["mail"])]
            self._add("mail", [sys.executable, "-m", "deploy.local.mail", *ports], self._base())

    def _prepare(self) -> None:
        if self.rabbit:
            users = ("deploy", "analytics", "monitor", *SERVICES)
            set_rights(self.rabbit, "karmayogi", self._passwords("amqp", users))
        self.say("declaring exchanges and queues")
        declare(self.amqp_url("deploy"))
        if self.rabbit:
            set_policies(self.rabbit, "karmayogi")
        self.say("making indexes and starting data")
        for name in SERVICES:
            database = self._environ(f"{name}-web")["MONGODB_DATABASE"]
            make_indexes(name, self.mongodb_uri_for(name), database)

    def _start_services(self) -> None:
        self.say("starting the services")
        for name in SERVICES:
            for what in ("web", "worker"):
                self._add(
                    f"{name}-{what}",
                    [sys.executable, "deploy/start.py", what],
                    self._environ(f"{name}-{what}"),
                )
        if (ROOT / "portal" / "app.py").exists():
            self._add("portal-web", [sys.executable, "deploy/start.py", "web"], self._environ("portal-web"))
        for name in list(self.processes):
            if name != "mail":
                self.wait_ready(name)

    def _start_gateway(self) -> None:
        folder, port = self.folder / "gateway", self.ports["gateway"]
        rate = self.overrides.get("gateway", {}).get("RATE", "20r/s")
        gateway.write(folder, f"127.0.0.1:{port}", rate, PORTAL_SOURCE, ROOT / "docs", self._upstreams({}))
        self._add("gateway", gateway.command(folder), {"PATH": os.environ["PATH"]})
        wait_until(lambda: listens(port), 30, f"The gateway does not come up; see {folder}.")

    def _upstreams(self, instead: Mapping[str, int]) -> str:
        names = {name: f"{name}-web" for name in (*SERVICES, "portal")}
        return gateway.upstreams({name: [instead.get(at, self.ports[at])] for name, at in names.items()})

    def route(self, instead: Mapping[str, int]) -> None:
        """Send what the gateway gets for the named web processes to other ports; nothing restarts for it."""
        (self.folder / "gateway" / "places" / "upstreams.conf").write_text(self._upstreams(instead))
        os.kill(self.processes["gateway"].pid, signal.SIGHUP)

    def twin(self, name: str) -> str:
        """Start a second process beside a web process, on a port of its own; the twin's name, ready."""
        made = f"{name}-2"
        self.ports[made] = free_port()
        environ = self._environ(name) | {"PORT": str(self.ports[made])}
        self._add(made, self.processes[name].command, environ)
        self.wait_ready(made)
        return made

    def wait_ready(self, name: str, seconds: float = 120) -> None:
        """Wait until a process says that it can work."""
        process = self.processes[name]

        def ready() -> bool:
            if process.exit_code() is not None:
                raise Failed(f"{name} ended at once: {process.tail(1)} (see {process.log})")
            return status(f"http://127.0.0.1:{self.ports[name]}/readyz") == 200

        wait_until(ready, seconds, f"{name} does not become ready; see {process.log}.")

    def _add(self, name: str, command: list[str], environ: Mapping[str, str]) -> None:
        process = Process(name, command, self.folder / "logs", environ)
        process.start()
        self.processes[name] = process

    def _base(self) -> dict[str, str]:
        base = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ}
        return base | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "ENVIRONMENT": self.environment}

    def _environ(self, name: str) -> dict[str, str]:
        service = name.partition("-")[0]
        made = self._base() | {
            "SERVICE": service, "PORT": str(self.ports[name]), "BIND": "127.0.0.1",
            "PUBLIC_URL": self.url, "MONGODB_DATABASE": service,
            "MONGODB_URI_FILE": self._file(f"mongodb-url-{service}", self.mongodb_uri_for(service)),
            "IDENTITY_URL": f"http://127.0.0.1:{self.ports['identity-web']}",
        }  # fmt: skip
        if service in SERVICES:
            made["PROXIES"] = "1"
            made["AMQP_URL_FILE"] = self._file(f"url-{service}", self.amqp_url(service))
        made |= getattr(self, f"_{service}", dict)()
        return made | dict(self.overrides.get("*", {})) | dict(self.overrides.get(name, {}))

    def _identity(self) -> dict[str, str]:
        hashes = {
            name: hashlib.sha256(self._secret(f"credential-{name}").encode()).hexdigest() for name in CALLERS
        }
        return {
            "SIGNING_KEYS_FILE": self._file("signing-keys", key_ring),
            "SIGNING_KEYS_PATH": self._file("signing-keys", key_ring),
            "LINK_KEYS_FILE": self._file("link-keys", key_ring),
            "SERVICE_CREDENTIALS_FILE": self._file("service-credentials", json.dumps(hashes)),
            "SECOND_FACTOR_REQUIRED": os.environ.get("SECOND_FACTOR_REQUIRED", "false"),
        }

    def _notifier(self) -> dict[str, str]:
        return {
            "SMTP_URL": os.environ.get("SMTP_URL", f"smtp://127.0.0.1:{self.ports['smtp']}"),
            "MAIL_FROM": "no-reply@karmayogi.example",
            "IDENTITY_CREDENTIAL_FILE": self._credential("notifier"),
        }

    def _onboarding(self) -> dict[str, str]:
        return {"IDENTITY_CREDENTIAL_FILE": self._credential("onboarding")}

    def _catalog(self) -> dict[str, str]:
        return {
            "IDENTITY_CREDENTIAL_FILE": self._credential("catalog"),
            "FILES_URL": os.environ.get("FILES_URL", f"file://{self.folder}/files"),
            "FILE_LINKS_FILE": self._file("file-links", key_ring),
        }

    def _progress(self) -> dict[str, str]:
        return {
            "IDENTITY_CREDENTIAL_FILE": self._credential("progress"),
            "CATALOG_URL": f"http://127.0.0.1:{self.ports['catalog-web']}",
            "BADGE_KEYS_FILE": self._file("badge-keys", key_ring),
        }

    def _community(self) -> dict[str, str]:
        return {"IDENTITY_CREDENTIAL_FILE": self._credential("community")}

    def _portal(self) -> dict[str, str]:
        self._secret("portal-secret")
        return {
            "GATEWAY_URL": f"http://127.0.0.1:{self.ports['gateway']}",
            "GATEWAY_SOURCE": PORTAL_SOURCE,
            "SESSION_STORE_URL_FILE": self._file("mongodb-url-portal", self.mongodb_uri_for("portal")),
            "SECRET_KEY_FILE": str(self.folder / "secrets" / "portal-secret"),
        }

    def _credential(self, caller: str) -> str:
        return self._file(f"credential-{caller}", self._secret(f"credential-{caller}"))

    def _passwords(self, server: str, users: Iterable[str]) -> dict[str, str]:
        return {user: self._secret(f"{server}-{user}") for user in users}

    def _secret(self, name: str) -> str:
        return secret(self.folder / "secrets" / name)

    def _file(self, name: str, content: str | Callable[[], str]) -> str:
        path = self.folder / "secrets" / name
        if isinstance(content, str) or not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(0o600)
            path.write_text(content if isinstance(content, str) else content())
        return str(path)

    def restart(self, name: str, **extra: str) -> None:
        """Stop and start one process, with further environment variables, and wait until it is ready."""
        self.processes[name].stop()
        self.processes[name].start(**extra)
        self.wait_ready(name)

    def watch(self) -> None:
        """Start processes again that ended by themselves, until `stop` is called."""
        while not self._stopping.wait(1.0):
            for name, process in self.processes.items():
                if process.exit_code() is not None and not self._stopping.is_set():
                    self.say(f"{name} ended with {process.exit_code()}; starting it again")
                    process.start()

    def stop(self) -> None:
        """Stop everything, the gateway first, servers last."""
        self._stopping.set()
        order = [*(name for name in reversed(self.processes) if name != "mail"), "mail"]
        together(self.processes[name].stop for name in order if name in self.processes)
        for server in (self.rabbit, self.mongo):
            if server:
                server.stop()


def tools() -> Path:
    """Where tools of the local stack live."""
    return ROOT / ".local" / "tools"
