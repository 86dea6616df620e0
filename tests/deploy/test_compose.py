"""The platform in containers: healthy, hardened, restarted and stopped without loss. `make compose-test` runs it."""

from __future__ import annotations

import re
import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from deploy.local.demo import walk
from deploy.local.servers import wait_until
from tests.deploy.platform import Platform, docker
from tests.journeys.conftest import person
from tests.load import Ask, Crowd, everywhere
from tests.mailbox import Mailbox

__all__ = ["person"]
pytestmark = [pytest.mark.docker, pytest.mark.timeout(1800)]
ONCE = re.compile(r"users|topology|.*-indexes")
SERVERS = ("mongo", "rabbitmq", "mail")
STOPPED = [
    "identity-web", "identity-worker", "notifier-web", "notifier-worker", "onboarding-worker", "catalog-worker",
    "progress-worker", "community-web", "community-worker", "onboarding-web", "catalog-web", "progress-web",
    "portal-web", "gateway", "rabbitmq", "mongo",
]  # fmt: skip
REGISTER = Ask("POST", "/api/identity/v1/registrations", 202)


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Everything up and healthy."""
    made = Platform(tmp_path_factory.mktemp("compose"))
    try:
        print(made.compose("up").splitlines()[-1])
        made.wait()
        yield made
    finally:
        made.compose("down")


@pytest.fixture
def mail(platform: Platform) -> Iterator[Mailbox]:
    """The mail catcher; what it holds stays."""
    box = Mailbox(platform.mail_url)
    yield box
    box.close()


@pytest.fixture
def api(platform: Platform) -> Iterator[httpx.Client]:
    """A client of the public API."""
    with httpx.Client(base_url=f"{platform.url}/api", timeout=20, trust_env=False) as client:
        yield client


def test_one_shots_have_ended_well_and_the_rest_is_healthy(platform: Platform) -> None:
    states = {name: one["State"] for name, one in platform.containers().items()}
    once = {name: state["ExitCode"] for name, state in states.items() if ONCE.fullmatch(name)}
    running = {name: state["Health"]["Status"] for name, state in states.items() if name not in once}

    assert once == dict.fromkeys(once, 0)
    assert len(once) >= 7
    assert running == dict.fromkeys(running, "healthy")
    assert len(running) >= 15


def test_our_containers_have_no_rights_and_cannot_write(platform: Platform) -> None:
    ours = {
        name: one
        for name, one in platform.containers().items()
        if one["State"]["Running"] and name not in SERVERS
    }
    for name, one in ours.items():
        status = Path(f"/proc/{one['State']['Pid']}/status").read_text()
        facts = dict(re.findall(r"^(Uid|CapEff|NoNewPrivs):\s+(\S+)", status, re.M))

        assert facts == {"Uid": "10001", "CapEff": "0" * 16, "NoNewPrivs": "1"}, name
        assert one["HostConfig"]["ReadonlyRootfs"] is True, name
    written = subprocess.run(
        ["docker", "exec", ours["identity-web"]["Id"], "python", "-c", "open('/app/x', 'w')"],
        capture_output=True, text=True,
    )  # fmt: skip
    assert "Read-only file system" in written.stderr


def test_images_are_small_and_start_without_a_shell(platform: Platform) -> None:
    ours = [one for name, one in platform.containers().items() if name not in ("mongo", "rabbitmq")]
    for image in {one["Config"]["Image"] for one in ours}:
        assert int(docker("image", "inspect", "-f", "{{.Size}}", image)) <= 180_000_000, image
    for one in ours:
        if one["State"]["Running"]:
            assert not re.search(r"\b(ba|da)?sh\b", docker("top", one["Id"], "-eo", "pid,args")), one["Name"]


def test_the_demo_walks_through(platform: Platform) -> None:
    walk(platform.url, platform.mail_url)


@pytest.mark.parametrize("name", STOPPED)
def test_f03_a_container_stopped_in_mid_request_loses_nothing(
    platform: Platform, mail: Mailbox, name: str
) -> None:
    container = platform.containers()[name]["Id"]

    with Crowd(platform.port, [REGISTER], people=3, prefix=f"s{secrets.token_hex(4)}n", pause=0.25) as crowd:
        docker("stop", "-t", "60", container)
        docker("start", container)
        platform.wait()
        wait_until(lambda: len(crowd.accepted) > 3, 60, "Nobody is served after the return.")

    assert docker("inspect", "-f", "{{.State.Running}}", container).strip() == "true"
    refused = {one.rpartition(": ")[2] for one in crowd.failed}
    gone = {"BrokenPipeError", "ConnectionRefusedError", "ConnectionResetError", "RemoteDisconnected"}
    assert refused <= ({"503", "429"} | (gone if name == "gateway" else set()))
    for address in crowd.accepted:
        assert mail.wait(address, seconds=120), address


def test_f27_rolling_every_web_process_under_load_fails_no_request(
    platform: Platform, mail: Mailbox, person: dict[str, str]
) -> None:
    asks = everywhere(person)
    before = {name: one["Id"] for name, one in platform.containers().items() if name.endswith("-web")}

    with Crowd(platform.port, asks, people=3, prefix=f"r{secrets.token_hex(4)}n", pause=0.25) as crowd:
        said = platform.compose("roll")

    after = {name: one["Id"] for name, one in platform.containers().items() if name.endswith("-web")}
    assert crowd.failed == []
    assert min(crowd.answered[ask.path] for ask in asks) > 3
    assert said.count("rolled") == len(before)
    assert not set(before.values()) & set(after.values())
    for address in crowd.accepted:
        assert len(mail.wait(address, seconds=120)) == 1, address
