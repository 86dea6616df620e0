"""Who gives roles to whom: SPV admins, never to themselves, each change told and audited."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.identity.commands.roles import RoleOrder, grant_role, grants_of, revoke_role
from services.identity.rules.roles import PORTALS, ROLES, check_grant, may_act_on, portals_of, scopes_of
from services.identity.store import Store
from shared.errors import Conflict, Forbidden, NotFound, Refused
from shared.mongo import utcnow
from tests.identity.people import add_person

SPV = ("SPV_ADMIN", None)


def give(
    store: Store, actor: dict[str, Any], user: dict[str, Any], role: str, scope: str | None = None
) -> Any:
    return grant_role(store, RoleOrder(actor["_id"], user["_id"], role, scope), utcnow())


def told(store: Store, user: dict[str, Any]) -> list[dict[str, Any]]:
    """The data of the events that wait in this person's document."""
    found = store.users.collection.find_one({"_id": user["_id"]}) or {}
    bodies = [json.loads(item["body"]) for item in found.get("_outbox", [])]
    return [{"type": body["type"], **body["data"]} for body in bodies]


def audited(store: Store, user: dict[str, Any]) -> list[tuple[str, str, str]]:
    found = store.database["audit"].find({"whom": user["_id"]}, sort=[("_id", 1)])
    return [(one["who"], one["what"], one["result"]) for one in found]


def test_a_role_is_granted_told_and_audited(store: Store) -> None:
    admin, person = add_person(store, SPV), add_person(store)

    grant = give(store, admin, person, "MDO_ADMIN", "telecom")

    after = store.users.get(person["_id"]) or {}
    assert after["roles"] == [grant]
    assert after["sv"] == person["sv"] + 1
    assert told(store, person) == [
        {
            "type": "identity.RoleGranted.v1",
            "user_id": person["_id"],
            "role": "MDO_ADMIN",
            "scope": "telecom",
            "granted_by": admin["_id"],
            "sv": after["sv"],
        }
    ]
    assert audited(store, person) == [(admin["_id"], "role_granted", "ok")]


def test_the_same_role_again_is_the_same_grant_and_no_event(store: Store) -> None:
    admin, person = add_person(store, SPV), add_person(store)

    first = give(store, admin, person, "FRAC_ADMIN")
    second = give(store, admin, person, "FRAC_ADMIN")

    assert first["id"] == second["id"]
    assert len(told(store, person)) == 1


def test_a_role_is_revoked_told_and_audited(store: Store) -> None:
    admin, person = add_person(store, SPV), add_person(store, ("FRAC_ADMIN", None))

    revoke_role(store, admin["_id"], person["_id"], person["roles"][0]["id"], utcnow())

    after = store.users.get(person["_id"]) or {}
    assert after["roles"] == []
    assert [(one["type"], one["sv"]) for one in told(store, person)] == [
        ("identity.RoleRevoked.v1", after["sv"])
    ]
    assert after["sv"] == person["sv"] + 1
    assert audited(store, person) == [(admin["_id"], "role_revoked", "ok")]


def test_an_unknown_grant_is_not_found(store: Store) -> None:
    admin, person = add_person(store, SPV), add_person(store)

    with pytest.raises(NotFound):
        revoke_role(store, admin["_id"], person["_id"], "no-such-grant", utcnow())


def test_an_unknown_person_is_not_found(store: Store) -> None:
    admin = add_person(store, SPV)

    with pytest.raises(NotFound):
        give(store, admin, {"_id": "nobody"}, "FRAC_ADMIN")
    with pytest.raises(NotFound):
        grants_of(store, admin["_id"], "nobody")


def test_z07_nobody_gives_a_role_to_themselves(store: Store) -> None:
    admin = add_person(store, SPV)

    with pytest.raises(Forbidden):
        give(store, admin, admin, "MDO_ADMIN", "bsnl")

    assert audited(store, admin) == [(admin["_id"], "role_granted", "refused")]
    assert told(store, admin) == []


@pytest.mark.parametrize(
    "roles", [[], [("MDO_ADMIN", "communications")], [("FRAC_ADMIN", None)], [("CONTENT_PUBLISHER", None)]]
)
def test_z07_only_spv_admins_give_take_and_see_roles(
    store: Store, roles: list[tuple[str, str | None]]
) -> None:
    actor, person = add_person(store, *roles), add_person(store, ("FRAC_ADMIN", None))

    with pytest.raises(Forbidden):
        give(store, actor, person, "SPV_ADMIN")
    with pytest.raises(Forbidden):
        revoke_role(store, actor["_id"], person["_id"], person["roles"][0]["id"], utcnow())
    with pytest.raises(Forbidden):
        grants_of(store, actor["_id"], person["_id"])


def test_j09_a_demoted_or_disabled_admin_gives_nothing_whatever_the_token_says(store: Store) -> None:
    disabled, person = add_person(store, SPV, status="DISABLED"), add_person(store)

    with pytest.raises(Forbidden):
        give(store, disabled, person, "SPV_ADMIN")


def test_z07_the_last_spv_admin_stays(store: Store) -> None:
    admin = add_person(store, SPV)

    with pytest.raises(Conflict) as caught:
        revoke_role(store, admin["_id"], admin["_id"], admin["roles"][0]["id"], utcnow())

    assert caught.value.slug == "last_spv_admin"
    assert audited(store, admin) == [(admin["_id"], "role_revoked", "refused")]


def test_z07_two_admins_that_revoke_each_other_leave_one(store: Store) -> None:
    first, second = add_person(store, SPV), add_person(store, SPV)

    revoke_role(store, first["_id"], second["_id"], second["roles"][0]["id"], utcnow())
    with pytest.raises(Forbidden):
        revoke_role(store, second["_id"], first["_id"], first["roles"][0]["id"], utcnow())
    with pytest.raises(Conflict):
        revoke_role(store, first["_id"], first["_id"], first["roles"][0]["id"], utcnow())


def test_z07_a_second_spv_admin_frees_the_first(store: Store) -> None:
    first, second = add_person(store, SPV), add_person(store)
    give(store, first, second, "SPV_ADMIN")

    revoke_role(store, first["_id"], first["_id"], first["roles"][0]["id"], utcnow())

    assert (store.users.get(first["_id"]) or {})["roles"] == []


@pytest.mark.parametrize("status", ["REQUESTED", "AWAITING_APPROVAL", "DENIED", "DISABLED"])
def test_who_has_no_usable_account_holds_no_role(store: Store, status: str) -> None:
    admin, person = add_person(store, SPV), add_person(store, status=status)

    with pytest.raises(Refused):
        give(store, admin, person, "FRAC_ADMIN")


def test_an_unknown_mdo_is_refused(store: Store) -> None:
    admin, person = add_person(store, SPV), add_person(store)

    with pytest.raises(Refused) as caught:
        give(store, admin, person, "MDO_ADMIN", "atlantis")

    assert "scope" in caught.value.fields


@pytest.mark.parametrize(
    ("role", "scope", "slug"),
    [
        ("ADMIN", None, "role_unknown"),
        ("PUBLIC", None, "role_unknown"),
        ("spv_admin", None, "role_unknown"),
        ("MDO_ADMIN", None, "scope_missing"),
        ("MDO_ADMIN", "", "scope_missing"),
        ("SPV_ADMIN", "bsnl", "scope_not_allowed"),
        ("FRAC_ADMIN", "", "scope_not_allowed"),
    ],
)
def test_a_grant_must_make_sense(role: str, scope: str | None, slug: str) -> None:
    with pytest.raises(Refused) as caught:
        check_grant(role, scope)

    assert caught.value.slug == slug


@pytest.mark.parametrize(
    ("roles", "portals"),
    [
        ([], ["frac"]),
        (["SPV_ADMIN"], ["spv", "frac"]),
        (["MDO_ADMIN"], ["mdo", "frac"]),
        (["CONTENT_CREATOR"], ["cbp", "frac"]),
        (["CONTENT_REVIEWER"], ["cbp", "frac"]),
        (["CONTENT_PUBLISHER", "MDO_ADMIN"], ["mdo", "cbp", "frac"]),
        (["FRAC_ADMIN"], ["frac"]),
        (["SOMETHING_ELSE"], ["frac"]),
    ],
)
def test_roles_open_portals(roles: list[str], portals: list[str]) -> None:
    assert [portal["slug"] for portal in portals_of(roles)] == portals


def test_every_role_of_a_portal_exists() -> None:
    assert {role for portal in PORTALS for role in portal.roles} <= set(ROLES)


def admin(*grants: tuple[str, str | None]) -> dict[str, Any]:
    return {"status": "ACTIVE", "roles": [{"role": role, "scope": scope} for role, scope in grants]}


@pytest.mark.parametrize(
    ("actor", "path", "may"),
    [
        (admin(SPV), ["posts"], True),
        (admin(("MDO_ADMIN", "bsnl")), ["communications", "telecom", "bsnl"], True),
        (admin(("MDO_ADMIN", "communications")), ["communications", "telecom", "bsnl"], True),
        (admin(("MDO_ADMIN", "bsnl")), ["communications", "telecom"], False),
        (admin(("MDO_ADMIN", "posts")), ["communications", "telecom", "bsnl"], False),
        (admin(("MDO_ADMIN", None)), ["communications"], False),
        (admin(("FRAC_ADMIN", "bsnl")), ["bsnl"], False),
        (admin(), ["bsnl"], False),
    ],
)
def test_z01_an_mdo_admin_acts_on_the_own_mdo_and_below(
    actor: dict[str, Any], path: list[str], may: bool
) -> None:
    assert may_act_on(actor, path) is may


def test_an_spv_admin_sees_everybody_and_an_mdo_admin_the_own_mdos() -> None:
    assert scopes_of(admin(SPV, ("MDO_ADMIN", "bsnl"))) is None
    assert scopes_of(admin(("MDO_ADMIN", "posts"), ("MDO_ADMIN", "bsnl"))) == ["bsnl", "posts"]
    assert scopes_of(admin()) == []
