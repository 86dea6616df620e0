"""The worker process: a supervised thread for each loop, the operators' routes, a clean stop."""

from __future__ import annotations

import random
import secrets
import signal
import threading
import time
from collections.abc import Sequence
from typing import Any, Protocol

from pymongo.database import Database
from pymongo.errors import PyMongoError
from werkzeug.serving import make_server

from shared import log
from shared.bus import Link, Publisher
from shared.errors import Unavailable
from shared.failpoint import Failpoints
from shared.mongo import Records
from shared.ops.orders import Handled, Orders
from shared.outbox import Lease, Relay, Waiting, Watch
from shared.settings import Settings
from shared.web import make_ops_app
from shared.worker.consumer import Consumer
from shared.worker.handlers import Handlers


class Loop(Protocol):
    """Work that goes on until `stop`; `wake` is set after each handled event."""

    name: str

    def run(self, stop: threading.Event, wake: threading.Event) -> None: ...


def run(
    settings: Settings,
    *,
    handlers: Handlers,
    service: object,
    database: Database[dict[str, Any]],
    records: Sequence[Records],
    loops: Sequence[Loop] = (),
) -> None:
    """Run the event process of a service until SIGTERM or SIGINT; stops within the stop timeout."""
    stop, failpoint = threading.Event(), Failpoints(settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    wakes = {loop.name: threading.Event() for loop in loops}

    def handled() -> None:
        for loop in loops:
            wakes[loop.name].set()

    def healthy() -> bool:
        return is_healthy(database)

    noted = Handled(database)
    consumer = Consumer(settings, handlers, service, healthy, handled, failpoint, noted.note)
    running: list[Loop] = [consumer, Orders(settings, database, noted), *loops]
    if records:
        wakes["relay"] = threading.Event()
        for each in records:  # What this process writes wakes the relay at once; the watch sees the others.
            each.told = wakes["relay"].set
        names = [each.collection.name for each in records]
        running += [make_relay(settings, database, records, failpoint), Watch(settings, database, names)]
        wakes["watch"] = wakes["relay"]
    server = make_server(
        settings.bind,
        settings.port,
        make_ops_app(settings, lambda: ready(database, consumer)),
        threaded=True,
    )
    threading.Thread(target=server.serve_forever, name="ops", daemon=True).start()
    supervise(settings, running, wakes, stop)
    server.shutdown()


def make_relay(
    settings: Settings,
    database: Database[dict[str, Any]],
    records: Sequence[Records],
    failpoint: Failpoints | None = None,
) -> Relay:
    """The relay of these records, with its lease in the service's own database."""

    def connect() -> Publisher:
        link = Link.open(settings.amqp_url, settings)
        return Publisher(link, settings.service, settings.confirm_timeout)

    lease = Lease(database["leases"], secrets.token_hex(8), settings)
    waiting = [Waiting(each.collection, settings) for each in records]
    return Relay(settings, waiting, lease, connect, failpoint or Failpoints(settings))


def is_healthy(database: Database[dict[str, Any]]) -> bool:
    """Whether the service's one dependency answers."""
    try:
        database.command("ping")
    except PyMongoError:
        return False
    return True


def ready(database: Database[dict[str, Any]], consumer: Consumer) -> None:
    """Raise what keeps this process from working."""
    database.command("ping")
    if not consumer.connected.is_set():
        raise Unavailable("bus_not_connected", "The message broker cannot be reached.")


def supervise(
    settings: Settings, loops: Sequence[Loop], wakes: dict[str, threading.Event], stop: threading.Event
) -> None:
    """Run each loop in a thread of its own, start it anew after any error, and wait for the stop."""
    threads = [
        threading.Thread(
            target=keep_running,
            args=(settings, loop, stop, wakes.get(loop.name) or threading.Event()),
            name=loop.name,
            daemon=True,
        )
        for loop in loops
    ]
    for thread in threads:
        thread.start()
    while not stop.wait(1.0):
        pass
    for wake in wakes.values():
        wake.set()
    deadline = time.monotonic() + settings.stop_timeout
    for thread in threads:
        thread.join(max(deadline - time.monotonic(), 0.1))


def keep_running(settings: Settings, loop: Loop, stop: threading.Event, wake: threading.Event) -> None:
    """Run one loop; after an error wait, longer each time up to a limit, and start from zero."""
    pause = settings.reconnect_first
    while not stop.is_set():
        began = time.monotonic()
        try:
            loop.run(stop, wake)
        except Exception as error:  # noqa: BLE001  (a loop must come back from whatever ended it)
            log.get(__name__).error(
                "loop failed", extra={"loop": loop.name, "error": type(error).__name__}, exc_info=error
            )
        if time.monotonic() - began > settings.reconnect_most:
            pause = settings.reconnect_first
        stop.wait(pause * random.uniform(0.8, 1.2))
        pause = min(pause * 2, settings.reconnect_most)
