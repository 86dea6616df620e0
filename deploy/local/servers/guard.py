"""Ends what this process has started once it is gone, however that went: kill -9 leaves nothing behind.

A second process of the standard library alone, whose standard input closes with the end of its parent. One JSON line
for each word of the parent: `started` or `ended` name a process, `last` a command for afterwards.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

GENTLE = 10.0  # Seconds that a process has between SIGTERM and SIGKILL.


class Guard:
    """The parent's side; the second process begins with the first word."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[str] | None = None

    def started(self, pid: int) -> None:
        """Watch a process; when it leads a group, the whole group."""
        self._tell({"started": pid, "born": born(pid)})

    def ended(self, pid: int) -> None:
        """Watch it no longer."""
        self._tell({"ended": pid})

    def last(self, command: list[str], environ: Mapping[str, str]) -> None:
        """A command to run at the very end, if anything was left to end."""
        self._tell({"last": {"command": command, "environ": dict(environ)}})

    def _tell(self, word: dict[str, Any]) -> None:
        with self._lock:
            if self._child is None:
                self._child = subprocess.Popen(
                    [sys.executable, "-I", __file__, str(GENTLE)],
                    stdin=subprocess.PIPE, text=True, start_new_session=True,
                )  # fmt: skip
                atexit.register(self._leave, self._child)
            assert self._child.stdin is not None
            with contextlib.suppress(BrokenPipeError):  # Somebody ended the guard: then nobody watches.
                self._child.stdin.write(json.dumps(word) + "\n")
                self._child.stdin.flush()

    @staticmethod
    def _leave(child: subprocess.Popen[str]) -> None:
        assert child.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            child.stdin.close()
        child.wait()


def born(pid: int) -> str:
    """When a process began, in ticks since the boot, so that a number used anew is told apart; "" for none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[19]


def follow(lines: Iterable[str]) -> tuple[dict[int, str], list[dict[str, Any]]]:
    """What is left when the parent has gone: processes with the time they began, and last commands."""
    running: dict[int, str] = {}
    commands: list[dict[str, Any]] = []
    for line in lines:
        word = json.loads(line)
        if "started" in word:
            running[word["started"]] = word["born"]
        elif "ended" in word:
            running.pop(word["ended"], None)
        else:
            commands.append(word["last"])
    return running, commands


def end(running: dict[int, str], number: int) -> bool:
    """Send a signal to what still runs, with its group if it leads one; whether there was anything."""
    left = [pid for pid, began in running.items() if born(pid) == began]
    for pid in left:
        with contextlib.suppress(ProcessLookupError):
            (os.killpg if os.getpgid(pid) == pid else os.kill)(pid, number)
    return bool(left)


def main(gentle: float) -> None:
    """Wait for the end of the parent, then end what it left: gently first, the last commands at last."""
    running, commands = follow(sys.stdin)
    end(running, signal.SIGCONT)
    end(running, signal.SIGTERM)
    deadline = time.monotonic() + gentle
    while end(running, 0) and time.monotonic() < deadline:
        time.sleep(0.1)
    end(running, signal.SIGKILL)
    for one in commands if running else ():
        until_done(one["command"], one["environ"])


def until_done(command: list[str], environ: Mapping[str, str], tries: int = 20) -> None:
    """Run a command again and again until it succeeds: what it waits for is dying."""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        for _ in range(tries):
            if subprocess.run(command, env=environ, capture_output=True, timeout=10).returncode == 0:
                return
            time.sleep(0.25)


if __name__ == "__main__":
    main(float(sys.argv[1]))
