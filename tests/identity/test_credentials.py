"""Passwords by link and by their owner: once, in one write, with every older session and link over."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.identity.commands.credentials import find_link
from services.identity.commands.mails import Due, MailDesk
from services.identity.commands.registration import Mailer
from services.identity.store import Store
from shared.auth import KeyRing
from shared.errors import Gone
from shared.mongo import utcnow
from tests.identity.doors import KEYS, PASSWORD, SETTINGS, Doors, open_doors
from tests.identity.test_registration import EMAIL, at_once

OTHER = "nine slow rivers under snow"
RING = KeyRing.load(KEYS)


@pytest.fixture
def doors(store: Store) -> Doors:
    return open_doors(store.database)


def check(doors: Doors, token: str) -> Any:
    return doors.post("/v1/credentials/check", {"token": token})


def reset_token(doors: Doors) -> str:
    assert doors.post("/v1/credentials/forgot", {"email": EMAIL}).status_code == 202
    return doors.token("reset_password")


def test_the_link_shows_whose_it_is_and_the_password_signs_in(doors: Doors) -> None:
    doors.register()
    token = doors.token()

    shown = check(doors, token)
    assert shown.status_code == 200
    assert shown.json | {"expires_at": ""} == {
        "purpose": "set_password",
        "first_name": "Asha",
        "last_name": "Rao",
        "position": {"en": "Junior Telecom Officer", "hi": "कनिष्ठ दूरसंचार अधिकारी"},
        "mdo": doors.store.directory().mdos["bsnl"]["name"],
        "expires_at": "",
        "position_id": "junior-telecom-officer",
        "mdo_id": "bsnl",
        "may_correct": True,
    }
    assert doors.set_password(token).status_code == 204
    assert doors.sign_in().status_code == 200
    assert doors.told_types() == ["UserRegistered", "PasswordSet"]
    data = doors.told()[-1]["data"]
    assert (data["first"], data["sv"]) == (True, doors.user()["sv"])


def test_l07_looking_at_a_link_changes_nothing(doors: Doors) -> None:
    doors.register()
    token = doors.token()
    before = doors.user()

    for _ in range(3):
        check(doors, token)
        assert doors.client.get("/v1/credentials/check").status_code == 405

    assert doors.user() == before


def test_p04_the_stored_password_is_argon2id(doors: Doors) -> None:
    assert doors.add_active()["password"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_l02_twenty_uses_at_once_have_one_winner(doors: Doors) -> None:
    doors.register()
    token = doors.token()
    passwords = iter([f"seven quiet peacocks {n} at dawn" for n in range(20)])

    outcomes = at_once(20, lambda: ((mine := next(passwords)), doors.set_password(token, mine).status_code))

    won = [password for password, status in outcomes if status == 204]
    assert len(won) == 1
    assert {status for _, status in outcomes} <= {204, 410, 503}
    assert doors.sign_in(won[0]).status_code == 200
    assert doors.told_types().count("PasswordSet") == 1


def test_l02_a_used_link_says_so(doors: Doors) -> None:
    doors.register()
    token = doors.token()
    doors.set_password(token)

    answer = doors.set_password(token, OTHER)

    assert (answer.status_code, answer.json["slug"]) == (410, "link_used")
    assert check(doors, token).json["slug"] == "link_used"
    assert doors.sign_in().status_code == 200


@pytest.mark.parametrize(("purpose", "lifetime"), [("set_password", 24 * 3600), ("reset_password", 3600)])
def test_l03_a_link_lives_as_long_as_its_purpose_says(doors: Doors, purpose: str, lifetime: int) -> None:
    if purpose == "set_password":
        doors.register()
        token = doors.token()
    else:
        doors.add_active()
        token = reset_token(doors)

    assert find_link(doors.store, RING, token, utcnow() + timedelta(seconds=lifetime - 60))[1] == purpose
    with pytest.raises(Gone, match="link_expired"):
        find_link(doors.store, RING, token, utcnow() + timedelta(seconds=lifetime + 60))


@pytest.mark.parametrize(
    ("purpose", "clock", "told"),
    [
        ("set_password", "+23h", {"status": 204, "slug": None}),
        ("set_password", "+25h", {"status": 410, "slug": "link_expired"}),
        ("reset_password", "+61m", {"status": 410, "slug": "link_expired"}),
    ],
)
def test_l03_a_process_whose_clock_is_ahead_refuses_an_expired_link(
    doors: Doors, mongodb_uri: str, purpose: str, clock: str, told: dict[str, Any]
) -> None:
    if purpose == "set_password":
        doors.register()
        token = doors.token()
    else:
        doors.add_active()
        token = reset_token(doors)
    command = ["faketime", "-f", clock, sys.executable, "-m", "tests.identity.late"]

    done = subprocess.run(
        [*command, mongodb_uri, doors.store.database.name, token], capture_output=True, text=True,
        env={**os.environ, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}, timeout=60, check=True,
    )  # fmt: skip

    assert json.loads(done.stdout.splitlines()[-1]) == told


def test_l03_an_expired_link_sets_nothing(doors: Doors) -> None:
    doors.register()
    token = doors.token()
    later = replace(SETTINGS, link_lifetime=0.0)
    early = open_doors(doors.store.database, later)
    early.register(email="late@bsnl.co.in")
    user = doors.user("late@bsnl.co.in")
    answer = early.mail_context("set_password", user["_id"], user["links"]["set_password"]["link_id"])

    assert answer.status_code == 410
    assert doors.set_password(token).status_code == 204
    assert doors.user("late@bsnl.co.in")["status"] == "INVITED"


def test_d05_the_owner_corrects_what_was_registered_before_it_counts(doors: Doors) -> None:
    doors.register(first_name="Mallory")
    shown = check(doors, doors.token()).json
    body = {"first_name": "Asha", "mdo_id": "posts", "position_text": "Clerk, Grade II"}

    answer = doors.post(
        "/v1/credentials/set-password", {"token": doors.token(), "password": PASSWORD, **body}
    )

    assert (shown["may_correct"], shown["mdo_id"]) == (True, "bsnl")
    assert answer.status_code == 204
    user = doors.user()
    kept = ("first_name", "last_name", "position_id", "position_text", "mdo_id")
    assert [user[name] for name in kept] == ["Asha", "Rao", None, "Clerk, Grade II", "posts"]
    assert user["mdo_path"][-1] == "posts"
    told = doors.told()[-1]
    assert (told["type"], told["data"]["mdo_id"]) == ("identity.PasswordSet.v1", "posts")
    assert doors.sign_in().status_code == 200


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"first_name": "<b>"}, "first_name"),
        ({"mdo_id": "nowhere"}, "mdo_id"),
        ({"position_id": "emperor"}, "position_id"),
        ({"position_id": "junior-telecom-officer", "position_text": "Clerk"}, "position_id"),
        ({"email": "b@bsnl.co.in"}, "email"),
        ({"roles": ["SPV_ADMIN"]}, "roles"),
        ({"last_name": {"$ne": ""}}, "last_name"),
        ({"password": "Mallory and friends", "first_name": "Mallory and friends"}, "password"),
    ],
)
def test_d05_z04_a_wrong_correction_is_refused_with_its_field_and_the_link_still_works(
    doors: Doors, wrong: dict[str, Any], field: str
) -> None:
    doors.register()
    token = doors.token()

    answer = doors.post("/v1/credentials/set-password", {"token": token, "password": PASSWORD, **wrong})

    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert doors.user()["status"] == "INVITED"
    assert doors.set_password(token).status_code == 204


def test_d05_nothing_is_corrected_with_a_reset_or_behind_an_approvers_back(doors: Doors) -> None:
    doors.add_active()
    token = reset_token(doors)
    doors.register(email="b@bsnl.co.in")
    doors.set(doors.user("b@bsnl.co.in"), request_id="approved")
    approved = doors.token(email="b@bsnl.co.in")

    for each in (token, approved):
        body = {"token": each, "password": OTHER, "first_name": "Mallory"}
        answer = doors.post("/v1/credentials/set-password", body)
        assert (answer.status_code, answer.json["slug"]) == (422, "correction_not_here")
        assert not check(doors, each).json["may_correct"]


def test_l04_a_password_ends_every_link_and_session(doors: Doors) -> None:
    doors.add_active()
    session = doors.sign_in().json["refresh_token"]
    first = reset_token(doors)
    second = reset_token(doors)

    assert doors.set_password(first, OTHER).json["slug"] == "link_overtaken"
    assert doors.set_password(second, OTHER).status_code == 204
    assert doors.user()["links"] == {}
    assert doors.post("/v1/auth/refresh", {"refresh_token": session}).status_code == 401
    assert doors.sign_in().status_code == 401
    assert doors.sign_in(OTHER).status_code == 200


def test_a_reset_tells_of_the_password_and_of_its_change(doors: Doors) -> None:
    doors.add_active()
    doors.set_password(reset_token(doors), OTHER)

    assert doors.told_types()[-3:] == ["PasswordResetRequested", "PasswordSet", "PasswordChanged"]
    assert doors.told()[-2]["data"]["first"] is False
    assert {one["data"]["sv"] for one in doors.told()[-2:]} == {doors.user()["sv"]}


def test_l05_a_link_is_no_access_token_and_a_foreign_body_field_is_refused(doors: Doors) -> None:
    doors.register()
    token = doors.token()

    me = doors.client.get("/v1/me", headers={"Authorization": f"Bearer {token}"})
    answer = doors.post(
        "/v1/credentials/set-password", {"token": token, "password": PASSWORD, "user_id": "other"}
    )

    assert me.status_code == 401
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["user_id"])


def test_l05_a_disabled_person_sets_nothing(doors: Doors) -> None:
    doors.register()
    token = doors.token()
    doors.set(doors.user(), status="DISABLED")

    assert doors.set_password(token).status_code == 410
    assert doors.user()["password"] is None


def test_a_finished_reset_forgets_the_misses(doors: Doors) -> None:
    doors.add_active()
    for _ in range(3):
        doors.sign_in("wrong password, every time")
    assert doors.user()["misses"]["total"] == 3

    doors.set_password(reset_token(doors), OTHER)

    assert doors.user()["misses"] == {}


def test_p01_p02_a_refused_password_is_named_and_the_link_stays(doors: Doors) -> None:
    doors.register()
    token = doors.token()

    slugs = {}
    for password in ("too short", "passwordpassword", "asha.rao@bsnl.co.in", "z" * 257, "x" * 60_000):
        answer = doors.set_password(token, password)
        slugs[password[:16]] = (answer.status_code, answer.json["slug"], list(answer.json["errors"]))

    assert slugs == {
        "too short": (422, "password_too_short", ["password"]),
        "passwordpassword": (422, "password_blocked", ["password"]),
        "asha.rao@bsnl.co": (422, "password_blocked", ["password"]),
        "z" * 16: (422, "password_too_long", ["password"]),
        "x" * 16: (422, "password_too_long", ["password"]),
    }
    assert doors.set_password(token).status_code == 204


def test_p03_a_megabyte_is_refused_before_it_is_read(doors: Doors) -> None:
    answer = doors.set_password("k1.x.y", "x" * 2**20)

    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["check", "set-password"])
@pytest.mark.parametrize("token", [{"$gt": ""}, None, [], 5, "", "a" * 201])
def test_n01_a_token_that_is_no_text_is_refused(doors: Doors, path: str, token: Any) -> None:
    body = {"token": token} | ({"password": PASSWORD} if path == "set-password" else {})

    assert doors.post(f"/v1/credentials/{path}", body).status_code in (410, 422)


def test_p05_changing_needs_the_current_password_and_ends_other_sessions(doors: Doors) -> None:
    doors.add_active()
    other = doors.sign_in().json
    own = doors.sign_in().json

    wrong = doors.post(
        "/v1/credentials/change", {"current_password": OTHER, "new_password": OTHER}, own["access_token"]
    )
    right = doors.post(
        "/v1/credentials/change", {"current_password": PASSWORD, "new_password": OTHER}, own["access_token"]
    )

    assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["current_password"])
    assert right.status_code == 204
    assert doors.told_types()[-1] == "PasswordChanged"
    assert doors.post("/v1/auth/refresh", {"refresh_token": other["refresh_token"]}).status_code == 401
    assert doors.post("/v1/auth/refresh", {"refresh_token": own["refresh_token"]}).status_code == 200
    assert doors.sign_in(OTHER).status_code == 200


def test_a02_guessing_the_current_password_is_bounded(doors: Doors) -> None:
    doors.add_active()
    token = doors.sign_in().json["access_token"]
    body = {"current_password": "wrong password, every time", "new_password": OTHER}

    statuses = [doors.post("/v1/credentials/change", body, token).status_code for _ in range(16)]

    assert statuses[:10] == [422] * 10
    assert 429 in statuses[10:]


def test_p02_the_new_password_is_checked_by_its_own_field(doors: Doors) -> None:
    doors.add_active()
    token = doors.sign_in().json["access_token"]

    answer = doors.post(
        "/v1/credentials/change", {"current_password": PASSWORD, "new_password": "short"}, token
    )

    assert (answer.status_code, list(answer.json["errors"])) == (422, ["new_password"])


def test_changing_without_a_token_is_refused(doors: Doors) -> None:
    body = {"current_password": PASSWORD, "new_password": OTHER}

    assert doors.post("/v1/credentials/change", body).status_code == 401


def test_the_dump_holds_no_token(doors: Doors) -> None:
    doors.register()
    token = doors.token()
    database = doors.store.database

    dump = repr([list(database[name].find({})) for name in database.list_collection_names()])

    assert token not in dump
    assert token.rpartition(".")[2] not in dump


def test_the_expiry_starts_with_the_first_mail_and_stays(doors: Doors) -> None:
    doors.register()
    user = doors.user()
    desk = MailDesk(doors.store, SETTINGS, Mailer(SETTINGS, RING).ring)
    due = Due("set_password", user["_id"], user["links"]["set_password"]["link_id"])
    now = utcnow() + timedelta(hours=30)

    first = desk.contexts([due], now)[0]["context"]
    second = desk.contexts([due], now + timedelta(hours=2))[0]["context"]

    assert first == second
    assert first["expires_at"] == now + timedelta(hours=24)
