"""A start that cannot work ends with one sentence and leaves nothing behind."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.servers import Failed, listens
from deploy.local.stack import ROOT, Stack, free_ports


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
