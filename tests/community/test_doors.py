"""What holds for all routes of community: the access matrix, foreign ids, hostile bodies, what is shown."""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.community import gatherings, posts
from tests.community.test_career import BODY as OPENING
from tests.community.test_career import RECRUITING, opening
from tests.community.world import World
from tests.service_kit import (
    CREATOR,
    FOREIGN_ADMIN,
    LEARNER,
    OTHER,
    OWN_ADMIN,
    SPV_ADMIN,
    Person,
    ask,
    doors_agree,
    filled,
    hostile,
    matrix,
)

GOLDEN = Path(__file__).with_name("matrix.txt")
T, R, S = "/v1/threads/<thread_id>", "/v1/replies/<reply_id>", f"{gatherings.ORGANISING}/<session_id>"
BODIES: dict[tuple[str, str], tuple[Person, dict[str, Any]]] = {
    ("POST", "/v1/threads"): (LEARNER, {**posts.QUESTION}),
    ("PATCH", T): (LEARNER, {"title": "Which limit?", "body": "Two are named."}),
    ("POST", f"{T}/replies"): (OTHER, {"body": "The lower one."}),
    ("PATCH", R): (OTHER, {"body": "The upper one."}),
    ("PUT", f"{T}/accepted"): (LEARNER, {"reply_id": "nobody"}),
    ("POST", f"{T}/reports"): (OTHER, {"reason": "spam", "note": "Look"}),
    ("POST", f"{R}/reports"): (LEARNER, {"reason": "spam", "note": "Look"}),
    ("POST", "/v1/moderation/posts/thread/<thread_id>"): (SPV_ADMIN, {"decision": "keep", "reason": "Fine so"}),
    ("PUT", "/v1/network/settings"): (LEARNER, {"suggested": False}),
    ("POST", "/v1/network/requests"): (LEARNER, {"user_id": "learner-3", "note": "Hello"}),
    ("POST", "/v1/openings/<opening_id>/applications"): (OTHER, {"note": "Please"}),
    ("POST", "/v1/recruiting/openings"): (OWN_ADMIN, {**OPENING}),
    ("PATCH", f"{RECRUITING}/<opening_id>"): (OWN_ADMIN, {**OPENING}),
    ("POST", "/v1/recruiting/applications/<application_id>"): (OWN_ADMIN, {"state": "declined"}),
    ("POST", gatherings.ORGANISING): (
        CREATOR,
        {**gatherings.BODY, "kind": "talk", "audience": "all", "language": "en", "place": "Delhi", "speakers": ["A"]},
    ),
    ("PATCH", S): (CREATOR, {"place": "Delhi", "speakers": ["A"], "about": {"en": "An hour."}}),
    ("POST", f"{S}/return"): (SPV_ADMIN, {"reason": "Not yet"}),
    ("POST", f"{S}/cancel"): (CREATOR, {"reason": "Not now"}),
    ("POST", f"{S}/attendance"): (CREATOR, {"user_ids": ["learner-1"]}),
}  # fmt: skip
EXTRA: tuple[dict[str, Any], ...] = (
    {"_id": "x"}, {"author_id": "learner-2"}, {"user_id_": "x"}, {"state": "published"}, {"votes": 99},
    {"role": "SPV_ADMIN"}, {"is_admin": True}, {"$set": {"state": "published"}}, {"created_by": "learner-2"},
    {"published_at": "2026-01-01T00:00:00Z"},
)  # fmt: skip
KEPT = (
    "threads", "replies", "votes", "follows", "reports", "connections", "openings", "applications", "watches",
    "saves", "sessions", "registrations", "settings", "audit",
)  # fmt: skip


def stored(world: World) -> dict[str, list[Any]]:
    return {name: list(world.store.database[name].find({}, sort=[("_id", 1)])) for name in KEPT}


def test_z03_doors_let_in_whom_their_rule_names(client: FlaskClient) -> None:
    assert doors_agree(client.application) == []


def test_z03_the_matrix_of_all_routes_is_the_golden_list(world: World, ids: dict[str, str]) -> None:
    """Run with GOLDEN_WRITE=1 after an intended change, and look at the difference."""
    found = matrix(world.app, ids)
    if os.environ.get("GOLDEN_WRITE"):
        GOLDEN.write_text("\n".join(found) + "\n", encoding="utf-8")

    assert found == GOLDEN.read_text(encoding="utf-8").splitlines()


# What only its owner, or the administrators of its unit, may reach: (method, path, body, who may not).
FOREIGN: list[tuple[str, str, dict[str, Any] | None, tuple[Person, ...]]] = [
    ("PATCH", T, {"title": "Another title"}, (OTHER, SPV_ADMIN)),
    ("DELETE", T, None, (OTHER, SPV_ADMIN)),
    ("GET", f"{T}/history", None, (OTHER, FOREIGN_ADMIN)),
    ("PUT", f"{T}/accepted", {"reply_id": "x"}, (OTHER, SPV_ADMIN)),
    ("DELETE", f"{T}/accepted", None, (OTHER, SPV_ADMIN)),
    ("PATCH", R, {"body": "Other words"}, (LEARNER, SPV_ADMIN)),
    ("DELETE", R, None, (LEARNER, SPV_ADMIN)),
    ("GET", f"{R}/history", None, (LEARNER, FOREIGN_ADMIN)),
    ("POST", "/v1/moderation/posts/thread/<thread_id>", {"decision": "keep", "reason": "Fine"}, (FOREIGN_ADMIN,)),
    ("POST", "/v1/network/requests/<connection_id>/accept", None, (LEARNER, Person("learner-3"), SPV_ADMIN)),
    ("POST", "/v1/network/requests/<connection_id>/decline", None, (LEARNER, Person("learner-3"), SPV_ADMIN)),
    ("POST", "/v1/network/requests/<connection_id>/withdraw", None, (OTHER, Person("learner-3"), SPV_ADMIN)),
    ("POST", "/v1/applications/<application_id>/withdraw", None, (OTHER, OWN_ADMIN)),
    ("PATCH", f"{RECRUITING}/<opening_id>", {"places": 9}, (FOREIGN_ADMIN,)),
    ("POST", f"{RECRUITING}/<opening_id>/publish", None, (FOREIGN_ADMIN,)),
    ("POST", f"{RECRUITING}/<opening_id>/close", None, (FOREIGN_ADMIN,)),
    ("GET", f"{RECRUITING}/<opening_id>/applications", None, (FOREIGN_ADMIN,)),
    ("POST", "/v1/recruiting/applications/<application_id>", {"state": "declined"}, (FOREIGN_ADMIN,)),
    ("GET", S, None, (FOREIGN_ADMIN,)),
    ("PATCH", S, {"place": "Pune"}, (FOREIGN_ADMIN,)),
    ("POST", f"{S}/submit", None, (FOREIGN_ADMIN,)),
    ("POST", f"{S}/publish", None, (FOREIGN_ADMIN,)),
    ("POST", f"{S}/cancel", {"reason": "Not now"}, (FOREIGN_ADMIN,)),
    ("GET", f"{S}/registrations", None, (FOREIGN_ADMIN,)),
    ("POST", f"{S}/attendance", {"user_ids": ["learner-1"]}, (FOREIGN_ADMIN,)),
]  # fmt: skip


def test_z01_somebody_elses_thing_answers_like_none(
    world: World, client: FlaskClient, ids: dict[str, str]
) -> None:
    before = stored(world)
    for method, path, body, people in FOREIGN:
        for who in people:
            foreign = ask(client, method, filled(path, ids), who, body)
            unknown = ask(client, method, filled(path), who, body)
            answers = [{k: v for k, v in one.json.items() if k != "request_id"} for one in (foreign, unknown)]
            assert foreign.status_code in (403, 404), (
                method,
                path,
                who.user_id,
            )  # 403: no profile of one's own
            assert answers[0] == answers[1], (method, path, who.user_id)
    assert stored(world) == before


def test_z01_own_lists_hold_only_what_is_ones_own(client: FlaskClient, ids: dict[str, str]) -> None:
    third = Person("learner-3")
    for path in (
        "/v1/applications", "/v1/network/requests", "/v1/network/requests?direction=out", "/v1/network/connections",
        "/v1/network/blocks", "/v1/threads?only=mine", "/v1/threads?only=followed", "/v1/sessions?only=mine",
        "/v1/openings?only=applied", "/v1/openings?only=saved",
    ):  # fmt: skip
        assert ask(client, "GET", path, third).json["items"] == [], path


def test_n01_n02_z04_hostile_bodies_are_refused_and_nothing_is_stored(
    world: World, client: FlaskClient, ids: dict[str, str]
) -> None:
    before = stored(world)
    for (method, path), (who, body) in BODIES.items():
        more = ({**body, **one} for one in EXTRA if not set(one) & set(body))
        for made in itertools.chain((one for _, one in hostile(body)), more):
            if path.endswith("/sessions") and made.get("course_id", 1) is None:
                continue
            answer = ask(client, method, filled(path, ids), who, made)
            assert answer.status_code == 422, (method, path, made, answer.json)
            assert answer.json["errors"], (method, path, made)
    assert stored(world) == before


BAD_BODIES = (
    *(b"null", b"[]", b'"x"', b"{", b'{"a":NaN}', b'{"a":1,"a":2}', b'{"a":"\xed\xa0\x80"}', b"\xff\xfe{}"),
    b'{"a":' + b"9" * 5000 + b"}",
    b'{"a":' * 5000 + b"1" + b"}" * 5000,
)


def test_n02_w05_no_shape_or_size_of_a_body_gives_an_error_of_ours(
    client: FlaskClient, ids: dict[str, str]
) -> None:
    bodies = (*BAD_BODIES, b'{"a":"' + b"x" * 70_000 + b'"}')
    for method, path in BODIES:
        who = BODIES[method, path][0]
        for body in bodies:
            answer = client.open(
                filled(path, ids), method=method, data=body, headers=who.headers, content_type="application/json"
            )  # fmt: skip
            assert 400 <= answer.status_code < 500, (method, path, body[:20])


@pytest.mark.parametrize(
    "path",
    [
        "/v1/threads?q[$gt]=", "/v1/threads?sort=$ne", "/v1/threads?limit=0", "/v1/threads?limit=101",
        "/v1/threads?cursor=e30", "/v1/spaces?kind[$ne]=topic", "/v1/sessions?when=x", "/v1/sessions?limit=1e3",
        "/v1/openings?sort=x", "/v1/openings?q=" + "a" * 101, "/v1/network/suggestions?limit=51",
        "/v1/network/requests?direction=x", "/v1/network/connections?cursor=%7B%7D", "/v1/home/people?limit=11",
        "/v1/home/discussions?limit=0", "/v1/home/openings?limit=x", "/v1/home/sessions?limit[$gt]=1",
    ],
)  # fmt: skip
def test_n01_n09_queries_that_are_none_are_refused(client: FlaskClient, path: str) -> None:
    answer = ask(client, "GET", path, LEARNER)

    assert answer.status_code == 422, answer.json
    assert answer.json["errors"]


@pytest.mark.parametrize("text", ["(a+)+$", "$where", "a" * 100, "{{7*7}}", "li.it", "w*ch"])
def test_n03_search_text_is_literal(client: FlaskClient, ids: dict[str, str], text: str) -> None:
    for path in ("/v1/threads", "/v1/spaces", "/v1/openings"):
        answer = client.get(path, query_string={"q": text}, headers=LEARNER.headers)
        assert (answer.status_code, answer.json["items"]) == (200, []), path


@pytest.mark.parametrize("text", [".*", "[", "\\", '"', "$", " "])
def test_n03_text_without_a_word_asks_for_nothing(
    client: FlaskClient, ids: dict[str, str], text: str
) -> None:
    for path in ("/v1/threads", "/v1/openings"):
        answer = client.get(path, query_string={"q": text}, headers=LEARNER.headers)
        assert answer.json == client.get(path, headers=LEARNER.headers).json, path


WORDS = "\n".join(
    ("<img src=x onerror=alert(1)>", "{{7*7}} ${7*7} %s{} {name}", "=1+1", "@SUM(A1)", "+1", "उत्तर ‘दो’ 👩‍🔧", "a\tb")
)  # fmt: skip


def test_n05_n06_n07_words_come_back_as_typed_in_json(client: FlaskClient) -> None:
    title = WORDS.splitlines()[0]
    thread = posts.start(client, title=title, body=WORDS)
    reply = posts.respond(client, thread["id"], OTHER, WORDS)
    seen = ask(client, "GET", f"/v1/threads/{thread['id']}", OTHER)
    opened = opening(client, title={"en": title}, about={"en": WORDS})
    session = gatherings.draft(client, title={"en": "=1+1 {{7*7}}"}, about={"en": WORDS})

    assert (seen.json["title"], seen.json["body"], reply["body"]) == (title, WORDS, WORDS)
    assert ask(client, "GET", f"/v1/openings/{opened}", LEARNER).json["about"]["en"] == WORDS
    assert ask(client, "GET", f"{gatherings.ORGANISING}/{session}", CREATOR).json["about"]["en"] == WORDS
    assert (seen.content_type, seen.headers["X-Content-Type-Options"]) == ("application/json", "nosniff")
