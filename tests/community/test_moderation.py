"""Reports and moderation: suspended by distinct reporters, decided by whom the author is within reach of."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.community.posts import respond, start, titles
from tests.community.world import World
from tests.service_kit import FOREIGN_ADMIN, LEARNER, OTHER, OWN_ADMIN, SPV_ADMIN, Person, ask

RAIL = Person("learner-3")
ABUSE = {"reason": "abuse", "note": "It insults a colleague."}
KEEP, REMOVE = ({"decision": one, "reason": "The rules of the house say so."} for one in ("keep", "remove"))


def reported(world: World, client: FlaskClient, path: str, times: int) -> None:
    for n in range(times):
        who = world.person(f"reporter-{n}")
        assert ask(client, "POST", f"{path}/reports", who, ABUSE).status_code == 204


def queue(client: FlaskClient, who: Person = SPV_ADMIN) -> list[str]:
    return [one["id"] for one in ask(client, "GET", "/v1/moderation/posts", who).json["items"]]


def test_distinct_reporters_suspend_a_thread_and_one_person_alone_never(
    world: World, client: FlaskClient
) -> None:
    thread = start(client)["id"]
    path = f"/v1/threads/{thread}"
    for _ in range(5):
        ask(client, "POST", f"{path}/reports", OTHER, ABUSE)
    assert ask(client, "GET", path, RAIL).status_code == 200

    reported(world, client, path, 2)

    assert ask(client, "GET", path, RAIL).status_code == 404
    assert titles(client, "", RAIL) == []
    assert ask(client, "GET", path, LEARNER).json["state"] == "suspended"
    late = ask(client, "POST", f"{path}/replies", LEARNER, {"body": "But"})
    assert (late.status_code, late.json["slug"]) == (409, "thread_closed")
    assert ask(client, "PATCH", path, LEARNER, {"body": "Milder"}).json["slug"] == "thread_closed"


def test_the_queue_tells_why_without_who_and_oldest_first(world: World, client: FlaskClient) -> None:
    thread = start(client)["id"]
    reply = respond(client, thread, OTHER, "Rude words")["id"]
    ask(client, "POST", f"/v1/replies/{reply}/reports", RAIL, ABUSE)
    world.later(minutes=1)
    ask(client, "POST", f"/v1/threads/{thread}/reports", OTHER, {"reason": "spam"})

    first, second = ask(client, "GET", "/v1/moderation/posts", SPV_ADMIN).json["items"]

    assert (first["kind"], first["body"], first["reporters"]) == ("reply", "Rude words", 1)
    assert first["reports"] == [{"reason": "abuse", "note": ABUSE["note"], "at": first["reported_at"]}]
    assert (second["kind"], second["id"], second["author"]["id"]) == ("thread", thread, "learner-1")


def test_the_queue_pages_over_threads_and_replies(world: World, client: FlaskClient) -> None:
    thread = start(client)["id"]
    expected = []
    for n in range(3):
        reply = respond(client, thread, OTHER, f"Reply {n}")["id"]
        ask(client, "POST", f"/v1/replies/{reply}/reports", RAIL, ABUSE)
        expected.append(reply)
        world.later(minutes=1)
    ask(client, "POST", f"/v1/threads/{thread}/reports", RAIL, ABUSE)
    seen, cursor = [], ""

    while True:
        page = ask(client, "GET", f"/v1/moderation/posts?limit=3&cursor={cursor}", SPV_ADMIN).json
        seen += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break

    assert seen == [*expected, thread]


def test_z01_an_mdo_admin_moderates_the_posts_of_own_people_only(client: FlaskClient) -> None:
    thread = start(client)["id"]
    foreign = start(client, RAIL, title="From the railways")["id"]
    for one in (thread, foreign):
        ask(client, "POST", f"/v1/threads/{one}/reports", OTHER, ABUSE)

    assert (queue(client, OWN_ADMIN), queue(client, FOREIGN_ADMIN)) == ([thread], [foreign])
    answer = ask(client, "POST", f"/v1/moderation/posts/thread/{thread}", FOREIGN_ADMIN, REMOVE)
    assert (answer.status_code, answer.json["slug"]) == (404, "post_unknown")
    assert ask(client, "GET", f"/v1/threads/{thread}/history", FOREIGN_ADMIN).status_code == 404
    assert ask(client, "GET", f"/v1/threads/{thread}/history", OWN_ADMIN).status_code == 200


def test_a_kept_post_comes_back_and_is_not_suspended_again(world: World, client: FlaskClient) -> None:
    thread = start(client)["id"]
    path = f"/v1/threads/{thread}"
    reported(world, client, path, 3)

    kept = ask(client, "POST", f"/v1/moderation/posts/thread/{thread}", SPV_ADMIN, KEEP)
    for n in range(4):
        ask(client, "POST", f"{path}/reports", world.person(f"later-{n}"), ABUSE)

    assert kept.json == {"kind": "thread", "id": thread, "state": "shown"}
    assert ask(client, "GET", path, RAIL).status_code == 200
    assert queue(client) == [thread]


def test_a_removed_answer_is_gone_for_all_but_its_author_who_reads_why(
    world: World, client: FlaskClient
) -> None:
    thread = start(client)["id"]
    reply = respond(client, thread, OTHER)["id"]
    ask(client, "PUT", f"/v1/threads/{thread}/accepted", LEARNER, {"reply_id": reply})
    ask(client, "POST", f"/v1/replies/{reply}/reports", RAIL, ABUSE)

    ask(client, "POST", f"/v1/moderation/posts/reply/{reply}", SPV_ADMIN, REMOVE)

    seen = ask(client, "GET", f"/v1/threads/{thread}", RAIL).json
    assert (seen["replies"], seen["accepted_id"]) == (0, None)
    assert ask(client, "GET", f"/v1/threads/{thread}/replies", RAIL).json["items"] == []
    (own,) = ask(client, "GET", f"/v1/threads/{thread}/replies", OTHER).json["items"]
    assert (own["state"], own["removed_reason"]) == ("removed", REMOVE["reason"])
    assert queue(client) == []


def test_each_decision_stands_in_the_audit_log(world: World, client: FlaskClient) -> None:
    thread = start(client)["id"]

    ask(client, "POST", f"/v1/moderation/posts/thread/{thread}", SPV_ADMIN, REMOVE)

    (entry,) = world.store.database["audit"].find()
    assert (entry["who"], entry["what"], entry["whom"], entry["result"]) == (
        "spv-1", "thread_remove", thread, "ok",
    )  # fmt: skip


def test_nobody_decides_on_their_own_post(world: World, client: FlaskClient) -> None:
    world.person("spv-1")
    thread = start(client, SPV_ADMIN)["id"]

    answer = ask(client, "POST", f"/v1/moderation/posts/thread/{thread}", SPV_ADMIN, KEEP)

    assert (answer.status_code, answer.json["slug"]) == (403, "own_post")


def test_what_was_withdrawn_and_what_never_was_are_unknown_to_moderators(client: FlaskClient) -> None:
    thread = start(client)["id"]
    ask(client, "DELETE", f"/v1/threads/{thread}", LEARNER)

    for path in (f"thread/{thread}", "thread/none", "reply/none", "person/learner-1"):
        answer = ask(client, "POST", f"/v1/moderation/posts/{path}", SPV_ADMIN, REMOVE)
        assert (answer.status_code, answer.json["slug"]) == (404, "post_unknown")
