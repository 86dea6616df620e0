"""Registrations that await approval: decided once, by an admin of the MDO or above, and told."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from services.identity.commands.approval import approve_registration, awaiting_approval, deny_registration
from services.identity.store import Store
from shared.errors import Conflict, Forbidden, NotFound, Problem
from shared.mongo import utcnow
from tests.identity.people import add_person
from tests.identity.test_roles import audited, told

REASON = "Not on the rolls of this office."


def applicant(store: Store, **changed: Any) -> dict[str, Any]:
    values = {"status": "AWAITING_APPROVAL", "password": None, **changed}
    return add_person(store, **values)


def mdo_admin(store: Store, mdo: str = "telecom") -> str:
    return str(add_person(store, ("MDO_ADMIN", mdo))["_id"])


def approve(store: Store, actor_id: str, person: dict[str, Any]) -> dict[str, Any]:
    return approve_registration(store, "k1", actor_id, person["_id"], utcnow())


def deny(store: Store, actor_id: str, person: dict[str, Any]) -> dict[str, Any]:
    return deny_registration(store, actor_id, person["_id"], REASON, utcnow())


def test_an_approved_person_is_invited_and_the_mail_is_due(store: Store) -> None:
    actor, person = mdo_admin(store), applicant(store)

    after = approve(store, actor, person)

    stored = store.users.collection.find_one({"_id": person["_id"]}) or {}
    assert after["status"] == "INVITED"
    assert after["links"]["set_password"]["link_id"] == stored["_outbox"][0]["id"]
    assert (after["mdo_id"], after["mdo_path"]) == (person["mdo_id"], person["mdo_path"])
    assert told(store, person) == [
        {
            "type": "identity.UserRegistered.v1",
            "user_id": person["_id"],
            "mdo_id": "bsnl",
            "mdo_path": ["communications", "telecom", "bsnl"],
            "position_id": None,
            "locale": "en",
        }
    ]
    assert audited(store, person) == [(actor, "registration_approved", "ok")]


def test_a_denied_person_is_told_and_the_reason_stays_in_identity(store: Store) -> None:
    actor, person = mdo_admin(store), applicant(store)

    after = deny(store, actor, person)

    assert (after["status"], after["denial_reason"]) == ("DENIED", REASON)
    assert told(store, person) == [
        {"type": "identity.RegistrationDenied.v1", "user_id": person["_id"], "mdo_id": "bsnl", "locale": "en"}
    ]
    assert audited(store, person) == [(actor, "registration_denied", "ok")]


def test_a_registration_is_decided_once(store: Store) -> None:
    actor, person = mdo_admin(store), applicant(store)
    deny(store, actor, person)

    with pytest.raises(Conflict):
        approve(store, actor, person)

    assert len(told(store, person)) == 1


def test_parallel_decisions_have_one_winner_and_one_event(store: Store) -> None:
    actor, person = mdo_admin(store), applicant(store)
    outcomes: list[str] = []
    start = threading.Barrier(12)

    def decide(decision: Any) -> None:
        start.wait()
        try:
            outcomes.append(decision(store, actor, person)["status"])
        except Problem as error:
            outcomes.append(error.slug)

    threads = [threading.Thread(target=decide, args=(one,)) for one in (approve, deny) * 6]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes.count("already_decided") == 11
    assert len(told(store, person)) == 1


@pytest.mark.parametrize("mdo", ["posts", "atlantis"])
def test_z01_a_foreign_person_answers_like_an_unknown_one(store: Store, mdo: str) -> None:
    actor, person = mdo_admin(store, mdo), applicant(store)
    slugs = []
    for target in (person, {"_id": "nobody"}):
        for decision in (approve, deny):
            with pytest.raises(NotFound) as caught:
                decision(store, actor, target)
            slugs.append(caught.value.slug)

    assert slugs == ["registration_unknown"] * 4
    assert (store.users.get(person["_id"]) or {})["status"] == "AWAITING_APPROVAL"


def test_z01_an_admin_of_a_lower_mdo_does_not_decide_on_those_above(store: Store) -> None:
    actor = mdo_admin(store, "bsnl")
    person = applicant(store, mdo_id="telecom", mdo_path=["communications", "telecom"])

    with pytest.raises(NotFound):
        approve(store, actor, person)


@pytest.mark.parametrize("roles", [[], [("FRAC_ADMIN", None)], [("CONTENT_REVIEWER", None)]])
def test_z03_others_decide_nothing(store: Store, roles: list[tuple[str, str | None]]) -> None:
    actor, person = add_person(store, *roles), applicant(store)

    with pytest.raises(Forbidden):
        approve(store, actor["_id"], person)
    with pytest.raises(Forbidden):
        awaiting_approval(store, actor["_id"], "", 10)


def test_an_spv_admin_decides_on_everybody(store: Store) -> None:
    actor, person = add_person(store, ("SPV_ADMIN", None)), applicant(store)

    assert approve(store, actor["_id"], person)["status"] == "INVITED"


def test_the_queue_shows_the_own_mdo_and_below_page_by_page(store: Store) -> None:
    actor = mdo_admin(store)
    mine = [applicant(store)["_id"] for _ in range(3)]
    applicant(store, mdo_id="posts", mdo_path=["communications", "posts"])
    add_person(store)

    first, cursor = awaiting_approval(store, actor, "", 2)
    second, end = awaiting_approval(store, actor, cursor or "", 2)

    assert [one["_id"] for one in first + second] == mine
    assert end is None


def test_an_spv_admin_sees_the_whole_queue(store: Store) -> None:
    actor = add_person(store, ("SPV_ADMIN", None))
    applicant(store)
    applicant(store, mdo_id="posts", mdo_path=["communications", "posts"])

    found, _ = awaiting_approval(store, actor["_id"], "", 10)

    assert len(found) == 2
