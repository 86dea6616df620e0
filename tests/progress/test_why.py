"""Why a progress is what it is: facts in both languages, for the learner and, audited, for the MDO's admin."""

from __future__ import annotations

from flask.testing import FlaskClient

from services.progress.rules.why import FACTS, MISSING, REFUSALS, RULES
from tests.progress.world import World
from tests.service_kit import FOREIGN_ADMIN, LEARNER, OTHER, OWN_ADMIN, Person, ask, told


def test_every_sentence_is_there_in_both_languages_with_the_same_numbers() -> None:
    for table in (FACTS, MISSING, REFUSALS, RULES):
        for text in table.values():
            assert set(text) == {"en", "hi"}
            slots = [
                sorted(part.split("}")[0] for part in text[locale].split("{")[1:]) for locale in ("en", "hi")
            ]
            assert slots[0] == slots[1]


def test_the_timeline_says_what_counted_and_what_did_not(world: World, client: FlaskClient) -> None:
    enrolment = world.enrolment()
    world.update(enrolment, "v1", "position", **{"from": 0, "position": 1200})
    world.watch(enrolment)

    found = ask(client, "GET", f"/v1/enrolments/{enrolment['_id']}/why", LEARNER).json

    assert [(one["what"], one["counted"], one["rule"]) for one in found["items"]] == [
        ("completed", True, "coverage"), ("begun", True, None), ("refused", False, "jump"), ("enrolled", True, None),
    ]  # fmt: skip
    assert found["items"][2]["sentence"]["en"].startswith("A piece of 1200 seconds was reported at once")
    assert found["items"][0]["numbers"] == {"seen": 1200, "seconds": 1200}
    parts = {one["resource_id"]: one for one in found["resources"]}
    assert (parts["v1"]["status"], parts["v1"]["rule"]) == ("completed", "coverage")
    assert parts["p1"]["sentence"]["en"] == "0 of 4 pages were seen; 4 are needed, and at least 120 seconds."


def test_an_admin_of_the_learners_mdo_sees_it_with_a_reason_and_it_is_kept(
    world: World, client: FlaskClient
) -> None:
    enrolment = world.enrolment()
    path = f"/v1/people/learner-1/enrolments/{enrolment['_id']}/why"

    without = ask(client, "GET", path, OWN_ADMIN)
    seen = ask(client, "GET", f"{path}?reason=Appraisal 2026", OWN_ADMIN)
    foreign = ask(client, "GET", f"{path}?reason=Curious", FOREIGN_ADMIN)
    wrong = ask(
        client, "GET", f"/v1/people/learner-2/enrolments/{enrolment['_id']}/why?reason=abc", OWN_ADMIN
    )

    assert [one.status_code for one in (without, seen, foreign, wrong)] == [422, 200, 404, 404]
    kept = list(world.store.audit.find({}))
    assert [(one["who"], one["what"], one["whom"], one["reason"]) for one in kept] == [
        ("admin-1", "progress_seen", "learner-1", "Appraisal 2026")
    ]


def test_z05_who_looked_is_told_to_the_learner_alone_with_name_and_reason(
    world: World, client: FlaskClient
) -> None:
    enrolment = world.enrolment()
    path = f"/v1/people/learner-1/enrolments/{enrolment['_id']}/why"
    ask(client, "GET", f"{path}?reason=Appraisal 2026", OWN_ADMIN)
    world.wait(60)
    world.store.audit_entry("admin-9", "attendance_seen", "c1:r1", world.now, whom=["learner-1", "learner-2"])

    first = ask(client, "GET", "/v1/me/access-log?limit=1", LEARNER).json
    rest = ask(client, "GET", f"/v1/me/access-log?limit=1&cursor={first['next_cursor']}", LEARNER).json
    others = ask(client, "GET", "/v1/me/access-log", OTHER).json

    assert [(one["who"], one["what"], one["reason"]) for one in (*first["items"], *rest["items"])] == [
        ("administrator", "attendance_seen", None), ("Baljit Singh", "progress_seen", "Appraisal 2026"),
    ]  # fmt: skip
    assert [one["what"] for one in others["items"]] == ["attendance_seen"]


def test_without_identity_the_log_of_looks_names_nobody_and_answers(
    world: World, client: FlaskClient
) -> None:
    world.names_fail = True
    world.store.audit_entry("admin-1", "progress_seen", "e1", world.now, whom="learner-1", reason="Audit")

    found = ask(client, "GET", "/v1/me/access-log", LEARNER)

    assert found.status_code == 200
    assert [one["who"] for one in found.json["items"]] == ["administrator"]


def test_a_dispute_reaches_the_mdos_admin_and_its_answer_the_learner(
    world: World, client: FlaskClient
) -> None:
    enrolment = world.enrolment()
    path = f"/v1/enrolments/{enrolment['_id']}"
    made = ask(client, "POST", f"{path}/dispute", LEARNER, {"note": "मैंने यह वीडियो देखा था"})
    repeated = ask(client, "POST", f"{path}/dispute", LEARNER, {"note": "मैंने यह वीडियो देखा था"})
    again = ask(client, "POST", f"{path}/dispute", LEARNER, {"note": "Once more"})

    own = ask(client, "GET", "/v1/disputes?status=open", OWN_ADMIN).json["items"]
    foreign = ask(client, "GET", "/v1/disputes", FOREIGN_ADMIN).json["items"]
    place = f"/v1/disputes/{made.json['id']}/answer"
    one, foreign_one = (
        ask(client, "GET", f"/v1/disputes/{made.json['id']}", who) for who in (OWN_ADMIN, FOREIGN_ADMIN)
    )
    unknown = ask(client, "POST", place, FOREIGN_ADMIN, {"text": "No business of mine"})
    answered = ask(client, "POST", place, OWN_ADMIN, {"text": "Watch the last part again."})
    twice = ask(client, "POST", place, OWN_ADMIN, {"text": "Watch it."})

    assert [one.status_code for one in (made, again, unknown, answered, twice)] == [201, 409, 404, 200, 409]
    assert repeated.json == made.json
    assert (one.json, foreign_one.status_code) == (made.json, 404)
    assert ([one["note"] for one in own], foreign) == (["मैंने यह वीडियो देखा था"], [])
    shown = ask(client, "GET", f"{path}/why", LEARNER).json["disputes"]
    assert [(one["status"], one["answer"]) for one in shown] == [("answered", "Watch the last part again.")]
    said = told(world.store.disputes.collection)
    assert [(one["type"], one["data"]["user_id"]) for one in said] == [
        ("progress.ProgressDisputed.v1", LEARNER.user_id), ("progress.DisputeAnswered.v1", LEARNER.user_id),
    ]  # fmt: skip
    assert "वीडियो" not in str(said)
    assert ask(client, "POST", f"{path}/dispute", LEARNER, {"note": "Still not right"}).status_code == 201
    assert ask(client, "POST", f"{path}/dispute", OTHER, {"note": "Not mine"}).status_code == 404


def test_z07_an_admin_never_answers_their_own_dispute(world: World, client: FlaskClient) -> None:
    world.learner("admin-1")
    enrolment = world.enrolment("admin-1")
    me = Person("admin-1", (("MDO_ADMIN", "bsnl"),))
    made = ask(client, "POST", f"/v1/enrolments/{enrolment['_id']}/dispute", me, {"note": "My own case"})

    answer = ask(client, "POST", f"/v1/disputes/{made.json['id']}/answer", me, {"text": "Granted"})

    assert (answer.status_code, answer.json["slug"]) == (403, "own_request")
