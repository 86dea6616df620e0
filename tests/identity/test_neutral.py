"""A01: whoever tries addresses learns nothing, neither from answers nor from the time that they take."""

from __future__ import annotations

import statistics
import time
from itertools import cycle, islice
from typing import Any

from argon2 import PasswordHasher
from flask.testing import FlaskClient

from services.identity.api.session import session_blueprint
from services.identity.hashing import Hasher
from services.identity.store import Store
from shared.auth import KeyRing, Signer
from shared.web import make_app
from tests.identity.people import RING, SETTINGS, add_person

PAIRS = 60  # `make bench` asks 300 over HTTP and says how many milliseconds lie between them.
TRIES_FREE = 2


class LightHasher(Hasher):
    """The real hasher with less memory, so that many verifications take seconds and still outweigh the rest."""

    def __init__(self) -> None:
        super().__init__(slots=1, waiting=4)
        self._argon2 = PasswordHasher(time_cost=2, memory_cost=8 * 1024, parallelism=1)
        self._dummy = self._argon2.hash("of nobody")


def door(store: Store, hasher: Hasher) -> FlaskClient:
    """Identity's door of sessions with this hasher."""
    ring = KeyRing.load(RING)
    blueprint = session_blueprint(store, SETTINGS, hasher, Signer(ring, SETTINGS), ring)
    return make_app(SETTINGS, blueprint).test_client()


def tried(client: FlaskClient, email: str) -> tuple[Any, float]:
    """What a wrong password is told, without the reference of the request, and its processor seconds."""
    began = time.thread_time()
    answer = client.post("/v1/auth/token", json={"email": email, "password": "wrong"})
    spent = time.thread_time() - began
    body = answer.get_json()
    headers = {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}
    assert body.pop("request_id") == answer.headers["X-Request-ID"]
    return (answer.status_code, body, headers), spent


def test_a01_sixty_pairs_of_tries_tell_known_addresses_from_unknown_ones_by_nothing(
    store: Store,
) -> None:
    hasher = LightHasher()
    client, password = door(store, hasher), hasher.hash("the right one")
    states = ({"password": password}, {"password": password, "status": "DISABLED"},
              {"password": None, "status": "INVITED"})  # fmt: skip
    known = [add_person(store, **state)["email"] for state in islice(cycle(states), PAIRS // TRIES_FREE)]
    unknown = [f"nobody{n}@bsnl.co.in" for n in range(PAIRS // TRIES_FREE)]

    pairs = [
        (tried(client, there), tried(client, nowhere))
        for _ in range(TRIES_FREE)
        for there, nowhere in zip(known, unknown, strict=True)
    ]

    answers = [answer for pair in pairs for answer, _ in pair]
    assert len(pairs) == PAIRS
    assert all(answer == answers[0] for answer in answers)
    assert answers[0][0] == 401
    # Half a verification: the whole of one would show at once if it were left out on one side.
    bound = statistics.median(cost_of_one(hasher) for _ in range(15)) / 2
    there, nowhere = (statistics.median(spent for _, spent in side) for side in zip(*pairs, strict=True))
    assert abs(there - nowhere) < bound


def cost_of_one(hasher: Hasher) -> float:
    """Processor seconds of one verification."""
    began = time.thread_time()
    hasher.dummy_verify("wrong")
    return time.thread_time() - began
