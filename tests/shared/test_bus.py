"""Publishing and topology on a real broker."""

from __future__ import annotations

import io
import json
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from typing import Any

import pika
import pytest
from amqp.exceptions import NotFound

from deploy.local.servers import set_policies
from shared.bus import LOG, Link, Outcome, Publisher, Topology, TopologyWrong
from shared.bus.shelves import Shelf, Wanted
from tests.bus_kit import LADDER, World, password_set, registered, wait, wire


@pytest.fixture
def world(broker: Any, database: Any) -> World:
    return World(broker, database)


@pytest.fixture
def publisher(world: World) -> Iterator[Publisher]:
    made = open_publisher(world)
    yield made
    made.link.close()


def open_publisher(world: World, service: str = "identity", timeout: float = 5.0) -> Publisher:
    settings = world.settings(service)
    return Publisher(Link.open(settings.amqp_url, settings), service, timeout)


def test_m14_topology_applied_twice_changes_nothing(world: World) -> None:
    admin = world.admin()
    before = world.broker.api("GET", "/api/definitions/{vhost}")

    Topology(ladder=LADDER).apply(admin)

    after = world.broker.api("GET", "/api/definitions/{vhost}")
    admin.close()
    assert before["queues"] == after["queues"]
    assert before["bindings"] == after["bindings"]


def test_m14_a_changed_argument_stops_the_job_with_the_name_of_the_queue(world: World) -> None:
    admin = world.admin()
    admin.channel().queue_delete("notifier.parked")
    admin.channel().queue_declare("notifier.parked", durable=True, auto_delete=False)

    with pytest.raises(TopologyWrong, match=r"notifier\.parked exists with other arguments"):
        Topology(ladder=LADDER).apply(admin)

    admin.close()
    again = world.admin()
    again.channel().queue_delete("notifier.parked")
    Topology(ladder=LADDER).apply(again)
    Topology(ladder=LADDER).check(again)
    again.close()


class ComingUp:
    """A broker after its restart: the log has no leader yet, and each such answer closes the channel."""

    def __init__(self, times: int) -> None:
        self.left, self.declared, self.closed = times, [], True

    def channel(self) -> ComingUp:
        self.closed = False
        return self

    def queue_declare(self, name: str, **arguments: Any) -> None:
        assert not self.closed
        if name == LOG and self.left:
            self.left, self.closed = self.left - 1, True
            raise NotFound("home node of durable queue is down or inaccessible")
        self.declared.append(name)

    def exchange_declare(self, *arguments: Any, **more: Any) -> None:
        assert not self.closed

    def queue_bind(self, *arguments: Any) -> None:
        assert not self.closed

    def close(self) -> None:
        self.closed = True


def test_m14_a_queue_that_comes_up_later_than_the_broker_is_waited_for() -> None:
    soon, never = ComingUp(3), ComingUp(10**9)

    Topology(ladder=LADDER).apply(soon, pause=0.01)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        Topology(ladder=LADDER).apply(never, patience=0.05, pause=0.01)  # type: ignore[arg-type]

    assert soon.left == 0
    assert soon.declared[-1] == LOG


def test_m14_the_check_names_a_missing_queue(world: World) -> None:
    admin = world.admin()
    admin.channel().queue_delete("notifier.dead")

    with pytest.raises(TopologyWrong, match=r"notifier\.dead does not exist"):
        Topology(ladder=LADDER).check(admin)

    admin.close()


def test_m2_each_message_of_a_wide_batch_is_confirmed(world: World, publisher: Publisher) -> None:
    messages = [wire(password_set(f"u{n}")) for n in range(300)]

    outcomes = publisher.send(messages)

    assert outcomes == [Outcome.CONFIRMED] * 300
    assert len(world.taken("notifier", 300)) == 300


def test_m10_an_unroutable_message_is_returned_and_its_neighbours_confirmed(world: World) -> None:
    admin = world.admin()
    admin.channel().queue_unbind(LOG, "karmayogi.events", "#")
    publisher = open_publisher(world)

    outcomes = publisher.send(
        [wire(password_set()), wire(password_set(), key="identity.Nobody.v1"), wire(registered())]
    )

    admin.channel().queue_bind(LOG, "karmayogi.events", "#")
    admin.close()
    publisher.link.close()
    assert outcomes == [Outcome.CONFIRMED, Outcome.RETURNED, Outcome.CONFIRMED]


def full_queue(world: World, publisher: Publisher) -> Any:
    """A queue that refuses every further message with this key."""
    admin = world.admin()
    channel = admin.channel()
    arguments = {"x-queue-type": "quorum", "x-max-length": 1, "x-overflow": "reject-publish"}
    channel.queue_declare("full", durable=True, auto_delete=False, arguments=arguments)
    channel.queue_bind("full", "karmayogi.events", "identity.Full.v1")
    wait(lambda: publisher.send([wire(password_set(), key="identity.Full.v1")]) == [Outcome.NACKED])
    return admin


def test_m2_a_refused_message_is_nacked(world: World, publisher: Publisher) -> None:
    admin = full_queue(world, publisher)

    outcomes = publisher.send([wire(password_set(), key="identity.Full.v1"), wire(password_set())])

    admin.channel().queue_delete("full")
    admin.close()
    assert outcomes == [Outcome.NACKED, Outcome.CONFIRMED]


def test_m2_the_late_ack_of_one_message_does_not_confirm_another(world: World) -> None:
    publisher = open_publisher(world)
    admin = full_queue(world, publisher)
    publisher._timeout = 0.5
    world.broker.freeze()
    first = publisher.send([wire(password_set())])
    world.broker.thaw()
    publisher._timeout = 5.0
    wait(lambda: select.select([publisher.link.connection.transport.sock], [], [], 0)[0])

    second = publisher.send([wire(password_set(), key="identity.Full.v1")])

    admin.channel().queue_delete("full")
    admin.close()
    publisher.link.close()
    assert first == [Outcome.UNKNOWN]
    assert second == [Outcome.NACKED]


@pytest.mark.parametrize(
    ("user", "key"),
    [("notifier", "identity.PasswordSet.v1"), ("identity", "notifier.MailFailed.v1")],
)
def test_m11_a_foreign_key_is_refused_by_the_broker(world: World, user: str, key: str) -> None:
    publisher = open_publisher(world, user, timeout=2.0)

    outcomes = publisher.send([wire(password_set(), key=key)])

    publisher.link.close()
    assert outcomes == [Outcome.UNKNOWN]
    assert world.take("notifier") == []


def test_m8_twenty_five_peeks_lose_nothing_and_a_replay_reaches_one_service(world: World) -> None:
    publisher = open_publisher(world, "notifier")
    publisher.send([wire(password_set("u9"), exchange="karmayogi.dead", key="notifier.parked")])
    publisher.link.close()
    shelf = Shelf(world.broker.url("notifier"), "notifier", "parked")

    for _ in range(25):
        wait(lambda: len(shelf.show(Wanted())) == 1)
    wait(lambda: shelf.replay(Wanted(type="identity.PasswordSet.v1")) == 1)

    (message,) = world.taken("notifier")
    assert message.properties["application_headers"]["karmayogi-attempt"] == 0
    assert world.take("identity") == []
    assert shelf.show(Wanted()) == []


def whole_look(shelf: Shelf, count: int) -> list[str]:
    """The ids of a shelf's messages once all are back from the look before."""
    looks: list[list[str]] = []
    wait(lambda: looks.append([row["id"] for row in shelf.show(Wanted())]) or len(looks[-1]) == count)
    return looks[-1]


def test_m8_twenty_five_peeks_of_dead_neither_lose_nor_reorder(world: World) -> None:
    publisher = open_publisher(world, "notifier")
    sent = [wire(password_set(f"u{n}"), exchange="karmayogi.dead", key="notifier.dead") for n in range(6)]
    for one in sent:
        publisher.send([one])
    publisher.link.close()
    shelf = Shelf(world.broker.url("notifier"), "notifier", "dead")

    seen = [whole_look(shelf, len(sent)) for _ in range(25)]

    order = [one.id for one in sent]
    assert seen == [order] * 25
    assert [message.properties["message_id"] for message in world.taken("notifier.dead", 6)] == order


def test_a_drop_records_each_message_first(world: World) -> None:
    publisher = open_publisher(world, "notifier")
    publisher.send([wire(password_set(), exchange="karmayogi.dead", key="notifier.dead")])
    publisher.link.close()
    shelf = Shelf(world.broker.url("notifier"), "notifier", "dead")
    kept: list[dict[str, Any]] = []

    wait(lambda: shelf.drop(Wanted(), kept.append) == 1)

    assert kept[0]["type"] == "identity.PasswordSet.v1"
    assert world.take("notifier.dead") == []


def test_the_export_holds_the_rights_of_each_user() -> None:
    exported = Topology().export("/")

    rights = {row["user"]: row for row in exported["permissions"]}
    assert rights["identity"]["read"] == r"^(identity(\.(dead|parked))?|karmayogi\.log)$"
    assert rights["analytics"]["write"] == "^$"
    assert {row["user"] for row in exported["topic_permissions"]} == set(rights)


def test_the_analytics_example_reads_the_log_from_the_beginning(world: World, publisher: Publisher) -> None:
    publisher.send([wire(registered(f"u{n}")) for n in range(3)])

    done = subprocess.run(
        [sys.executable, "examples/analytics_tail.py", world.broker.url("analytics"), "--count", "3", "--follow"],
        capture_output=True, text=True, timeout=20, check=True,
    )  # fmt: skip

    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["offset"] for line in lines] == [0, 1, 2]
    assert lines[0]["event"]["specversion"] == "1.0"


def test_the_log_keeps_its_events_for_a_year(world: World) -> None:
    set_policies(world.broker.rabbit, world.broker.vhost)

    (policy,) = world.broker.api("GET", "/api/policies/{vhost}")

    assert (policy["pattern"], policy["definition"]) == (r"^karmayogi\.log$", {"max-age": "365D"})


def test_the_topology_command_prints_definitions() -> None:
    from shared.bus.__main__ import main

    out = io.StringIO()
    with redirect_stdout(out):
        assert main(["topology", "export"]) == 0

    assert "karmayogi.log" in {queue["name"] for queue in json.loads(out.getvalue())["queues"]}


@pytest.mark.parametrize("user", ["identity", "analytics", "notifier"])
def test_s03_a_user_reaches_its_own_queue_and_no_other(world: World, user: str) -> None:
    others = [name for name in ("identity", "onboarding", "notifier") if name != user]

    for queue in (*others, *(f"{name}.parked" for name in others)):
        connection = pika.BlockingConnection(pika.URLParameters(world.broker.url(user)))
        channel = connection.channel()
        with pytest.raises(pika.exceptions.ChannelClosedByBroker) as caught:
            channel.basic_get(queue)
        connection.close()
        assert caught.value.reply_code == 403
