"""Progress over HTTP: receipts, queues kept offline, completion exactly once, races of two devices."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask.testing import FlaskClient

from services.progress.commands.enrolments import come_back, withdraw
from services.progress.commands.updates import apply_update
from services.progress.store import Store
from tests.progress.world import COURSE, SETTINGS, World
from tests.service_kit import FOREIGN_ADMIN, LEARNER, OTHER, OWN_ADMIN, PUBLISHER, ask


def report(client: FlaskClient, enrolment: Any, body: Any, who: Any = LEARNER) -> Any:
    return ask(client, "POST", f"/v1/enrolments/{enrolment['_id']}/updates", who, body)


def piece(event_id: str, start: int, end: int) -> dict[str, Any]:
    return {"event_id": event_id, "resource_id": "v1", "kind": "position", "from": start, "position": end}


def test_a_report_is_answered_with_its_receipt_and_the_state(world: World, client: FlaskClient) -> None:
    enrolment = world.enrolment()
    world.wait(60)

    good = report(client, enrolment, piece("-_e1.o", 0, 60))
    again = report(client, enrolment, piece("-_e1.o", 0, 60))
    forged = report(client, enrolment, piece("e2", 0, 1200))

    assert good.json == {
        "event_id": "-_e1.o", "receipt": "accepted", "percent": 0, "completed": False,
        "resource": {"status": "in_progress", "position": 60, "covered": 60, "completed_at": None},
    }  # fmt: skip
    assert (again.status_code, again.json["receipt"]) == (200, "duplicate")
    assert (forged.json["receipt"], forged.json["reason"], forged.json["completed"]) == (
        "refused",
        "jump",
        False,
    )
    assert set(forged.json["sentence"]) == {"en", "hi"}


def test_each_resource_and_the_course_are_completed_once(world: World) -> None:
    world.course("short", required=("v1", "l1"), assessments={})
    enrolment = world.enrolment(course_id="short")
    for _ in range(2):
        world.watch(enrolment)
        world.update(enrolment, "l1", "opened")
        world.update(enrolment, "l1", "declared")

    told = world.told("ResourceCompleted", "CourseCompleted")

    assert [(one["name"], one.get("resource_id"), one.get("rule")) for one in told] == [
        ("ResourceCompleted", "v1", "coverage"), ("ResourceCompleted", "l1", "declaration"),
        ("CourseCompleted", None, None),
    ]  # fmt: skip
    after = world.get(enrolment)
    assert (after["status"], after["percent"], after["evidence"]["rules"]) == (
        "completed", 100, {"v1": "coverage", "l1": "declaration"},
    )  # fmt: skip


def test_a_queue_gets_a_receipt_for_each_item_and_none_blocks_another(
    world: World, client: FlaskClient
) -> None:
    enrolment = world.enrolment()
    foreign = world.enrolment("learner-2")
    world.wait(600)
    id_ = {"enrolment_id": enrolment["_id"]}
    items = [
        {**piece("a", 0, 60), **id_}, {**piece("b", 60, 120), **id_}, {**piece("a", 0, 60), **id_},
        {**piece("c", 0, 1200), **id_}, {**piece("d", 0, 60), "enrolment_id": foreign["_id"]},
        {"event_id": {"$gt": ""}, **id_}, {"event_id": "f", "nonsense": 1},
        {"event_id": "g", "resource_id": "x1", "kind": "submitted", "text": "उत्तर", **id_},
        {**piece("h", 120, 180), **id_},
    ]  # fmt: skip

    receipts = ask(client, "POST", "/v1/updates", LEARNER, {"items": items}).json["receipts"]

    assert [(one["event_id"], one["receipt"], one.get("reason")) for one in receipts] == [
        ("a", "accepted", None), ("b", "accepted", None), ("a", "duplicate", None), ("c", "refused", "jump"),
        ("d", "refused", "enrolment_unknown"), (None, "refused", "not_valid"), ("f", "refused", "not_valid"),
        ("g", "accepted", None), ("h", "accepted", None),
    ]  # fmt: skip
    assert world.get(enrolment)["resources"]["v1"]["covered"] == [[0, 180]]
    assert world.get(foreign) == foreign
    kept = world.store.submissions.find_one({"_id": f"{enrolment['_id']}:x1"}) or {}
    assert kept["text"] == "उत्तर"
    assert ask(client, "POST", "/v1/updates", LEARNER, {"items": items * 12}).status_code == 422


def test_the_mark_of_a_reading_waits_for_its_minimum_time(world: World, client: FlaskClient) -> None:
    enrolment = world.enrolment()
    path = f"/v1/enrolments/{enrolment['_id']}/resources/h1/complete"
    report(client, enrolment, {"event_id": "o", "resource_id": "h1", "kind": "opened"})
    world.wait(20)

    early = ask(client, "POST", path, LEARNER)
    world.wait(40)
    good, again = (ask(client, "POST", path, LEARNER) for _ in range(2))
    video = ask(client, "POST", path.replace("h1", "x1"), LEARNER)

    assert (early.status_code, early.json["slug"], early.headers["Retry-After"]) == (422, "too_soon", "40")
    assert (good.status_code, good.json["resource"]["status"], good.json["percent"]) == (200, "completed", 20)
    assert again.status_code == 200
    assert (video.status_code, video.json["slug"]) == (422, "wrong_kind")
    assert len(world.told("ResourceCompleted")) == 1


def test_two_devices_at_once_lose_nothing_and_complete_once(world: World) -> None:
    world.course("short", required=("v1",), assessments={})
    enrolment = world.enrolment(course_id="short")
    world.wait(2000)

    def device(pair: tuple[str, int]) -> list[str]:
        pieces = [piece(f"{pair[0]}{start}", start, start + 120) for start in range(pair[1], 1200, 240)]
        return [
            apply_update(world.store, SETTINGS, "learner-1", enrolment["_id"], one, world.now)[0].receipt
            for one in pieces
        ]

    with ThreadPoolExecutor() as pool:
        receipts = list(pool.map(device, [("a", 0), ("b", 120), ("c", 0), ("d", 120)]))

    assert receipts == [["accepted"] * 5] * 4
    assert world.get(enrolment)["resources"]["v1"]["covered"] == [[0, 1200]]
    assert len(world.told("ResourceCompleted")) == len(world.told("CourseCompleted")) == 1


def test_a_copy_kept_by_one_process_is_never_believed_against_the_database(world: World) -> None:
    enrolment, other = world.enrolment(), Store(world.store.database)
    world.wait(600)

    def report_by(store: Store, event_id: str, start: int) -> tuple[str, str | None]:
        body = piece(event_id, start, start + 60)
        done, _ = apply_update(store, SETTINGS, "learner-1", enrolment["_id"], body, world.now)
        return done.receipt, done.reason

    here = report_by(world.store, "a", 0)
    there = report_by(other, "b", 60)
    known_there_only = report_by(world.store, "b", 60)
    late = report_by(world.store, "c", 120)
    withdraw(other, "learner-1", enrolment["_id"], "other", "", world.now)
    withdrawn = report_by(world.store, "d", 180)
    come_back(other, world.get(enrolment), world.now)
    world.wait(60)
    again = report_by(world.store, "e", 180)

    assert (here, there, known_there_only, late) == (
        ("accepted", None), ("accepted", None), ("duplicate", None), ("accepted", None),
    )  # fmt: skip
    assert (withdrawn, again) == (("refused", "withdrawn"), ("accepted", None))
    assert world.get(enrolment)["resources"]["v1"]["covered"] == [[0, 240]]


def test_attendance_is_marked_by_the_provider_or_for_own_people(world: World, client: FlaskClient) -> None:
    world.learner("admin-1")
    enrolment = world.enrolment()
    world.enrolment("admin-1")
    path, users = f"/v1/sessions/{COURSE}/s1/attendance", {"user_ids": ["learner-1", "learner-2", "admin-1"]}

    foreign = ask(client, "POST", path, FOREIGN_ADMIN, users).json
    own = ask(client, "POST", path, OWN_ADMIN, users).json
    again = ask(client, "POST", path, PUBLISHER, users).json
    wrong = ask(client, "POST", f"/v1/sessions/{COURSE}/v1/attendance", PUBLISHER, users).json
    learner = ask(client, "POST", path, LEARNER, users)

    assert foreign["marked"] == []
    assert own["marked"] == ["learner-1"]
    assert {one["user_id"]: one["reason"] for one in own["refused"]} == {
        "learner-2": "not_enrolled", "admin-1": "own_attendance",
    }  # fmt: skip
    assert again["marked"] == ["learner-1", "admin-1"]
    assert wrong["marked"] == []
    assert learner.status_code == 403
    assert world.get(enrolment)["resources"]["s1"]["rule"] == "attendance"
    assert len(world.told("ResourceCompleted")) == 2


def test_the_roll_shows_ones_own_people_and_who_was_there(world: World, client: FlaskClient) -> None:
    world.learner("admin-1")
    for user_id in ("learner-1", "admin-1", "learner-2"):
        world.enrolment(user_id)
    path = f"/v1/sessions/{COURSE}/s1/attendance"
    ask(client, "POST", path, PUBLISHER, {"user_ids": ["learner-1"]})

    own, foreign, all_ = (
        ask(client, "GET", path, who).json["items"] for who in (OWN_ADMIN, FOREIGN_ADMIN, PUBLISHER)
    )
    first = ask(client, "GET", f"{path}?limit=1", PUBLISHER).json
    second = ask(client, "GET", f"{path}?limit=1&cursor={first['next_cursor']}", PUBLISHER).json
    kept = [one for one in world.store.audit.find({}) if one["what"] == "attendance_seen"]

    assert [(one["user_id"], one["attended"]) for one in own] == [("learner-1", True), ("learner-2", False)]
    assert foreign == []
    assert [one["user_id"] for one in all_] == ["admin-1", "learner-1", "learner-2"]
    assert [first["items"][0]["user_id"], second["items"][0]["user_id"]] == ["admin-1", "learner-1"]
    assert [one["whom"] for one in kept][:1] == [["learner-1", "learner-2"]]
    assert ask(client, "GET", path, LEARNER).status_code == 403


def test_the_roll_shows_somebody_of_two_cycles_once_as_they_are_marked(
    world: World, client: FlaskClient
) -> None:
    earlier = world.enrolment()
    world.wait(86400)
    later = world.enrolment(cycle=str(world.now.year))
    world.enrolment("learner-2")
    path = f"/v1/sessions/{COURSE}/s1/attendance"
    ask(client, "POST", path, PUBLISHER, {"user_ids": ["learner-1"]})

    first = ask(client, "GET", f"{path}?limit=1", PUBLISHER).json
    second = ask(client, "GET", f"{path}?limit=1&cursor={first['next_cursor']}", PUBLISHER).json

    assert [(one["user_id"], one["attended"]) for one in first["items"]] == [("learner-1", True)]
    assert [(one["user_id"], one["attended"]) for one in second["items"]] == [("learner-2", False)]
    assert world.get(later)["resources"]["s1"]["rule"] == "attendance"
    assert "s1" not in world.get(earlier)["resources"]


def test_z02_nobody_reports_for_somebody_else(world: World, client: FlaskClient) -> None:
    enrolment = world.enrolment()
    before = world.get(enrolment)

    answer = report(client, enrolment, piece("e1", 0, 5), who=OTHER)

    assert (answer.status_code, answer.json["slug"]) == (404, "enrolment_unknown")
    assert world.get(enrolment) == before


def test_z02_numbers_outside_are_refused_without_a_trace(world: World, client: FlaskClient) -> None:
    enrolment = world.enrolment()
    before = world.get(enrolment)
    bad = [
        {"position": -1}, {"from": -5}, {"position": 10**9}, {"position": "12"}, {"page": 0}, {"percent": 100},
        {"completed": True}, {"status": "completed"}, {"kind": "marked"}, {"kind": "attended"}, {"client_at": "soon"},
        {"event_id": "e 1"}, {"event_id": "x" * 65}, {"resource_id": "$where"},
    ]  # fmt: skip

    for change in bad:
        answer = report(client, enrolment, piece("e1", 0, 5) | change)
        assert answer.status_code == 422, change
    assert world.get(enrolment) == before


def test_ids_with_dots_are_names_and_no_paths(world: World, client: FlaskClient) -> None:
    world.course("dotted", resources={"v1.status": "link", "a.b": "link"}, required=("a.b",), assessments={})
    enrolment = world.enrolment(course_id="dotted")
    for id_ in ("v1.status", "a.b", "a", "v1"):
        for kind in ("opened", "declared"):
            report(client, enrolment, {"event_id": f"{id_}-{kind}", "resource_id": id_, "kind": kind})

    after = world.get(enrolment)

    assert {id_: one["status"] for id_, one in after["resources"].items()} == {
        "v1.status": "completed", "a.b": "completed",
    }  # fmt: skip
    assert after["status"] == "completed"
