"""M12: what becomes of one mail when the notifier is killed at each step towards it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import Any

import pytest

from shared.bus import Link, Outcome, Publisher
from tests.bus_kit import World, registered, wait, wire
from tests.faults.office import identity, notifier
from tests.notifier.sink import Sink, mail_server


@pytest.fixture
def world(broker: Any, database: Any) -> World:
    return World(broker, database)


@pytest.fixture(scope="module")
def identity_url() -> Iterator[str]:
    with identity() as url:
        yield url


def tell(world: World, *people: str) -> None:
    settings = world.settings("identity")
    publisher = Publisher(Link.open(settings.amqp_url, settings), "identity", 5.0)
    assert publisher.send([wire(registered(one)) for one in people]) == [Outcome.CONFIRMED] * len(people)
    publisher.link.leave()


@pytest.mark.parametrize(
    ("failpoint", "copies"),
    [
        ("cons.after_effect_before_ack", 1),
        ("notif.before_smtp", 1),
        ("notif.after_250_before_mark", 2),
        ("notif.after_mark", 1),
    ],
)
def test_m12_f01_a_kill_on_the_way_of_a_mail_costs_at_most_a_copy_inside_the_window(
    world: World, mongodb_uri: str, identity_url: str, failpoint: str, copies: int
) -> None:
    sink = Sink()
    with mail_server(sink) as port:
        tell(world, "u1")
        with notifier(world, mongodb_uri, identity_url, port, failpoint) as killed:
            assert killed.wait(40) == -signal.SIGKILL
        with notifier(world, mongodb_uri, identity_url, port):
            wait(lambda: world.database["deliveries"].count_documents({"state": "sent"}) == 1, 40)

    assert len(sink.taken) == copies
    assert len({str(mail["Message-ID"]) for mail in sink.taken}) == 1
    assert len({links(mail) for mail in sink.taken}) == 1
    assert world.database["deliveries"].count_documents({}) == 1


def links(mail: Any) -> str:
    body = mail.get_body(("plain",)).get_content()
    return next(word for word in body.split() if "token=" in word)
