"""What the local stack has started ends with it, also when it is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from deploy.local.servers import free_port, guard, listens
from deploy.local.servers.guard import born
from deploy.local.stack import ROOT
from tests.bus_kit import wait

SERVERS = """
import signal, sys
from pathlib import Path
from deploy.local.servers import Process, Rabbit, together
folder, *ports = sys.argv[1:]
port, management, dist, epmd = map(int, ports)
rabbit = Rabbit(Path(folder), port=port, management=management, dist=dist, epmd=epmd)
sleeper = Process("sleeper", ["sleep", "600"], Path(folder), {"PATH": "/usr/bin:/bin"})
together([rabbit.start, sleeper.start])
print(rabbit.process.pid, sleeper.pid, flush=True)
signal.pause()
"""


def started(folder: Path, ports: list[int]) -> tuple[subprocess.Popen[str], list[int]]:
    """A process with servers, started in threads that have ended, and their ids."""
    parent = subprocess.Popen(
        [sys.executable, "-c", SERVERS, str(folder), *map(str, ports)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert parent.stdout is not None
    return parent, [int(pid) for pid in parent.stdout.readline().split()]


def test_a_killed_parent_leaves_no_process_and_no_port_behind(tmp_path: Path) -> None:
    ports = [free_port() for _ in range(4)]
    parent, children = started(tmp_path, ports)
    with parent:
        before = [bool(born(pid)) for pid in children], [listens(port) for port in ports]

        parent.kill()
        parent.wait()

        wait(lambda: not any(born(pid) for pid in children), 40)
        wait(lambda: not any(listens(port) for port in ports), 20)
    assert parent.returncode == -signal.SIGKILL
    assert before == ([True, True], [True] * 4)


def left_to_the_guard(*words: dict[str, object]) -> None:
    """Tell a guard of its own these words, and end."""
    lines = "".join(f"{json.dumps(word)}\n" for word in words)
    subprocess.run(
        [sys.executable, "-I", guard.__file__, "0.3"], input=lines, text=True, check=True, timeout=30
    )


def test_what_does_not_hear_the_gentle_signal_is_ended_with_its_group(tmp_path: Path) -> None:
    command = ["sh", "-c", "trap '' TERM; sleep 600 & echo $! > child; wait; sleep 600"]
    with subprocess.Popen(command, cwd=tmp_path, start_new_session=True) as deaf:
        wait((tmp_path / "child").exists)
        wait(lambda: (tmp_path / "child").read_text().strip())

        left_to_the_guard({"started": deaf.pid, "born": born(deaf.pid)})

        assert deaf.wait(10) == -signal.SIGKILL
    wait(lambda: not born(int((tmp_path / "child").read_text())))


def test_a_process_that_ended_or_only_has_its_number_is_left_alone() -> None:
    with subprocess.Popen(["sleep", "600"], start_new_session=True) as other:
        known = born(other.pid)

        left_to_the_guard({"started": other.pid, "born": known}, {"ended": other.pid})
        left_to_the_guard({"started": other.pid, "born": f"{known}0"})

        alive = other.poll() is None
        other.kill()
    assert alive
