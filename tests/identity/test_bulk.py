"""Registration by a file: the dry run, the commit that survives a kill, the undo."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.identity.commands.bulk import carry_out_part
from services.identity.handlers import Identity, handlers
from services.identity.jobs import mailer_of
from services.identity.rules.bulk import PART, read_rows
from services.identity.store import Store
from shared.auth import KeyRing, Subjects
from shared.errors import Refused
from shared.events.identity import ErasureDue
from shared.mongo import connect, utcnow
from shared.settings import Settings
from tests.identity.as_person import call
from tests.identity.people import RING, SETTINGS, add_person
from tests.service_kit import deliver, told

SPV, MDO = ("SPV_ADMIN", None), ("MDO_ADMIN", "telecom")
HEAD = "email,first_name,last_name,mdo_id,position_text,locale\n"


def line(n: int, **changed: str) -> str:
    row = {
        "email": f"bulk{n}@bsnl.co.in", "first_name": "Asha", "last_name": f"Rao {'abcdefghij'[n % 10]}",
        "mdo_id": "bsnl", "position_text": "Clerk", "locale": "en",
    } | changed  # fmt: skip
    return ",".join(row.values()) + "\n"


def upload(client: FlaskClient, admin: dict[str, Any], text: str) -> Any:
    return call(client, admin, "POST", "/v1/bulk", {"name": "Batch", "text": text})


def carry_out(store: Store) -> int:
    parts = 0
    while carry_out_part(store, mailer_of(SETTINGS), "worker-1", utcnow()):
        parts += 1
    return parts


def invited(store: Store) -> list[str]:
    return sorted(one["email"] for one in store.users.find({"status": "INVITED"}))


def test_a_dry_run_names_each_wrong_row_and_does_nothing(store: Store, client: FlaskClient) -> None:
    admin = add_person(store, MDO)
    known = add_person(store)
    text = HEAD + "".join(
        [
            line(1),
            line(2, email="x@gmail.com"),
            line(3, email=known["email"]),
            line(4, mdo_id="atlantis"),
            line(5, mdo_id="posts"),
            line(6, email="BULK1@bsnl.co.in"),
            line(7, first_name=""),
            line(8, locale="fr"),
            "too,short\n",
        ]
    )

    made = upload(client, admin, text)

    assert made.status_code == 201
    assert made.json["diff"] == {"new": 1, "known": 1, "refused": 7}
    assert [(one["row"], one["field"]) for one in made.json["errors"]] == [
        (2, "email"), (4, "mdo_id"), (5, "mdo_id"), (6, "email"), (7, "first_name"), (8, "locale"), (9, "row"),
    ]  # fmt: skip
    assert invited(store) == []


def test_r07_the_address_rule_holds_for_a_file(store: Store, client: FlaskClient) -> None:
    admin = add_person(store, SPV)
    bad = [
        "x@evil-bsnl.co.in",
        "x@sub.gov.in",
        "x@bsnl.co.in.evil.com",
        "x@xn--gov.in",
        "x+y@gov.in",
        "@gov.in",
    ]

    made = upload(client, admin, HEAD + "".join(line(n, email=one) for n, one in enumerate(bad)))
    call(client, admin, "POST", f"/v1/bulk/{made.json['id']}/commit", {})
    carry_out(store)

    assert made.json["diff"] == {"new": 0, "known": 0, "refused": len(bad)}
    assert invited(store) == []


def test_a_commit_invites_each_new_person_once(store: Store, client: FlaskClient) -> None:
    admin = add_person(store, MDO)
    id_ = upload(client, admin, HEAD + "".join(line(n) for n in range(120))).json["id"]

    ordered = call(client, admin, "POST", f"/v1/bulk/{id_}/commit", {})
    carry_out_part(store, mailer_of(SETTINGS), "worker-1", utcnow())
    between = call(client, admin, "GET", f"/v1/bulk/{id_}").json
    carry_out(store)
    done = call(client, admin, "GET", f"/v1/bulk/{id_}").json
    rest = call(client, admin, "GET", f"/v1/bulk/{id_}?cursor={done['next_cursor']}").json

    assert (ordered.status_code, between["state"], between["done"]) == (202, "committing", 50)
    assert (done["state"], done["done"], done["failed"], len(done["rows"])) == ("done", 120, 0, 100)
    assert {one["status"] for one in done["rows"] + rest["rows"]} == {"invited"}
    assert (len(rest["rows"]), rest["next_cursor"]) == (20, None)
    assert len(invited(store)) == 120
    events = told(store.users.collection)
    assert [one["type"] for one in events] == ["identity.UserRegistered.v1"] * 120


def test_the_same_file_again_is_the_same_batch_and_makes_nothing_new(
    store: Store, client: FlaskClient
) -> None:
    admin, text = add_person(store, MDO), HEAD + line(1) + line(2)
    first = upload(client, admin, text).json
    call(client, admin, "POST", f"/v1/bulk/{first['id']}/commit", {})
    carry_out(store)

    again = upload(client, admin, text).json
    call(client, admin, "POST", f"/v1/bulk/{again['id']}/commit", {})
    longer = upload(client, admin, text + line(3)).json

    assert (again["id"], again["state"], carry_out(store)) == (first["id"], "done", 0)
    assert longer["diff"] == {"new": 1, "known": 2, "refused": 0}
    assert len(invited(store)) == 2


def test_a_part_carried_out_twice_makes_no_second_account_and_no_second_mail(
    store: Store, client: FlaskClient
) -> None:
    admin = add_person(store, MDO)
    id_ = upload(client, admin, HEAD + "".join(line(n) for n in range(10))).json["id"]
    call(client, admin, "POST", f"/v1/bulk/{id_}/commit", {})
    before = store.bulk_parts.get(f"{id_}:00000") or {}
    carry_out(store)
    store.bulk_parts.change({"_id": before["_id"]}, {"$set": {"rows": before["rows"]}})
    store.bulks.change({"_id": id_}, {"$set": {"state": "committing", "next": 0, "done": 0}})

    carry_out(store)

    assert len(invited(store)) == len(told(store.users.collection)) == 10
    rows = call(client, admin, "GET", f"/v1/bulk/{id_}").json["rows"]
    assert {one["status"] for one in rows} == {"invited"}


def _work(uri: str, name: str, records: str, fatal: int) -> None:
    """A worker that dies right before its n-th change of these records."""
    store = Store(connect(Settings(service=name, mongodb_uri=uri)), directory_cache=5.0)
    dying, calls = getattr(store, records), itertools.count(1)
    change = dying.change

    def change_or_die(*where_and_what: Any) -> Any:
        if next(calls) == fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        return change(*where_and_what)

    dying.change = change_or_die
    while carry_out_part(store, mailer_of(SETTINGS), f"worker-{os.getpid()}", utcnow()):
        pass


@pytest.mark.parametrize(
    ("records", "fatal"),
    [("bulk_parts", 2), ("bulks", 4)],
    ids=["its_accounts_are_there", "its_rows_are_written_back"],
)
def test_a_killed_worker_is_followed_by_another_without_a_double_mail(
    store: Store, client: FlaskClient, mongodb_uri: str, records: str, fatal: int
) -> None:
    admin, rows = add_person(store, MDO), 3 * PART
    id_ = upload(client, admin, HEAD + "".join(line(n) for n in range(rows))).json["id"]
    call(client, admin, "POST", f"/v1/bulk/{id_}/commit", {})
    worker = multiprocessing.get_context("spawn").Process(
        target=_work, args=(mongodb_uri, store.database.name, records, fatal)
    )
    worker.start()
    worker.join(90)
    killed_at = len(invited(store))
    held = {"_id": id_, "lease": {"$ne": None}}
    late = store.bulks.collection.update_one(held, {"$set": {"lease.until": utcnow()}})  # A minute later.

    parts = carry_out(store)

    done = call(client, admin, "GET", f"/v1/bulk/{id_}").json
    assert (worker.exitcode, killed_at) == (-signal.SIGKILL, 2 * PART)
    assert (late.modified_count, parts) == (1, 2)
    assert (done["state"], done["done"], done["failed"]) == ("done", rows, 0)
    assert len(invited(store)) == len(told(store.users.collection)) == rows


def test_an_undo_erases_what_nobody_used_yet(store: Store, client: FlaskClient) -> None:
    admin = add_person(store, MDO)
    id_ = upload(client, admin, HEAD + line(1) + line(2)).json["id"]
    call(client, admin, "POST", f"/v1/bulk/{id_}/commit", {})
    carry_out(store)
    used = store.user_by_email("bulk2@bsnl.co.in") or {}
    store.users.change({"_id": used["_id"]}, {"$set": {"status": "ACTIVE", "password": "hash"}})

    call(client, admin, "POST", f"/v1/bulk/{id_}/undo", {})
    carry_out(store)
    identity = Identity(store, SETTINGS, KeyRing.load(RING), Subjects(store.subjects, SETTINGS))
    for one in told(store.users.collection):
        if one["type"].endswith("ErasureDue.v1"):
            deliver(handlers, identity, ErasureDue(**one["data"]))

    rows = call(client, admin, "GET", f"/v1/bulk/{id_}").json["rows"]
    assert [one["status"] for one in rows] == ["undone", "invited"]
    assert (store.users.get(used["_id"]) or {})["status"] == "ACTIVE"
    assert store.user_by_email("bulk1@bsnl.co.in") is None
    again = call(client, admin, "POST", "/v1/invitations", {
        "email": "bulk1@bsnl.co.in", "first_name": "A", "last_name": "B", "mdo_id": "bsnl", "position_text": "C",
    })  # fmt: skip
    assert again.status_code == 201


def test_z01_a_batch_is_its_admins_own(store: Store, client: FlaskClient) -> None:
    admin, other, learner = add_person(store, MDO), add_person(store, SPV), add_person(store)
    id_ = upload(client, admin, HEAD + line(1)).json["id"]

    for path, method in (
        (f"/v1/bulk/{id_}", "GET"),
        (f"/v1/bulk/{id_}/commit", "POST"),
        (f"/v1/bulk/{id_}/undo", "POST"),
    ):
        assert call(client, other, method, path, {}).status_code == 404
        assert call(client, learner, method, path, {}).status_code == 403


def test_an_undo_needs_a_commit_first(store: Store, client: FlaskClient) -> None:
    admin = add_person(store, MDO)
    id_ = upload(client, admin, HEAD + line(1)).json["id"]

    answer = call(client, admin, "POST", f"/v1/bulk/{id_}/undo", {})

    assert (answer.status_code, answer.json["slug"]) == (409, "bulk_state")


@pytest.mark.parametrize(
    "text",
    ["x", "email\n", HEAD, HEAD + "\x00", HEAD + '"open,\n',
     "email,first_name,last_name,mdo_id,roles\na,b,c,d,SPV_ADMIN\n",
     "email,email,first_name,last_name,mdo_id\n1,2,3,4,5\n"],
)  # fmt: skip
def test_z04_a_file_that_is_no_such_table_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        read_rows(text)


def test_w05_a_file_over_its_limit_is_refused_and_other_routes_keep_theirs(
    store: Store, client: FlaskClient
) -> None:
    admin = add_person(store, MDO)

    large = upload(client, admin, "x" * 2_300_000)
    other = call(client, admin, "POST", "/v1/invitations", {"email": "x" * 70_000})

    assert (large.status_code, other.status_code) == (413, 413)
    assert upload(client, admin, HEAD + "".join(line(n) for n in range(1200))).status_code == 201
