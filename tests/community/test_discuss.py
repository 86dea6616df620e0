"""Discussions over HTTP: start, reply, vote, follow, accept, edit, search."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from services.community.commands.discuss import FOLLOWERS_AT_ONCE, tell_more_followers
from tests.community.posts import QUESTION, TOPIC, respond, start, titles
from tests.community.world import World
from tests.service_kit import LEARNER, OTHER, Person, ask, told

RAIL = Person("learner-3")


def events(world: World, collection: str) -> list[tuple[str, dict[str, Any]]]:
    """Type and data of what waits in a collection."""
    found = told(world.store.database[collection])
    return [(one["type"].split(".")[1], one["data"]) for one in found]


def test_a_thread_is_told_without_its_words_and_followed_by_its_author(
    world: World, client: FlaskClient
) -> None:
    made = start(client)

    assert events(world, "threads") == [
        ("ThreadStarted", {
            "user_id": "learner-1", "thread_id": made["id"], "space_kind": "topic", "space_ref": "finance",
        })
    ]  # fmt: skip
    assert (made["followed"], made["followers"], made["mine"]) == (True, 1, True)
    assert made["author"] == {
        "id": "learner-1", "name": "Name of learner-1",
        "position": {"id": "so", "name": {"en": "Section Officer"}},
        "mdo": {"id": "bsnl", "name": {"en": "BSNL", "hi": "bsnl"}},
    }  # fmt: skip


def test_names_are_never_stored(world: World, client: FlaskClient) -> None:
    respond(client, start(client)["id"], OTHER)

    names = world.store.database.list_collection_names()
    kept = [str(one) for name in names for one in world.store.database[name].find()]
    assert not any("Name of" in one for one in kept)
    assert "learner-1" in world.asked


def test_a_person_without_a_complete_profile_reads_and_does_not_write(client: FlaskClient) -> None:
    thread, new = start(client)["id"], Person("newcomer")

    answer = ask(client, "POST", "/v1/threads", new, QUESTION)

    assert (answer.status_code, answer.json["slug"]) == (403, "profile_incomplete")
    assert ask(client, "PUT", f"/v1/threads/{thread}/vote", new).status_code == 403
    assert ask(client, "GET", f"/v1/threads/{thread}", new).status_code == 200


def test_a_repeated_request_makes_one_thread(world: World, client: FlaskClient) -> None:
    key = {"Idempotency-Key": "k1"}

    first, second = (ask(client, "POST", "/v1/threads", LEARNER, QUESTION, headers=key) for _ in range(2))

    assert first.json["id"] == second.json["id"]
    assert world.store.discuss.threads.collection.count_documents({}) == 1


def test_the_same_key_of_another_person_makes_another_thread(client: FlaskClient) -> None:
    key = {"Idempotency-Key": "k1"}

    first, second = (
        ask(client, "POST", "/v1/threads", who, QUESTION, headers=key) for who in (LEARNER, OTHER)
    )

    assert first.json["id"] != second.json["id"]


def test_followers_hear_of_a_reply_and_its_author_does_not(world: World, client: FlaskClient) -> None:
    thread = start(client)["id"]
    ask(client, "PUT", f"/v1/threads/{thread}/follow", RAIL)

    made = respond(client, thread, OTHER)

    assert events(world, "replies") == [
        ("FollowedThreadAnswered", {
            "user_id": "learner-2", "thread_id": thread, "reply_id": made["id"],
            "follower_ids": ["learner-1", "learner-3"],
        })
    ]  # fmt: skip


def test_who_replies_follows_unless_they_stopped(client: FlaskClient) -> None:
    one, two = start(client)["id"], start(client, title="Another question")["id"]
    ask(client, "DELETE", f"/v1/threads/{two}/follow", OTHER)

    for thread in (one, two):
        respond(client, thread, OTHER)

    assert ask(client, "GET", f"/v1/threads/{one}", OTHER).json["followed"] is True
    assert ask(client, "GET", f"/v1/threads/{two}", OTHER).json["followed"] is False


def test_very_many_followers_are_told_in_parts_each_once(world: World, client: FlaskClient) -> None:
    thread, many = start(client)["id"], [f"fan-{n:03}" for n in range(FOLLOWERS_AT_ONCE * 2 + 5)]
    for fan in many:
        world.store.discuss.follow(thread, fan, True, world.now)
    reply = respond(client, thread, OTHER)["id"]

    while tell_more_followers(world.store):
        pass

    heard = [one for _, data in events(world, "replies") for one in data["follower_ids"]]
    assert sorted(heard) == sorted([*many, "learner-1"])
    assert "tell_after" not in (world.store.discuss.replies.get(reply) or {})
    assert tell_more_followers(world.store) == 0


def test_votes_are_counted_by_person_however_often_they_click(client: FlaskClient) -> None:
    thread = start(client)["id"]
    for who in (OTHER, OTHER, RAIL):
        answer = ask(client, "PUT", f"/v1/threads/{thread}/vote", who)

    assert answer.json == {"votes": 2, "voted": True}
    assert ask(client, "DELETE", f"/v1/threads/{thread}/vote", OTHER).json == {"votes": 1, "voted": False}
    assert ask(client, "DELETE", f"/v1/threads/{thread}/vote", OTHER).json["votes"] == 1


def test_nobody_votes_for_or_reports_their_own_post(client: FlaskClient) -> None:
    thread = start(client)["id"]
    reply = respond(client, thread, OTHER)["id"]

    for path, who in ((f"/v1/threads/{thread}", LEARNER), (f"/v1/replies/{reply}", OTHER)):
        voted = ask(client, "PUT", f"{path}/vote", who)
        reported = ask(client, "POST", f"{path}/reports", who, {"reason": "spam"})
        assert {voted.json["slug"], reported.json["slug"]} == {"own_post"}


def test_only_who_asked_accepts_a_reply_of_somebody_else_and_it_is_told_once(
    world: World, client: FlaskClient
) -> None:
    thread = start(client)["id"]
    own, reply = respond(client, thread, LEARNER)["id"], respond(client, thread, OTHER)["id"]
    path = f"/v1/threads/{thread}/accepted"

    assert ask(client, "PUT", path, OTHER, {"reply_id": reply}).status_code == 404
    assert ask(client, "PUT", path, LEARNER, {"reply_id": own}).json["slug"] == "own_post"
    for _ in range(2):
        assert ask(client, "PUT", path, LEARNER, {"reply_id": reply}).json["accepted_id"] == reply

    accepted = [data for kind, data in events(world, "threads") if kind == "ReplyAccepted"]
    assert accepted == [
        {"user_id": "learner-2", "thread_id": thread, "reply_id": reply, "accepted_by": "learner-1"}
    ]
    assert ask(client, "DELETE", path, LEARNER).json["accepted_id"] is None


def test_a_reply_of_another_thread_is_no_answer(client: FlaskClient) -> None:
    one, two = start(client)["id"], start(client, title="Another question")["id"]
    reply = respond(client, two, OTHER)["id"]

    answer = ask(client, "PUT", f"/v1/threads/{one}/accepted", LEARNER, {"reply_id": reply})

    assert (answer.status_code, answer.json["slug"]) == (404, "reply_unknown")


def test_the_accepted_reply_stands_first_then_votes_count(client: FlaskClient) -> None:
    thread = start(client)["id"]
    replies = [respond(client, thread, OTHER, f"Reply {n}")["id"] for n in range(4)]
    ask(client, "PUT", f"/v1/replies/{replies[2]}/vote", RAIL)
    ask(client, "PUT", f"/v1/threads/{thread}/accepted", LEARNER, {"reply_id": replies[3]})
    path, seen, cursor = f"/v1/threads/{thread}/replies", [], ""

    while True:
        page = ask(client, "GET", f"{path}?limit=2&cursor={cursor}", RAIL).json
        seen += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break

    assert seen == [replies[3], replies[2], replies[0], replies[1]]
    oldest = ask(client, "GET", f"{path}?sort=oldest", RAIL).json["items"]
    assert [one["id"] for one in oldest] == replies


def test_an_edit_keeps_the_former_text_for_author_and_moderators(client: FlaskClient) -> None:
    thread = start(client)
    path, match = f"/v1/threads/{thread['id']}", {"If-Match": f'"{thread["version"]}"'}

    edited = ask(client, "PATCH", path, LEARNER, {"title": "कौन सी सीमा लागू है?"}, headers=match)
    stale = ask(client, "PATCH", path, LEARNER, {"body": "Other"}, headers=match)

    assert (edited.json["title"], edited.json["body"]) == ("कौन सी सीमा लागू है?", QUESTION["body"])
    assert edited.json["edited_at"] is not None
    assert (stale.status_code, stale.json["slug"]) == (409, "changed_elsewhere")
    assert stale.json["current"]["title"] == "कौन सी सीमा लागू है?"
    assert [one["title"] for one in ask(client, "GET", f"{path}/history", LEARNER).json["items"]] == [
        QUESTION["title"]
    ]
    assert ask(client, "GET", f"{path}/history", OTHER).status_code == 404


def test_an_unchanged_edit_leaves_no_trace(client: FlaskClient) -> None:
    path = f"/v1/threads/{start(client)['id']}"

    answer = ask(client, "PATCH", path, LEARNER, {"title": QUESTION["title"]})

    assert answer.json["edited_at"] is None
    assert ask(client, "GET", f"{path}/history", LEARNER).json["items"] == []


def test_a_thread_goes_only_while_nobody_has_replied(client: FlaskClient) -> None:
    kept, gone = start(client)["id"], start(client, title="Asked too soon")["id"]
    respond(client, kept, OTHER)

    refused, taken = (ask(client, "DELETE", f"/v1/threads/{one}", LEARNER) for one in (kept, gone))

    assert (refused.status_code, refused.json["slug"]) == (409, "has_replies")
    assert taken.status_code == 204
    assert ask(client, "GET", f"/v1/threads/{gone}", LEARNER).status_code == 404
    assert titles(client, "sort=new") == [QUESTION["title"]]


def test_a_withdrawn_reply_is_no_longer_the_answer_and_not_counted(client: FlaskClient) -> None:
    thread = start(client)["id"]
    reply = respond(client, thread, OTHER)["id"]
    ask(client, "PUT", f"/v1/threads/{thread}/accepted", LEARNER, {"reply_id": reply})

    assert ask(client, "DELETE", f"/v1/replies/{reply}", OTHER).status_code == 204

    seen = ask(client, "GET", f"/v1/threads/{thread}", LEARNER).json
    assert (seen["replies"], seen["accepted_id"]) == (0, None)


def test_search_finds_words_in_any_script_and_the_beginning_of_the_last_one(client: FlaskClient) -> None:
    start(client, title="सार्वजनिक खरीद की सीमा", body="सीमित निविदा के लिए")
    start(client, title="Limited tenders", body="An office of the field asks.")

    assert titles(client, "q=खरी") == ["सार्वजनिक खरीद की सीमा"]
    assert titles(client, "q=OFFICE lim") == ["Limited tenders"]
    assert titles(client, "q=tender limited") == []


def test_lists_are_narrowed_to_a_space_to_ones_own_followed_and_unanswered(client: FlaskClient) -> None:
    answered = start(client, title="An answered one")["id"]
    start(client, OTHER, space="course:open-course", title="On the course")
    reply = respond(client, answered, OTHER)["id"]
    ask(client, "PUT", f"/v1/threads/{answered}/accepted", LEARNER, {"reply_id": reply})

    assert titles(client, f"space={TOPIC}") == ["An answered one"]
    assert titles(client, "only=mine", OTHER) == ["On the course"]
    assert sorted(titles(client, "only=followed", OTHER)) == ["An answered one", "On the course"]
    assert titles(client, "only=unanswered") == ["On the course"]
    assert ask(client, "GET", "/v1/threads?space=topic:none", LEARNER).json["slug"] == "space_unknown"


def test_trending_and_the_home_rail_put_what_is_discussed_now_first(
    world: World, client: FlaskClient
) -> None:
    old = start(client, title="An old favourite")["id"]
    for n in range(6):
        ask(client, "PUT", f"/v1/threads/{old}/vote", world.person(f"fan-{n}"))
    world.later(days=20)
    start(client, title="Asked today")

    assert titles(client, "") == ["Asked today", "An old favourite"]
    assert titles(client, "sort=top") == ["An old favourite", "Asked today"]
    world.asked.clear()
    rail = ask(client, "GET", "/v1/home/discussions?limit=1", OTHER).json["items"]
    assert [one["title"] for one in rail] == ["Asked today"]
    assert world.asked == []


def test_pages_show_every_thread_once(world: World, client: FlaskClient) -> None:
    for n in range(5):
        start(client, title=f"Question {n}")
        world.later(minutes=1)
    seen, cursor = [], ""

    while True:
        page = ask(client, "GET", f"/v1/threads?sort=new&limit=2&cursor={cursor}", OTHER).json
        seen += [one["title"] for one in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break

    assert seen == [f"Question {n}" for n in reversed(range(5))]


def test_z01_the_space_of_a_closed_course_exists_for_its_people_only(client: FlaskClient) -> None:
    thread = start(client, space="course:bsnl-course")["id"]
    respond(client, thread, OTHER)

    for method, path, body in (
        ("GET", "/v1/spaces/course:bsnl-course", None), ("GET", f"/v1/threads/{thread}", None),
        ("GET", f"/v1/threads/{thread}/replies", None), ("GET", "/v1/threads?space=course:bsnl-course", None),
        ("PUT", f"/v1/threads/{thread}/vote", None), ("PUT", f"/v1/threads/{thread}/follow", None),
        ("POST", f"/v1/threads/{thread}/replies", {"body": "Hello"}),
        ("POST", "/v1/threads", {**QUESTION, "space": "course:bsnl-course"}),
    ):  # fmt: skip
        assert ask(client, method, path, RAIL, body).status_code == 404, path
    assert titles(client, "", RAIL) == []
    assert ask(client, "GET", "/v1/home/discussions", RAIL).json["items"] == []
    courses = ask(client, "GET", "/v1/spaces?kind=course", RAIL).json["items"]
    assert [one["ref"] for one in courses] == ["open-course"]


def test_spaces_are_listed_with_what_happens_there(client: FlaskClient) -> None:
    start(client)

    found = ask(client, "GET", "/v1/spaces?q=fin", OTHER).json["items"]

    assert [(one["id"], one["threads"]) for one in found] == [(TOPIC, 1)]
    assert found[0]["last_at"] is not None
    assert ask(client, "GET", f"/v1/spaces/{TOPIC}", OTHER).json["threads"] == 1


def test_a_very_busy_writer_is_asked_to_wait(world: World, client: FlaskClient) -> None:
    for n in range(world.settings.posts_most):
        start(client, title=f"Question {n}")

    answer = ask(client, "POST", "/v1/threads", LEARNER, QUESTION)

    assert (answer.status_code, answer.json["slug"]) == (429, "too_many_posts")
    world.later(hours=2)
    assert start(client)["id"]


@pytest.mark.parametrize(
    "changed", [{"title": "four"}, {"title": "a\nb c d e"}, {"body": " "}, {"body": "x\x00"}]
)
def test_n06_texts_of_wrong_length_or_with_control_characters_are_refused(
    client: FlaskClient, changed: dict[str, str]
) -> None:
    answer = ask(client, "POST", "/v1/threads", LEARNER, {**QUESTION, **changed})

    assert (answer.status_code, list(answer.json["errors"])) == (422, list(changed))
