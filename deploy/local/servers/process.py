"""A child process with its log, and what starting one needs: ports, waiting, secrets."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from deploy.local.servers.guard import Guard

GUARD = Guard()
MB = 1_000_000
ROOM = 300 * MB
QUIET_PORTS = range(10_000, 32_768)  # Linux gives the next ones to outgoing connections.
GIVEN: set[int] = set()


class Failed(SystemExit):
    """Stops the command with one sentence."""


def free_port() -> int:
    """A port that nobody uses now or was given before, and none that outgoing connections may get meanwhile."""
    while True:
        port = secrets.choice(QUIET_PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            if port not in GIVEN:
                GIVEN.add(port)
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


def key_ring() -> str:
    """A fresh key ring in its JSON form."""
    return json.dumps(
        {"active": "k1", "keys": {"k1": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}}
    )


def listens(port: int) -> bool:
    """Whether somebody takes connections on a port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def status(url: str) -> int:
    """The status of a GET; 0 without an answer."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # nosec B310: an address of our own.
            code: int = answer.status
            return code
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def wait_until(check: Callable[[], bool], seconds: float, sentence: str) -> None:
    """Ask until it is so; stop with the sentence after `seconds`."""
    deadline = time.monotonic() + seconds
    while not check():
        if time.monotonic() > deadline:
            raise Failed(sentence)
        time.sleep(0.1)


def together(calls: Iterable[Callable[[], None]]) -> None:
    """Make all calls at the same time; when all have ended, raise the first error."""
    failures: list[BaseException] = []

    def make(call: Callable[[], None]) -> None:
        try:
            call()
        except BaseException as error:  # noqa: BLE001  (told by the caller's thread)
            failures.append(error)

    threads = [threading.Thread(target=make, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


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
        GUARD.started(self._child.pid)

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
        GUARD.ended(self._child.pid)

    def kill(self) -> None:
        """End it at once, with all its children."""
        self.signal(signal.SIGKILL)
        if self._child:
            self._child.wait(10)
            GUARD.ended(self._child.pid)

    def tail(self, lines: int = 5) -> str:
        """The last lines of the log."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def require_room(folder: Path) -> None:
    """Stop with a sentence when the disk has no room for a start; the broker takes no message below 200 MB."""
    place = next(one for one in (folder, *folder.resolve().parents) if one.exists())
    free = shutil.disk_usage(place).free
    if free < ROOM:
        raise Failed(
            f"The disk is nearly full: {free // MB} MB are free in {place}, {ROOM // MB} MB are needed."
        )


def secret(path: Path) -> str:
    """The secret in a file, made at the first look."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(0o600)
        path.write_text(secrets.token_urlsafe(24))
    return path.read_text()
