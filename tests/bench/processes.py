"""What the processes of a stack use: processor time and memory, with their children."""

from __future__ import annotations

import os
import time
from pathlib import Path

from deploy.local.stack import Stack
from tests.bench.table import row


def spent(stack: Stack) -> dict[str, float]:
    """CPU seconds that each process of the stack, with its children, has used so far."""
    processes = dict(stack.processes)
    processes |= {one.process.name: one.process for one in (stack.mongo, stack.rabbit) if one}
    return {name: sum(map(cpu, family(process.pid))) for name, process in processes.items()}


def rest(stack: Stack, share: float = 0.25, most: float = 600.0) -> float:
    """Wait until the whole stack uses less than this share of one core, so nothing is left over; seconds waited."""
    began = time.monotonic()
    before, at = sum(spent(stack).values()), began
    while time.monotonic() - began < most:
        time.sleep(2)
        used, now = sum(spent(stack).values()), time.monotonic()
        if (used - before) / (now - at) < share:
            break
        before, at = used, now
    return time.monotonic() - began


def family(pid: int) -> list[int]:
    """A process and all below it."""
    return [pid] + [one for child in children(pid) for one in family(int(child))]


def children(pid: int) -> list[str]:
    """The ids of the children of a process."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return path.read_text().split() if path.exists() else []


def cpu(pid: int) -> float:
    """CPU seconds of one process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(stack: Stack) -> None:
    """Resident memory of each process with its children."""
    for name, process in stack.processes.items():
        pids = [process.pid, *(int(pid) for pid in children(process.pid))]
        total = sum(resident(pid) for pid in pids)
        row(f"memory of {name} ({len(pids)} processes)", f"{total / 1e6:.0f} MB", "target 90 MB")


def resident(pid: int) -> int:
    """Proportional memory of a process, bytes."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0
