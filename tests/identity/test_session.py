"""Sign in, renew, sign out: alike for everybody who may not, exact in a race."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.identity.commands.session import Attempt, Session, login, logout, refresh
from services.identity.rules import IdentitySettings
from services.identity.store import Store
from shared.errors import Problem, TooMany, Unauthorized
from shared.mongo import utcnow
from tests.identity.people import HASHER, PASSWORD, SETTINGS, add_person

HERE, THERE = "a" * 16, "b" * 16
NOW = utcnow()  # Waits of a second count from it, however slow the tries are.


class CountingHasher:
    """Counts verifications; knows one right password."""

    def __init__(self, right: str = PASSWORD) -> None:
        self.right, self.verified, self.dummies = right, 0, 0

    def verify(self, stored: str, text: str) -> bool:
        self.verified += 1
        return text == self.right

    def dummy_verify(self, text: str) -> bool:
        self.dummies += 1
        return False

    def is_outdated(self, stored: str) -> bool:
        return False

    def hash(self, text: str) -> str:
        return "fresh"


def attempt(email: str, password: str = PASSWORD, network: str = HERE, **later: float) -> Attempt:
    return Attempt(email=email, password=password, network=network, now=NOW + timedelta(**later))


def sign_in(store: Store, email: str, **more: Any) -> Session:
    return login(store, CountingHasher(), SETTINGS, attempt(email, **more))  # type: ignore[arg-type]


def answer(store: Store, email: str, settings: IdentitySettings = SETTINGS, **more: Any) -> str:
    try:
        login(store, CountingHasher(), settings, attempt(email, **more))  # type: ignore[arg-type]
    except Problem as error:
        return error.slug
    return "in"


def miss(store: Store, email: str, times: int, **more: Any) -> list[str]:
    return [answer(store, email, password="wrong", **more) for _ in range(times)]


def test_the_right_password_opens_a_session(store: Store) -> None:
    person = add_person(store)

    session = login(store, HASHER, SETTINGS, attempt(person["email"]))

    assert session.user["_id"] == person["_id"]
    assert store.families.get(session.family)["user_id"] == person["_id"]


def test_the_database_never_holds_the_refresh_token(store: Store) -> None:
    person = add_person(store)

    session = sign_in(store, person["email"])

    assert session.refresh_token.partition(".")[2] not in str(store.families.get(session.family))


def test_the_address_is_found_in_any_case(store: Store) -> None:
    person = add_person(store)

    assert sign_in(store, person["email"].upper()).user["_id"] == person["_id"]


def nobody(store: Store) -> str:
    return "nobody.at.all@bsnl.co.in"


def not_an_address(store: Store) -> str:
    return "nobody at all"


def active(store: Store) -> str:
    return str(add_person(store)["email"])


def disabled(store: Store) -> str:
    return str(add_person(store, status="DISABLED")["email"])


def invited(store: Store) -> str:
    return str(add_person(store, status="INVITED", password=None)["email"])


WHO = [nobody, not_an_address, active, disabled, invited]


@pytest.mark.parametrize("who", WHO)
def test_a01_every_miss_answers_alike_after_one_verification(
    store: Store, who: Callable[[Store], str]
) -> None:
    email, hasher = who(store), CountingHasher(right="")

    with pytest.raises(Unauthorized) as caught:
        login(store, hasher, SETTINGS, attempt(email))  # type: ignore[arg-type]

    assert caught.value.slug == "login_failed"
    assert hasher.verified + hasher.dummies == 1


@pytest.mark.parametrize("who", WHO)
def test_a01_every_miss_writes_as_much(counted: tuple[Store, list[str]], who: Callable[[Store], str]) -> None:
    store, writes = counted
    email = who(store)
    answer(store, email, password="wrong")
    writes.clear()

    answer(store, email, password="wrong")

    assert len(writes) == 3


def test_a03_a_disabled_person_is_refused_like_a_wrong_password(store: Store) -> None:
    assert answer(store, disabled(store)) == "login_failed"


@pytest.mark.parametrize("who", WHO)
def test_a02_after_ten_misses_the_network_waits(store: Store, who: Callable[[Store], str]) -> None:
    email = who(store)

    answers = miss(store, email, 12)

    assert answers == ["login_failed"] * 10 + ["login_wait"] * 2


def test_a02_each_further_miss_doubles_the_wait(store: Store) -> None:
    person = add_person(store)
    miss(store, person["email"], 10)
    answer(store, person["email"], password="wrong", seconds=5)

    with pytest.raises(TooMany) as caught:
        sign_in(store, person["email"], seconds=5)

    assert caught.value.retry_after == 2


def test_a02_the_owner_gets_in_from_another_network_while_one_waits(store: Store) -> None:
    person = add_person(store)
    miss(store, person["email"], 12)

    assert answer(store, person["email"]) == "login_wait"
    assert answer(store, person["email"], network=THERE) == "in"


def test_a02_the_owner_gets_in_after_the_wait(store: Store) -> None:
    person = add_person(store)
    miss(store, person["email"], 12)

    assert answer(store, person["email"], seconds=5) == "in"


def guessed_at(store: Store, *, known: tuple[str, ...] = ()) -> str:
    misses = {"total": SETTINGS.login_misses_most, "networks": {}}
    person = add_person(store, misses=misses, known_networks=dict.fromkeys(known, NOW))
    return str(person["email"])


def test_a02_at_a_hundred_misses_a_new_network_learns_nothing(store: Store) -> None:
    email = guessed_at(store)

    assert answer(store, email, network=THERE) == "login_wait"
    assert answer(store, email, network=THERE, password="wrong") == "login_wait"


def test_a02_at_a_hundred_misses_a_network_of_an_earlier_success_gets_in(store: Store) -> None:
    email = guessed_at(store, known=(HERE,))

    assert answer(store, email, password="wrong") == "login_wait"
    assert answer(store, email) == "in"


def test_a02_a_success_ends_the_row_of_misses(store: Store) -> None:
    person = add_person(store)
    miss(store, person["email"], 9)

    sign_in(store, person["email"])

    assert store.users.get(person["_id"])["misses"]["total"] == 0


def test_a02_a_network_that_misses_on_many_accounts_is_closed_for_new_ones(store: Store) -> None:
    settings = replace(SETTINGS, login_spray_most=3)
    regular, owner = add_person(store, known_networks={HERE: NOW}), add_person(store)
    missed = [answer(store, f"nobody{i}@bsnl.co.in", settings) for i in range(4)]

    assert missed == ["login_failed"] * 3 + ["login_wait"]
    assert answer(store, owner["email"], settings) == "login_wait"
    assert answer(store, owner["email"], settings, network=THERE) == "in"
    assert answer(store, regular["email"], settings) == "in"


def test_a02_parallel_guesses_get_no_more_answers_than_one_after_the_other(store: Store) -> None:
    person = add_person(store)

    answers = together(30, lambda: answer(store, person["email"], password="wrong"))

    assert answers.count("login_failed") == 10


def together(times: int, work: Callable[[], str]) -> list[str]:
    """Run `work` in that many threads at once."""
    outcomes: list[str] = []
    start = threading.Barrier(times)

    def run() -> None:
        start.wait()
        outcomes.append(work())

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def renew(store: Store, token: str, now: datetime | None = None) -> str:
    try:
        refresh(store, SETTINGS, token, now or NOW)
    except Unauthorized:
        return "over"
    return "renewed"


def test_a_refresh_token_is_traded_for_another(store: Store) -> None:
    session = sign_in(store, active(store))

    after = refresh(store, SETTINGS, session.refresh_token, NOW)

    assert after.refresh_token != session.refresh_token
    assert renew(store, after.refresh_token) == "renewed"


def test_j07_a_refresh_token_used_again_ends_the_session(store: Store) -> None:
    session = sign_in(store, active(store))
    after = refresh(store, SETTINGS, session.refresh_token, NOW)

    assert renew(store, session.refresh_token) == "over"
    assert renew(store, after.refresh_token) == "over"


def test_j07_twenty_parallel_refreshes_have_one_winner_and_end_the_session(store: Store) -> None:
    session = sign_in(store, active(store))

    outcomes = together(20, lambda: renew(store, session.refresh_token))

    assert outcomes.count("renewed") == 1
    assert store.families.get(session.family)["revoked_at"] is not None


def test_j07_an_unknown_secret_does_not_end_the_session(store: Store) -> None:
    session = sign_in(store, active(store))

    assert renew(store, f"{session.family}.{'A' * 43}") == "over"
    assert renew(store, session.refresh_token) == "renewed"


@pytest.mark.parametrize("token", ["", "x", "x.y", f"{'0' * 36}.{'A' * 43}", "$where.1"])
def test_j07_rubbish_is_no_refresh_token(store: Store, token: str) -> None:
    assert renew(store, token) == "over"


def test_j07_an_idle_session_ends(store: Store) -> None:
    session = sign_in(store, active(store))

    late = NOW + timedelta(seconds=SETTINGS.session_idle + 1)

    assert renew(store, session.refresh_token, late) == "over"


def test_j07_no_session_outlives_its_absolute_end(store: Store) -> None:
    session, now = sign_in(store, active(store)), NOW
    step = timedelta(seconds=SETTINGS.session_idle - 60)
    count = int(timedelta(seconds=SETTINGS.session_most) / step) + 1

    for i in range(1, count):
        session = refresh(store, SETTINGS, session.refresh_token, now + i * step)

    assert renew(store, session.refresh_token, now + count * step) == "over"


def test_j07_a_raised_epoch_ends_all_sessions(store: Store) -> None:
    session = sign_in(store, active(store))
    restored = replace(SETTINGS, platform_epoch=2)

    with pytest.raises(Unauthorized):
        refresh(store, restored, session.refresh_token, NOW)


@pytest.mark.parametrize("change", [{"status": "DISABLED"}, {"credential_version": 2}])
def test_a03_a_disabled_person_or_a_new_password_ends_the_session(
    store: Store, change: dict[str, Any]
) -> None:
    session = sign_in(store, active(store))
    store.users.change({"_id": session.user["_id"]}, {"$set": change})

    assert renew(store, session.refresh_token) == "over"


def test_a_renewed_session_has_the_roles_of_now(store: Store) -> None:
    session = sign_in(store, active(store))
    grant = {"id": "g1", "role": "FRAC_ADMIN", "scope": None}
    store.users.change({"_id": session.user["_id"]}, {"$push": {"roles": grant}, "$inc": {"sv": 1}})

    after = refresh(store, SETTINGS, session.refresh_token, NOW)

    assert after.user["roles"] == [grant]
    assert after.user["sv"] == session.user["sv"] + 1


def test_a04_logout_ends_the_session(store: Store) -> None:
    session = sign_in(store, active(store))

    logout(store, session.refresh_token, NOW)

    assert renew(store, session.refresh_token) == "over"


def test_a04_logout_with_a_token_traded_before_ends_the_session_too(store: Store) -> None:
    session = sign_in(store, active(store))
    after = refresh(store, SETTINGS, session.refresh_token, NOW)

    logout(store, session.refresh_token, NOW)

    assert renew(store, after.refresh_token) == "over"


def test_a04_logout_with_a_guessed_secret_ends_nothing(store: Store) -> None:
    session = sign_in(store, active(store))

    logout(store, f"{session.family}.{'A' * 43}", NOW)

    assert renew(store, session.refresh_token) == "renewed"


def test_a04_each_login_is_a_new_session(store: Store) -> None:
    email = active(store)

    assert sign_in(store, email).family != sign_in(store, email).family


def test_s08_logins_and_misses_are_audited_without_the_address(store: Store) -> None:
    person = add_person(store)
    answer(store, person["email"], password="wrong")
    sign_in(store, person["email"])

    entries = list(store.database["audit"].find({"whom": person["_id"]}, sort=[("_id", 1)]))

    assert [(one["what"], one["result"]) for one in entries] == [("login", "refused"), ("login", "ok")]
    assert "@" not in str(entries)
