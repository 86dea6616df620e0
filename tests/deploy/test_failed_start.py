"""A start that cannot work ends with one sentence and leaves nothing behind."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.ports import free_ports, ports_from
from deploy.local.servers import Failed, listens
from deploy.local.stack import ROOT, Stack


def test_a_port_in_use_is_named_before_anything_starts(tmp_path: Path) -> None:
    ports = free_ports()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", ports["catalog-web"]))
        taken.listen()
        made = Stack(tmp_path, ports, environment="test")

        with pytest.raises(Failed, match=rf"^Port {ports['catalog-web']} \(catalog-web\) is in use"):
            made.start()

    assert made.processes == {}
    assert not listens(ports["mongodb"])


def test_a_broker_that_does_not_come_up_stops_the_start_and_the_database(tmp_path: Path) -> None:
    ports = free_ports()
    made = Stack(tmp_path, ports, environment="test")
    assert made.rabbit is not None
    made.rabbit.process.command = ["false"]

    with pytest.raises(Failed, match=r"^RabbitMQ ended at once; see .*rabbitmq.log"):
        made.start()
    made.stop()

    assert made.processes == {}
    assert [name for name, port in ports.items() if listens(port)] == []


def run_in(folder: Path, base: int = 0) -> subprocess.CompletedProcess[str]:
    """`make run` after the installation, with its data in this folder."""
    places = {"KARMAYOGI_FOLDER": str(folder), "KARMAYOGI_PORT_BASE": str(base or free_base())}
    return subprocess.run(
        [sys.executable, "-m", "deploy.local", "run"],
        cwd=ROOT, env={**os.environ, **places}, capture_output=True, text=True, timeout=100,
    )  # fmt: skip


def free_base() -> int:
    """The first of a row of free ports."""
    ports = range(20000, 30000, 40)
    return next(port for port in ports if not any(listens(one) for one in ports_from(port).values()))


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of 16 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(place)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("Nobody may mount a small disk here.")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_one_sentence_and_nothing_runs(full_disk: Path) -> None:
    base = free_base()

    done = run_in(full_disk / "stack", base)

    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(
        r"✗ The disk is nearly full: 1\d MB are free in .*, 300 MB are needed\.\n", done.stderr
    )
    assert [name for name, port in ports_from(base).items() if listens(port)] == []
    assert list(full_disk.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_one_sentence() -> None:
    done = run_in(Path("/proc/1/stack"))

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("✗ ")


def test_a_port_in_use_ends_the_command_with_one_sentence_and_nothing_runs(tmp_path: Path) -> None:
    base = free_base()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", base + 5))
        taken.listen()

        done = run_in(tmp_path, base)

        running = [name for name, port in ports_from(base).items() if listens(port)]
    assert done.returncode == 1
    assert done.stderr == (
        f"✗ Port {base + 5} (portal-web) is in use: stop what listens there, or set KARMAYOGI_PORT_BASE.\n"
    )
    assert running == ["portal-web"]
    assert not (tmp_path / "pid").exists()


@pytest.mark.parametrize("command", ["run", "up", "test-tools"])
def test_missing_packages_without_apt_are_named_with_the_command_that_installs_them(
    tmp_path: Path, command: str
) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "deploy" / "local" / "install.py"), command],
        env={"PATH": str(tmp_path)}, capture_output=True, text=True, timeout=30,
    )  # fmt: skip

    assert done.returncode == 1
    assert done.stderr.startswith("✗ These packages are missing and cannot be installed from here: ")
    assert "As root: apt-get install rabbitmq-server nginx-light" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_command_of_the_stack_is_one_sentence() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "deploy.local", "start"], cwd=ROOT, capture_output=True, text=True, timeout=30
    )

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
