"""Projections made anew from the log, and a lost queue filled again, on a real broker."""

from __future__ import annotations

import importlib
import json
import random
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from pymongo.errors import AutoReconnect, NetworkTimeout

from shared.auth import Subjects, note_subject
from shared.bus import LogReader, Outcome, Publisher
from shared.bus.__main__ import main
from shared.bus.link import Link
from shared.errors import Conflict, Refused
from shared.events.identity import ErasureDue, PasswordSet, UserDisabled, UserEnabled, UserRegistered
from shared.mongo import Records
from shared.outbox import Lease
from shared.privacy import Holding, Holdings, answer
from shared.worker import Handlers, rebuild, rebuild_asked
from shared.worker.rebuild import SHADOW, RebuildFailed
from tests.bus_kit import FAST, LADDER, World, password_set, registered, wait, wire


@pytest.fixture
def world(broker: Any, database: Any) -> World:
    made = World(broker, database)
    admin = made.admin()
    admin.channel().queue_delete("karmayogi.log")
    admin.leave()
    return World(broker, database)


@pytest.fixture
def publisher(world: World) -> Iterator[Publisher]:
    settings = world.settings("identity")
    made = Publisher(Link.open(settings.amqp_url, settings), "identity", 5.0)
    yield made
    made.link.close()


def canonical(rows: Any) -> str:
    """The documents of a collection as one text."""
    return json.dumps(sorted(rows.find(), key=lambda d: str(d["_id"])), sort_keys=True, default=str)


def run_rebuild(world: World, handlers: Handlers, service_on: Any, **changes: Any) -> Any:
    """A rebuild of `subjects` in the notifier's name."""
    settings = world.settings("notifier", log_quiet=0.3, **changes)
    return rebuild(
        settings, handlers=handlers, service_on=service_on, database=world.database,
        projections=("subjects",), ensure_indexes=lambda database: None,
    )  # fmt: skip


def standing(subjects: Subjects, event: Any, envelope: Any) -> None:
    note_subject(subjects, event)


def standing_handlers() -> Handlers:
    handlers = Handlers()
    handlers.on(PasswordSet, UserDisabled, UserEnabled)(standing)
    return handlers


def subjects_on(world: World) -> Any:
    return lambda database: Subjects(database["subjects"], world.settings("notifier"))


def history(people: int = 12) -> list[Any]:
    """Events of some people in a shuffled order, each twice."""
    made: list[Any] = []
    for n in range(people):
        made += [
            password_set(f"u{n}", sv=1), UserDisabled(user_id=f"u{n}", mdo_id="m1", sv=2),
            UserEnabled(user_id=f"u{n}", mdo_id="m1", sv=3), password_set(f"u{n}", sv=4 + n),
        ]  # fmt: skip
    wires = [wire(event, sequence=n) for n, event in enumerate(made)] * 2
    random.Random(7).shuffle(wires)
    return wires


def publish(publisher: Publisher, messages: list[Any]) -> None:
    for message in messages:
        assert publisher.send([message]) == [Outcome.CONFIRMED]


def test_m13_a_replay_of_the_log_equals_what_the_living_consumer_made(
    world: World, publisher: Publisher
) -> None:
    from services.notifier.handlers import handlers
    from services.notifier.worker import PROJECTIONS, service_on
    from shared.worker import Consumer
    from tests.notifier.sink import settings as notifier_settings

    settings = notifier_settings(1, **FAST, amqp_url=world.broker.url("notifier"), log_quiet=0.3)
    living = service_on(world.database, settings)
    handled: list[bool] = []
    consumer = Consumer(settings, handlers, living, lambda: True, lambda: handled.append(True))
    with world.running(consumer):
        publish(publisher, history())
        wait(lambda: len(handled) == 96)
    before, deliveries = canonical(world.database["subjects"]), canonical(world.database["deliveries"])
    world.database["subjects"].delete_many({"_id": {"$in": ["u1", "u2"]}})
    world.database["subjects"].update_one({"_id": "u3"}, {"$set": {"sv": 999}})

    report = rebuild(
        settings, handlers=handlers, service_on=lambda shadow: service_on(shadow, settings),
        database=world.database, projections=PROJECTIONS, ensure_indexes=lambda database: None,
    )  # fmt: skip

    assert canonical(world.database["subjects"]) == before
    assert canonical(world.database["deliveries"]) == deliveries
    assert report.outcomes["done"] == 96
    assert not [n for n in world.database.list_collection_names() if n.endswith(SHADOW)]


def test_m13_a_rebuild_publishes_nothing_and_leaves_other_collections_alone(
    world: World, publisher: Publisher
) -> None:
    publish(publisher, [wire(password_set(f"u{n}")) for n in range(3)])
    end = LogReader(world.settings("notifier", log_quiet=0.3)).end()
    handlers = Handlers()

    @handlers.on(PasswordSet)
    def causes_more(database: Any, event: PasswordSet, envelope: Any) -> None:
        database["subjects"].update_one({"_id": event.user_id}, {"$set": {"sv": 1}}, upsert=True)
        Records(database["users"]).add({"_id": event.user_id}, registered(event.user_id))

    run_rebuild(world, handlers, lambda database: database)

    assert world.database["subjects"].count_documents({}) == 3
    assert world.database["users"].count_documents({}) == 0
    assert LogReader(world.settings("notifier", log_quiet=0.3)).end() == end == 2


def test_m13_what_arrives_while_a_rebuild_runs_is_in_the_result(world: World, publisher: Publisher) -> None:
    publish(publisher, [wire(password_set("u1"))])
    late = iter([wire(password_set("u2")), wire(password_set("u3"))])
    handlers = Handlers()

    @handlers.on(PasswordSet)
    def note_and_go_on(subjects: Subjects, event: PasswordSet, envelope: Any) -> None:
        note_subject(subjects, event)
        for message in late:
            publish(publisher, [message])
            break

    run_rebuild(world, handlers, subjects_on(world))

    assert {d["_id"] for d in world.database["subjects"].find()} == {"u1", "u2", "u3"}


def test_m13_a_failing_event_stops_the_rebuild_and_the_collection_stays(
    world: World, publisher: Publisher
) -> None:
    publish(publisher, [wire(password_set("u1")), wire(registered("u1")), wire(password_set("u2"))])
    world.database["subjects"].insert_one({"_id": "old"})
    handlers = standing_handlers()

    @handlers.on(UserRegistered)
    def never(subjects: Subjects, event: UserRegistered, envelope: Any) -> None:
        raise LookupError

    with pytest.raises(RebuildFailed, match=r"1 events have no effect, the first is identity.UserRegistered"):
        run_rebuild(world, handlers, subjects_on(world))

    assert [d["_id"] for d in world.database["subjects"].find()] == ["old"]


def test_m13_an_event_before_its_predecessor_is_tried_again_and_a_refused_one_is_left(
    world: World, publisher: Publisher
) -> None:
    publish(publisher, [wire(registered("u1")), wire(registered("nobody")), wire(password_set("u1"))])
    handlers = standing_handlers()

    @handlers.on(UserRegistered)
    def after_the_password(subjects: Subjects, event: UserRegistered, envelope: Any) -> None:
        if event.user_id == "nobody":
            raise Refused("never", "Never.")
        if subjects._collection.find_one({"_id": event.user_id}) is None:
            raise Conflict("too_early", "Not yet.")
        subjects.note(event.user_id, 7)

    report = run_rebuild(world, handlers, subjects_on(world))

    assert dict(report.outcomes) == {"done": 2, "refused": 1}
    assert [d["sv"] for d in world.database["subjects"].find()] == [7]


def test_m13_forged_and_foreign_events_have_no_effect(world: World, publisher: Publisher) -> None:
    notifier = Publisher(Link.open(world.broker.url("admin"), world.settings()), "identity", 5.0)
    publish(notifier, [wire(password_set("forged"))])
    notifier.link.close()
    publish(publisher, [wire(password_set("u1")), wire(registered("u1"))])

    report = run_rebuild(world, standing_handlers(), subjects_on(world))

    assert [d["_id"] for d in world.database["subjects"].find()] == ["u1"]
    assert dict(report.outcomes) == {"malformed": 1, "done": 1, "foreign": 1}


def test_m13_a_collection_that_publishes_is_not_rebuilt(world: World, publisher: Publisher) -> None:
    publish(publisher, [wire(password_set("u1"))])
    handlers = Handlers()

    @handlers.on(PasswordSet)
    def publishes(database: Any, event: PasswordSet, envelope: Any) -> None:
        Records(database["subjects"]).add({"_id": event.user_id}, registered(event.user_id))

    with pytest.raises(RebuildFailed, match="subjects publishes events"):
        run_rebuild(world, handlers, lambda database: database)


def test_m13_an_erased_person_in_the_log_does_not_stop_a_rebuild(world: World, publisher: Publisher) -> None:
    """What a handler stores with an event is told by nobody here; an erasure that follows must not wait for that."""
    told = (password_set("u1"), ErasureDue(user_id="u1", sv=9), password_set("u2"))
    publish(publisher, [wire(event) for event in told])
    handlers = Handlers()

    @handlers.on(PasswordSet)
    def tells(database: Any, event: PasswordSet, envelope: Any) -> None:
        note = {"_id": event.user_id, "user_id": event.user_id}
        Records(database["notes"]).add(note, registered(event.user_id))
        database["subjects"].insert_one(note)

    answer(handlers, Holdings((Holding("notes"), Holding("subjects"))), lambda database: database)

    report = run_rebuild(world, handlers, lambda database: database)

    assert report.outcomes["done"] == 3
    assert [one["_id"] for one in world.database["subjects"].find()] == ["u2"]


def test_m13_two_rebuilds_of_a_service_do_not_run_at_once(world: World, publisher: Publisher) -> None:
    publish(publisher, [wire(password_set("u1"))])
    settings = world.settings("notifier", relay_renew=0.05, relay_lease=0.6)
    other, stop = Lease(world.database["leases"], "other", settings, name="rebuild"), threading.Event()
    assert other.held()

    def keep() -> None:
        while not stop.wait(0.05):
            other.held()

    holder = threading.Thread(target=keep)
    holder.start()

    with pytest.raises(RebuildFailed, match="Another rebuild of this service is running"):
        run_rebuild(world, standing_handlers(), subjects_on(world), relay_lease=0.6)
    stop.set()
    holder.join()
    other.release()
    run_rebuild(world, standing_handlers(), subjects_on(world))

    assert world.database["subjects"].count_documents({}) == 1


@pytest.mark.parametrize(
    ("service", "projections"),
    [("identity", ("subjects",)), ("notifier", ("subjects", "courses", "admins", "sessions"))],
)
def test_a_worker_knows_its_projections_and_the_option(service: str, projections: tuple[str, ...]) -> None:
    worker = importlib.import_module(f"services.{service}.worker")

    assert projections == worker.PROJECTIONS
    assert rebuild_asked(["--rebuild"])
    assert not rebuild_asked([])
    with pytest.raises(SystemExit):
        rebuild_asked(["--rebild"])


def test_m7_a_lost_queue_is_filled_again_from_the_log(
    world: World, publisher: Publisher, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(publisher, [wire(password_set(f"u{n}")) for n in range(4)])
    admin = world.admin()
    admin.channel().queue_delete("notifier")
    admin.leave()
    World(world.broker, world.database)
    for name, value in {"SERVICE": "notifier", "AMQP_URL": world.broker.url("notifier"),
                        "RETRY_LADDER": ",".join(LADDER), "LOG_QUIET": "0.3"}.items():  # fmt: skip
        monkeypatch.setenv(name, value)

    assert main(["log", "replay", "--from", "1", "--rate", "1000"]) == 0

    handled: list[str] = []
    consumer = world.consumer(lambda service, event, envelope: handled.append(event.user_id))
    with world.running(consumer):
        wait(lambda: len(handled) == 3)
    assert capsys.readouterr().out == "3 replayed\n"
    assert handled == ["u1", "u2", "u3"]
    assert world.take("identity") == []


class SilentLink:
    """A link whose broker sends nothing any more."""

    incoming: tuple[()] = ()

    def drain(self, timeout: float) -> bool:
        return False

    def require(self, queue: str, exchange: str) -> None:
        raise ConnectionError

    def close(self) -> None:
        """Nothing to close."""


def test_m13_a_log_whose_broker_falls_silent_is_not_taken_for_an_empty_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = LogReader(world.settings("notifier", confirm_timeout=0.5))
    with monkeypatch.context() as patch:
        patch.setattr(reader, "_open", LogReader(world.settings("notifier"))._open)
        assert reader.end() == -1  # An empty log.

    monkeypatch.setattr(reader, "_open", lambda start: SilentLink())

    with pytest.raises(ConnectionError):
        reader.end()


def test_m13_a_missing_answer_of_the_database_is_waited_for(world: World, publisher: Publisher) -> None:
    publish(publisher, [wire(password_set(f"u{n}")) for n in range(3)])
    handlers, missing = Handlers(), {"u1": NetworkTimeout("late"), "u2": AutoReconnect("away")}

    @handlers.on(PasswordSet)
    def note(database: Any, event: PasswordSet, envelope: Any) -> None:
        if event.user_id in missing:
            raise missing.pop(event.user_id)
        database["subjects"].update_one({"_id": event.user_id}, {"$set": {"sv": 1}}, upsert=True)

    report = run_rebuild(world, handlers, lambda database: database)

    assert (report.outcomes["done"], missing) == (3, {})
    assert world.database["subjects"].count_documents({}) == 3


def test_m13_a_database_that_stays_away_ends_it_with_a_sentence_and_changes_nothing(
    world: World, publisher: Publisher
) -> None:
    publish(publisher, [wire(password_set("u1"))])
    world.database["subjects"].insert_one({"_id": "u1", "sv": 7})
    handlers = Handlers()

    @handlers.on(PasswordSet)
    def away(database: Any, event: PasswordSet, envelope: Any) -> None:
        raise NetworkTimeout("late")

    with pytest.raises(
        RebuildFailed, match=r"The database went away\. The collections in use are as they were"
    ):
        run_rebuild(world, handlers, lambda database: database)

    assert canonical(world.database["subjects"]) == '[{"_id": "u1", "sv": 7}]'
