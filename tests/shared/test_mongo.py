"""Records: events lie in the document by the same write, and no read hands them out."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pymongo.errors import DuplicateKeyError

from shared.errors import Conflict, Unavailable
from shared.events.identity import PasswordResetRequested, UserDisabled
from shared.mongo import UNSENT_MOST, Records, guarded_set


@pytest.fixture
def records(database: Any) -> Records:
    return Records(database["things"])


def asked() -> PasswordResetRequested:
    return PasswordResetRequested(user_id="u1", locale="en")


def disabled() -> UserDisabled:
    return UserDisabled(user_id="u1", mdo_id="bsnl", sv=2)


def outbox(records: Records) -> list[tuple[str, int]]:
    stored = records.collection.find_one({"_id": "u1"}) or {}
    return [(row["type"], int(json.loads(row["body"])["sequence"])) for row in stored.get("_outbox", [])]


def test_m1_add_stores_the_document_and_its_event_together(records: Records) -> None:
    records.add({"_id": "u1", "name": "a"}, asked())

    assert outbox(records) == [("identity.PasswordResetRequested.v1", 1)]
    assert records.get("u1") == {"_id": "u1", "name": "a", "version": 1}


def test_a_second_add_of_an_id_stores_nothing(records: Records) -> None:
    records.add({"_id": "u1"})

    with pytest.raises(DuplicateKeyError):
        records.add({"_id": "u1"}, asked())
    assert outbox(records) == []


def test_save_raises_the_version_and_keeps_waiting_events(records: Records) -> None:
    document = records.add({"_id": "u1", "name": "a", "note": "x"}, asked())
    document["name"] = "b"
    del document["note"]

    after = records.save(document, disabled())

    assert after == {"_id": "u1", "name": "b", "version": 2}
    assert [sequence for _, sequence in outbox(records)] == [1, 2]


def test_m1_a_lost_compare_and_set_holds_no_event(records: Records) -> None:
    document = records.add({"_id": "u1", "n": 0})
    records.save({**document, "n": 1})

    with pytest.raises(Conflict):
        records.save({**document, "n": 2}, asked())
    assert outbox(records) == []
    assert (records.get("u1") or {})["n"] == 1


def test_m1_a_change_that_matches_nothing_holds_no_event(records: Records) -> None:
    records.add({"_id": "u1", "state": "open"})

    assert records.change({"_id": "u1", "state": "closed"}, {"$set": {"n": 1}}, asked()) is None
    assert outbox(records) == []


def test_change_stamps_events_with_the_version_they_made(records: Records) -> None:
    records.add({"_id": "u1", "n": 0})

    with ThreadPoolExecutor(8) as pool:
        results = list(
            pool.map(lambda _: records.change({"_id": "u1"}, {"$inc": {"n": 1}}, asked()), range(16))
        )

    assert all(result is not None for result in results)
    assert [sequence for _, sequence in outbox(records)] == list(range(2, 18))


def test_one_write_names_one_event_of_a_type(records: Records) -> None:
    with pytest.raises(ValueError, match="one event of a type"):
        records.add({"_id": "u1"}, asked(), asked())


def crowd(records: Records, count: int) -> dict[str, Any]:
    """An aggregate with so many unsent events, as it is read."""
    records.add({"_id": "u1"}, asked())
    row = (records.collection.find_one({"_id": "u1"}) or {})["_outbox"][0]
    records.collection.update_one({"_id": "u1"}, {"$set": {"_outbox": [row] * count}})
    return {"_id": "u1", "version": 1}


WRITES: dict[str, Callable[..., Any]] = {
    "change": lambda records, read, *events: records.change({"_id": "u1"}, {"$set": {"n": 1}}, *events),
    "change_read": lambda records, read, *events: records.change(read, {"$set": {"n": 1}}, *events),
    "save": lambda records, read, *events: records.save({**read, "n": 1}, *events),
    "put": lambda records, read, *events: records.put(read, {"$set": {"n": 1}}, *events),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize(("count", "events"), [(UNSENT_MOST, [asked]), (UNSENT_MOST - 1, [asked, disabled])])
def test_m1_a_full_outbox_refuses_more_by_every_write_and_stores_nothing(
    records: Records, write: Callable[..., Any], count: int, events: list[Callable[[], Any]]
) -> None:
    read = crowd(records, count)

    with pytest.raises(Unavailable) as caught:
        write(records, read, *(make() for make in events))

    assert caught.value.retry_after == 30
    assert len(outbox(records)) == count
    assert records.get("u1") == read


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_the_last_place_of_an_outbox_is_taken_and_a_write_without_events_needs_none(
    records: Records, write: Callable[..., Any]
) -> None:
    read = crowd(records, UNSENT_MOST - 1)

    write(records, read, asked())
    write(records, {**read, "version": 2})

    assert len(outbox(records)) == UNSENT_MOST
    assert (records.get("u1") or {})["version"] == 3


def test_a_lost_compare_and_set_of_a_full_outbox_is_lost_and_not_full(records: Records) -> None:
    read = crowd(records, UNSENT_MOST)
    records.change({"_id": "u1"}, {"$set": {"n": 1}})

    assert records.put(read, {"$set": {"n": 2}}, asked()) is False


@pytest.mark.parametrize(
    "read",
    [
        lambda records: records.get("u1"),
        lambda records: records.find_one({"_id": "u1"}),
        lambda records: records.find({})[0],
        lambda records: records.change({"_id": "u1"}, {"$set": {"n": 1}}, disabled()),
    ],
)
def test_no_read_hands_out_the_outbox(records: Records, read: Callable[[Records], dict[str, Any]]) -> None:
    records.add({"_id": "u1"}, asked())

    assert not [name for name in read(records) if name.startswith("_") and name != "_id"]


def test_what_is_missing_is_added_with_its_event_and_the_rest_stays(database: Any) -> None:
    records = Records(database["things"])
    records.add({"_id": "a", "name": "changed since"})
    rows = [({"_id": id_, "name": "first"}, None if id_ == "c" else asked()) for id_ in ("a", "b", "c")]

    for _ in range(2):
        records.add_missing(rows)

    stored = {one["_id"]: one for one in records.collection.find({})}
    assert {id_: one["name"] for id_, one in stored.items()} == {
        "a": "changed since",
        "b": "first",
        "c": "first",
    }
    assert [len(stored[id_].get("_outbox", ())) for id_ in ("a", "b", "c")] == [0, 1, 0]
    assert stored["b"]["version"] == 1


def test_the_newest_word_counts_in_whatever_order_and_one_write_makes_a_row(database: Any) -> None:
    rows = database["rows"]

    def hear(sequence: int, group: str = "self", **unless: Any) -> bool:
        return guarded_set(rows, "a", group, sequence, {group: sequence}, unless or None)

    assert [hear(n) for n in (2, 1, 2, 3)] == [True, False, False, True]
    assert hear(1, "other")
    assert not hear(9, "third", other={"$exists": False})
    assert rows.find_one({"_id": "a"}) == {
        "_id": "a", "self": 3, "other": 1, "_seen": {"self": 3, "other": 1},
    }  # fmt: skip


def test_of_two_processes_that_make_a_row_at_once_the_newer_word_stays(database: Any) -> None:
    rows = database["rows"]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: guarded_set(rows, "a", "self", n, {"value": n}), range(40)))

    assert rows.find_one({"_id": "a"})["value"] == 39
