"""Sessions: draft, review by somebody else, publish, registration, waiting list, calendar, attendance."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar

from services.community.commands.registrations import (
    call_off,
    count_session,
    fill_seats,
    register,
    remind,
    settle_seats,
)
from shared.events.identity import ErasureDue
from tests.community.gatherings import BODY, ORGANISING, START, announced, draft, join
from tests.community.world import World
from tests.service_kit import (
    CREATOR,
    FOREIGN_ADMIN,
    LEARNER,
    OTHER,
    OWN_ADMIN,
    REVIEWER,
    SPV_ADMIN,
    Person,
    ask,
    envelope,
    told,
)

RAIL = Person("learner-3")
BSNL_CREATOR = Person("creator-2", (("CONTENT_CREATOR", "bsnl"),))


def events(world: World, collection: str = "registrations") -> list[tuple[str, str]]:
    """Type and person (or session) of what waits in a collection."""
    found = told(world.store.database[collection])
    return [(one["type"].split(".")[1], one["data"].get("user_id", one["subject"])) for one in found]


def figures(world: World, session_id: str) -> tuple[int, int, int]:
    session = world.store.sessions.sessions.get(session_id) or {}
    return session["registered"], session["waiting"], session["attended"]


def step(client: FlaskClient, session_id: str, what: str, who: Person, **body: Any) -> Any:
    return ask(client, "POST", f"{ORGANISING}/{session_id}/{what}", who, body)


def test_a_session_is_announced_after_somebody_else_has_reviewed_it(
    world: World, client: FlaskClient
) -> None:
    id_ = draft(client)
    assert ask(client, "GET", f"/v1/sessions/{id_}", LEARNER).status_code == 404
    assert step(client, id_, "publish", REVIEWER).json["slug"] == "state_not_fitting"

    assert step(client, id_, "submit", CREATOR).json["state"] == "review"
    published = step(client, id_, "publish", REVIEWER).json

    assert (published["state"], published["reviewed_by"]["id"]) == ("published", "cbp-reviewer")
    (event,) = told(world.store.database["sessions"])
    assert event["type"] == "community.SessionPublished.v1"
    assert event["data"] == {
        "session_id": id_, "title": BODY["title"], "kind": "webinar", "mdo_id": None, "topics": ["finance"],
        "course_id": None, "starts_at": START.isoformat(), "ends_at": (START + timedelta(hours=1)).isoformat(),
        "capacity": 0,
    }  # fmt: skip
    assert [one["id"] for one in ask(client, "GET", "/v1/sessions", LEARNER).json["items"]] == [id_]


def test_nobody_reviews_what_they_made_or_changed(client: FlaskClient) -> None:
    both = Person("both", (("CONTENT_CREATOR", None), ("CONTENT_REVIEWER", None)))
    own, touched = draft(client, both), draft(client)
    later = Person("spv-2", (("SPV_ADMIN", None),))
    for editor in (SPV_ADMIN, later):
        path = f"{ORGANISING}/{touched}"
        assert ask(client, "PATCH", path, editor, {"place": "Room 4"}).status_code == 200
    for one, maker in ((own, both), (touched, CREATOR)):
        step(client, one, "submit", maker)

    for one, who in ((own, both), (touched, SPV_ADMIN), (touched, later)):
        for what in ("publish", "return"):
            answer = step(client, one, what, who, **({"reason": "Not yet"} if what == "return" else {}))
            assert (answer.status_code, answer.json["slug"]) == (403, "own_session")


def test_a_reviewer_gives_a_session_back_with_a_reason(client: FlaskClient) -> None:
    id_ = draft(client)
    step(client, id_, "submit", CREATOR)

    assert step(client, id_, "return", REVIEWER, reason="Name the speakers.").json["state"] == "draft"

    seen = ask(client, "GET", f"{ORGANISING}/{id_}", CREATOR).json
    assert (seen["returned_reason"], seen["may_edit"], seen["may_review"]) == (
        "Name the speakers.",
        True,
        False,
    )


def test_z01_sessions_beyond_ones_unit_do_not_exist_for_an_organiser(client: FlaskClient) -> None:
    id_ = draft(client, SPV_ADMIN, mdo_id="bsnl", audience="mdo")

    for who, status in ((OWN_ADMIN, 200), (BSNL_CREATOR, 200), (FOREIGN_ADMIN, 404)):
        assert ask(client, "GET", f"{ORGANISING}/{id_}", who).status_code == status
    listed = [
        [one["id"] for one in ask(client, "GET", ORGANISING, who).json["items"]]
        for who in (OWN_ADMIN, FOREIGN_ADMIN, SPV_ADMIN)
    ]
    assert listed == [[id_], [], [id_]]
    for mdo_id in (None, "railways"):
        answer = ask(client, "POST", ORGANISING, BSNL_CREATOR, {**BODY, "mdo_id": mdo_id})
        assert (answer.status_code, answer.json["slug"]) == (403, "mdo_out_of_reach")


def test_z01_a_session_for_a_unit_exists_for_its_people_only(client: FlaskClient) -> None:
    id_ = draft(client, SPV_ADMIN, mdo_id="bsnl", audience="mdo")
    step(client, id_, "submit", SPV_ADMIN)
    assert step(client, id_, "publish", OWN_ADMIN).status_code == 200

    path = f"/v1/sessions/{id_}"
    assert ask(client, "GET", path, LEARNER).status_code == 200
    for method, one in (("GET", path), ("GET", f"{path}/calendar.ics"), ("PUT", f"{path}/registration")):
        assert ask(client, method, one, RAIL).status_code == 404
    assert ask(client, "GET", "/v1/sessions", RAIL).json["items"] == []
    assert ask(client, "GET", "/v1/home/sessions", RAIL).json["items"] == []


@pytest.mark.parametrize(
    ("changed", "slug"),
    [
        ({"starts_at": "2020-01-01T00:00:00Z"}, "times_not_valid"), ({"ends_at": START.isoformat()}, "times_not_valid"),
        ({"topics": ["none"]}, "topic_unknown"), ({"course_id": "none"}, "course_unknown"),
        ({"mdo_id": "none"}, "mdo_unknown"), ({"audience": "mdo"}, "mdo_unknown"),
        *(
            ({"join_url": url}, "link_not_valid")
            for url in (
                "http://meet.example.org", "https://10.0.0.1/x", "https://a@b.example.org", "javascript:alert(1)",
                "https://meet.internal/x", "https://x.org:8443", "https://x.org\\@y.org", "https://[::1]/",
            )
        ),
    ],
)  # fmt: skip
def test_a_session_that_cannot_be_is_refused(client: FlaskClient, changed: dict[str, Any], slug: str) -> None:
    answer = ask(client, "POST", ORGANISING, SPV_ADMIN, {**BODY, **changed})

    assert (answer.status_code, answer.json["slug"]) == (422, slug)


@pytest.mark.parametrize("changed", [{"about": {}}, {"join_url": "", "place": ""}])
def test_an_unfinished_draft_is_not_handed_over(client: FlaskClient, changed: dict[str, Any]) -> None:
    answer = step(client, draft(client, **changed), "submit", CREATOR)

    assert (answer.status_code, answer.json["slug"]) == (422, "session_incomplete")


def test_a_published_session_keeps_title_and_time_and_its_places_only_grow(client: FlaskClient) -> None:
    id_ = announced(client, capacity=2)
    path = f"{ORGANISING}/{id_}"

    renamed = ask(client, "PATCH", path, CREATOR, {"title": {"en": "Another one"}})
    fewer = ask(client, "PATCH", path, CREATOR, {"capacity": 1})
    more = ask(client, "PATCH", path, CREATOR, {"capacity": 3, "place": "Hall 2"})

    assert (renamed.status_code, renamed.json["slug"]) == (409, "state_not_fitting")
    assert (fewer.status_code, fewer.json["slug"]) == (422, "capacity_too_small")
    assert (more.json["capacity"], more.json["place"]) == (3, "Hall 2")


def test_an_edit_from_a_stale_version_is_told(client: FlaskClient) -> None:
    id_ = draft(client)

    answer = ask(client, "PATCH", f"{ORGANISING}/{id_}", CREATOR, {"place": "x"}, headers={"If-Match": '"9"'})

    assert (answer.status_code, answer.json["slug"]) == (409, "changed_elsewhere")


def test_a_session_is_live_and_ends_by_the_clock_alone(world: World, client: FlaskClient) -> None:
    id_ = announced(client)
    seen = []

    for at in (START - timedelta(seconds=1), START, START + timedelta(hours=1)):
        world.now = at
        seen.append(ask(client, "GET", f"/v1/sessions/{id_}", LEARNER).json["state"])

    assert seen == ["published", "live", "ended"]
    assert ask(client, "GET", "/v1/sessions", LEARNER).json["items"] == []
    assert [one["id"] for one in ask(client, "GET", "/v1/sessions?when=past", LEARNER).json["items"]] == [id_]
    late = ask(client, "PUT", f"/v1/sessions/{id_}/registration", LEARNER)
    assert (late.status_code, late.json["slug"]) == (409, "session_over")


def test_z05_the_link_to_join_is_for_registered_people_until_the_end(
    world: World, client: FlaskClient
) -> None:
    id_ = announced(client, capacity=1)
    join(client, id_, LEARNER, OTHER)
    path = f"/v1/sessions/{id_}"

    links = [ask(client, "GET", path, who).json["join_url"] for who in (LEARNER, OTHER, RAIL)]
    files = [ask(client, "GET", f"{path}/calendar.ics", who).text for who in (LEARNER, OTHER, RAIL)]

    assert links == [BODY["join_url"], None, None]
    assert ["meet.example.org" in one for one in files] == [True, False, False]
    world.now = START + timedelta(hours=1)
    assert ask(client, "GET", path, LEARNER).json["join_url"] is None


def test_the_calendar_file_is_whole_and_in_utc(world: World, client: FlaskClient) -> None:
    id_ = announced(client)
    join(client, id_, LEARNER)
    world.person("learner-2", locale="hi", sequence=2)

    answer = ask(client, "GET", f"/v1/sessions/{id_}/calendar.ics", LEARNER)
    hindi = Calendar.from_ical(ask(client, "GET", f"/v1/sessions/{id_}/calendar.ics", OTHER).data)

    assert answer.content_type == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.data)
    (event,) = calendar.walk("VEVENT")
    assert (calendar["VERSION"], calendar["METHOD"]) == ("2.0", "PUBLISH")
    assert event["UID"] == f"{id_}@localhost"
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (START, START + timedelta(hours=1))
    assert b"DTSTART:20260704T120000Z\r\n" in answer.data
    assert (str(event["SUMMARY"]), str(event["STATUS"])) == ("Questions on tenders", "CONFIRMED")
    assert str(event["URL"]).endswith(f"/events/{id_}")
    assert str(event["LOCATION"]) == BODY["join_url"]
    assert all(len(one) <= 75 for one in answer.data.split(b"\r\n"))
    assert str(hindi.walk("VEVENT")[0]["SUMMARY"]) == "निविदा पर प्रश्न"


def test_n05_text_in_the_calendar_file_cannot_add_lines(client: FlaskClient) -> None:
    id_ = announced(
        client, about={"en": "One\nBEGIN:VALARM\nEND:VALARM, two; three"}, title={"en": "A; B, C"}
    )

    calendar = Calendar.from_ical(ask(client, "GET", f"/v1/sessions/{id_}/calendar.ics", LEARNER).data)

    assert [one.name for one in calendar.walk()] == ["VCALENDAR", "VEVENT"]
    assert str(calendar.walk("VEVENT")[0]["SUMMARY"]) == "A; B, C"


def test_seats_go_by_order_of_asking_and_the_rest_waits(world: World, client: FlaskClient) -> None:
    people = [world.person(f"p{n}") for n in range(4)]
    id_ = announced(client, capacity=2)

    found = join(client, id_, *people, people[0])

    assert found == [
        ("registered", None), ("registered", None), ("waiting", 1), ("waiting", 2), ("registered", None),
    ]  # fmt: skip
    assert figures(world, id_) == (2, 2, 0)
    assert events(world) == []


def test_who_leaves_makes_room_for_the_first_who_waits_who_is_told(world: World, client: FlaskClient) -> None:
    people = [world.person(f"p{n}") for n in range(4)]
    id_ = announced(client, capacity=2)
    for who in people:
        join(client, id_, who)
        world.later(seconds=1)

    for _ in range(2):
        assert ask(client, "DELETE", f"/v1/sessions/{id_}/registration", people[0]).status_code == 204

    assert events(world) == [("SeatGiven", "p2")]
    assert [ask(client, "GET", f"/v1/sessions/{id_}", who).json["mine"] for who in people] == [
        "", "registered", "registered", "waiting",
    ]  # fmt: skip
    assert join(client, id_, people[0]) == [("waiting", 2)]


def test_more_places_are_filled_from_the_waiting_list(world: World, client: FlaskClient) -> None:
    people = [world.person(f"p{n}") for n in range(3)]
    id_ = announced(client, capacity=1)
    join(client, id_, *people)

    ask(client, "PATCH", f"{ORGANISING}/{id_}", CREATOR, {"capacity": 3})

    assert figures(world, id_) == (3, 0, 0)
    assert sorted(events(world)) == [("SeatGiven", "p1"), ("SeatGiven", "p2")]


def test_places_are_never_exceeded_by_people_at_the_same_time(indexed: World, client: FlaskClient) -> None:
    people = [indexed.person(f"p{n}").user_id for n in range(16)]
    id_ = announced(client, capacity=5)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: register(indexed.store, one, id_, indexed.now), people))

    assert figures(indexed, id_) == (5, 11, 0)
    seats = {one["seat"] for one in indexed.store.sessions.registrations.find({"state": "registered"})}
    assert seats == {f"{id_}:{n}" for n in range(1, 6)}


def test_m6_a_request_that_broke_off_is_finished_by_the_worker(world: World, client: FlaskClient) -> None:
    id_ = announced(client, capacity=1)
    waiting = {
        "_id": f"{id_}:learner-1", "session_id": id_, "user_id": "learner-1", "state": "waiting", "since": world.now,
        "attended_at": None, "told": [],
    }  # fmt: skip
    world.store.sessions.registrations.add(waiting)

    assert [settle_seats(world.store, world.now) for _ in range(2)] == [1, 0]

    assert figures(world, id_) == (1, 0, 0)
    assert events(world) == [("SeatGiven", "learner-1")]


def test_figures_made_anew_equal_the_living_ones(world: World, client: FlaskClient) -> None:
    id_ = announced(client, capacity=1)
    join(client, id_, LEARNER, OTHER)
    living = figures(world, id_)
    world.store.sessions.sessions.collection.update_one(
        {"_id": id_}, {"$set": {"registered": 9, "waiting": 9}}
    )

    for _ in range(2):
        count_session(world.store, id_)

    assert figures(world, id_) == living == (1, 1, 0)


def test_reminders_come_a_day_and_an_hour_before_once_each(world: World, client: FlaskClient) -> None:
    id_ = announced(client, capacity=1)
    join(client, id_, LEARNER, OTHER)
    seen = []

    for before in (25, 24, 23.9, 1.5, 1, 0.9, 0, -1):
        world.now = START - timedelta(hours=before)
        seen.append([remind(world.store, world.now), remind(world.store, world.now)])

    assert seen == [[0, 0], [1, 0], [0, 0], [0, 0], [1, 0], [0, 0], [0, 0], [0, 0]]
    kinds = [one["data"]["kind"] for one in told(world.store.database["registrations"])]
    assert (kinds, {who for _, who in events(world)}) == (["day", "hour"], {"learner-1"})


def test_who_registers_an_hour_before_a_day_long_notice_gets_the_later_reminder_only(
    world: World, client: FlaskClient
) -> None:
    id_ = announced(client)
    world.now = START - timedelta(hours=5)
    join(client, id_, LEARNER)

    assert remind(world.store, world.now) == 0
    assert remind(world.store, START - timedelta(minutes=59)) == 1


def test_a_worker_that_was_away_does_not_send_the_days_reminder_in_the_last_hour(
    world: World, client: FlaskClient
) -> None:
    id_ = announced(client)
    join(client, id_, LEARNER)

    remind(world.store, START - timedelta(minutes=30))

    assert [one["data"]["kind"] for one in told(world.store.database["registrations"])] == ["hour"]


def test_a_cancelled_session_is_told_to_all_who_had_asked_once(world: World, client: FlaskClient) -> None:
    id_ = announced(client, capacity=1)
    join(client, id_, LEARNER, OTHER)

    assert step(client, id_, "cancel", CREATOR, reason="The speaker is ill.").json["state"] == "cancelled"
    assert [call_off(world.store) for _ in range(2)] == [2, 0]

    assert sorted(events(world)) == [("RegistrationCancelled", f"learner-{n}") for n in (1, 2)]
    seen = ask(client, "GET", f"/v1/sessions/{id_}", LEARNER).json
    assert (seen["state"], seen["cancelled_reason"], seen["join_url"]) == (
        "cancelled",
        "The speaker is ill.",
        None,
    )
    assert "STATUS:CANCELLED" in ask(client, "GET", f"/v1/sessions/{id_}/calendar.ics", LEARNER).text
    refused = ask(client, "PUT", f"/v1/sessions/{id_}/registration", RAIL)
    assert (refused.status_code, refused.json["slug"]) == (409, "session_cancelled")
    assert fill_seats(world.store, world.store.sessions.sessions.get(id_) or {}, world.now) == 0


def test_attendance_is_marked_from_the_start_for_registered_people_once(
    world: World, client: FlaskClient
) -> None:
    id_ = announced(client, capacity=1, mdo_id=None)
    join(client, id_, LEARNER, OTHER)
    ids = {"user_ids": ["learner-1", "learner-2", "nobody", "cbp-creator", "learner-1"]}

    early = step(client, id_, "attendance", CREATOR, **ids)
    world.now = START
    answers = [step(client, id_, "attendance", CREATOR, **ids).json for _ in range(2)]

    assert (early.status_code, early.json["slug"]) == (409, "not_begun")
    expected = {
        "marked": ["learner-1"],
        "refused": [
            {"user_id": "learner-2", "reason": "not_registered"}, {"user_id": "nobody", "reason": "not_registered"},
            {"user_id": "cbp-creator", "reason": "own_self"},
        ],
    }  # fmt: skip
    assert answers == [expected, expected]
    assert events(world) == [("SessionAttended", "learner-1")]
    assert figures(world, id_) == (1, 1, 1)
    gone = ask(client, "DELETE", f"/v1/sessions/{id_}/registration", LEARNER)
    assert (gone.status_code, gone.json["slug"]) == (409, "attended")
    assert ask(client, "GET", f"/v1/sessions/{id_}", LEARNER).json["mine"] == "attended"


def test_organisers_read_who_registered_in_the_order_of_asking(world: World, client: FlaskClient) -> None:
    id_ = announced(client, capacity=1)
    join(client, id_, OTHER)
    world.later(minutes=1)
    join(client, id_, LEARNER)

    found = ask(client, "GET", f"{ORGANISING}/{id_}/registrations", REVIEWER).json["items"]

    assert [(one["person"]["name"], one["state"]) for one in found] == [
        ("Name of learner-2", "registered"), ("Name of learner-1", "waiting"),
    ]  # fmt: skip


def test_lists_show_what_comes_soonest_first_and_ones_own(world: World, client: FlaskClient) -> None:
    later = {
        "starts_at": (START + timedelta(days=1)).isoformat(),
        "ends_at": (START + timedelta(days=2)).isoformat(),
    }
    second, first = announced(client, **later, topics=[]), announced(client)
    join(client, second, LEARNER)

    def listed(query: str) -> list[str]:
        return [one["id"] for one in ask(client, "GET", f"/v1/sessions?{query}", LEARNER).json["items"]]

    assert listed("") == [first, second]
    assert (listed("topic=finance"), listed("only=mine")) == ([first], [second])
    rail = ask(client, "GET", "/v1/home/sessions?limit=1", LEARNER).json["items"]
    assert [(one["id"], one["mine"]) for one in rail] == [(first, "")]


def test_an_erased_persons_seat_goes_to_who_waits(world: World, client: FlaskClient) -> None:
    id_ = announced(client, capacity=1)
    join(client, id_, LEARNER, OTHER)

    for _ in range(2):
        world.hear(envelope(ErasureDue(user_id="learner-1", sv=3), sequence=3, time=world.now))

    assert world.store.sessions.registration(id_, "learner-1") is None
    assert events(world) == [("SeatGiven", "learner-2")]
    assert figures(world, id_) == (1, 0, 0)
