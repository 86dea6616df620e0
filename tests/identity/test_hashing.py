"""Passwords are hashed with argon2id, a bounded number at a time."""

import threading

import pytest

from services.identity.hashing import Hasher
from shared.errors import Unavailable


@pytest.fixture(scope="module")
def hasher() -> Hasher:
    return Hasher(slots=2, waiting=2)


def test_p04_a_hash_is_argon2id_with_the_stated_parameters(hasher: Hasher) -> None:
    stored = hasher.hash("nine green bottles")

    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_password_verifies_against_its_own_hash_only(hasher: Hasher) -> None:
    stored = hasher.hash("nine green bottles")

    assert hasher.verify(stored, "nine green bottles")
    assert not hasher.verify(stored, "nine green bottle")


def test_p03_passwords_equal_in_their_first_72_bytes_differ(hasher: Hasher) -> None:
    stored = hasher.hash("a" * 72 + "one")

    assert not hasher.verify(stored, "a" * 72 + "two")


def test_p03_eighty_bytes_and_four_byte_characters_work(hasher: Hasher) -> None:
    assert hasher.verify(hasher.hash("b" * 80), "b" * 80)
    assert hasher.verify(hasher.hash("\U0001f600" * 25), "\U0001f600" * 25)


def test_the_two_unicode_spellings_of_a_password_are_one(hasher: Hasher) -> None:
    assert hasher.verify(hasher.hash("caf\u00e9 au lait, deux"), "cafe\u0301 au lait, deux")


def test_a_dummy_verification_is_never_true(hasher: Hasher) -> None:
    assert hasher.dummy_verify("anything at all") is False


def test_a_damaged_hash_matches_nothing(hasher: Hasher) -> None:
    assert hasher.verify("not a hash", "anything at all") is False


def test_a_hash_with_weaker_parameters_is_outdated(hasher: Hasher) -> None:
    weaker = "$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$RdescudvJCsgt3ub+b2dWRWJTmaaJObG"

    assert hasher.is_outdated(weaker)
    assert not hasher.is_outdated(hasher.hash("nine green bottles"))


def test_p04_a_flood_gets_unavailable_and_the_queue_drains() -> None:
    hasher = Hasher(slots=1, waiting=1)
    outcomes: list[str] = []
    start = threading.Barrier(20)

    def attempt() -> None:
        start.wait()
        try:
            hasher.dummy_verify("anything at all")
            outcomes.append("hashed")
        except Unavailable as error:
            outcomes.append(error.slug)

    threads = [threading.Thread(target=attempt) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes.count("busy") >= 10
    assert outcomes.count("hashed") + outcomes.count("busy") == 20
    assert hasher.dummy_verify("anything at all") is False
