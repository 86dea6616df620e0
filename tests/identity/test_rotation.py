"""Signing keys change while people work: no request fails, and a flood of unknown keys asks identity rarely."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from flask.testing import FlaskClient

from services.identity.app import create_app
from services.identity.cli import main
from services.identity.rules.rotation import BEFORE_RETIRING, BEFORE_SIGNING, activated, published, retired
from services.identity.store import Store
from shared.auth import KeyRing, RingFile, Signer, Verifier
from shared.errors import Refused, Unauthorized
from shared.mongo import utcnow
from tests.bus_kit import wait
from tests.identity.people import PASSWORD, RING, SETTINGS, add_person


def test_a_rotation_takes_its_time() -> None:
    now, old = utcnow(), json.loads(RING)

    ring, _ = published(old, "k2", now)
    with pytest.raises(Refused):
        activated(ring, "k2", now + BEFORE_SIGNING - timedelta(seconds=1))
    ring, _ = activated(ring, "k2", now + BEFORE_SIGNING)
    with pytest.raises(Refused):
        retired(ring, "k2", now + timedelta(days=1))
    with pytest.raises(Refused):
        retired(ring, "k1", now + BEFORE_SIGNING + BEFORE_RETIRING - timedelta(seconds=1))
    ring, _ = retired(ring, "k1", now + BEFORE_SIGNING + BEFORE_RETIRING)

    assert (ring["active"], list(ring["keys"])) == ("k2", ["k2"])
    KeyRing.load(json.dumps(ring))


@pytest.mark.parametrize("step", [activated, retired])
def test_an_unknown_key_is_refused(step: Any) -> None:
    with pytest.raises(Refused):
        step(json.loads(RING), "nobody", utcnow())


def test_the_command_writes_the_file_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "ring.json"
    path.write_text(RING)

    main(["keys", "publish", "--file", str(path), "--kid", "k2"])

    assert "Activate it after" in capsys.readouterr().out
    assert sorted(json.loads(path.read_text())["keys"]) == ["k1", "k2"]
    with pytest.raises(SystemExit):
        main(["keys", "activate", "--file", str(path), "--kid", "k2"])


def replace_file(path: Path, ring: dict[str, Any]) -> None:
    """A new file in the place of the old one, as the command and a mounted secret do it: nobody reads half of it."""
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(ring))
    fresh.replace(path)


def test_j08_keys_rotate_under_load_without_a_failed_request(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    path.write_text(RING)
    settings = replace(SETTINGS, signing_keys_path=str(path), jwks_cache=1.0, jwks_refetch=30.0)
    person = add_person(store)
    client = create_app(settings, store.database).test_client()
    other = Verifier(settings, lambda: client.get("/v1/jwks").json, None)
    stop, answers, kids = threading.Event(), [], set()

    def work() -> None:
        mine = create_app(settings, store.database).test_client()
        while not stop.is_set():
            login = mine.post("/v1/auth/token", json={"email": person["email"], "password": PASSWORD})
            answers.append(login.status_code)
            token = login.json["access_token"]
            kids.add(jwt.get_unverified_header(token)["kid"])
            other.person(token)
            answers.append(mine.get("/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        ring, _ = published(json.loads(RING), "k2", utcnow() - timedelta(hours=1))
        for change in (ring, activated(ring, "k2", utcnow())[0]):
            replace_file(path, change)
            time.sleep(1.5)  # Longer than the caches of the file and of the public keys.
            seen = len(answers)
            wait(lambda seen=seen: len(answers) > seen + 4)  # Nothing begun before the change still runs.
        replace_file(path, retired(json.loads(path.read_text()), "k1", utcnow() + timedelta(hours=1))[0])
        time.sleep(1.5)
        seen = len(answers)
        wait(lambda: len(answers) > seen + 4)
    finally:
        stop.set()
        worker.join(10)

    assert set(answers) == {200}
    assert kids == {"k1", "k2"}
    assert len(answers) > 20


def test_j08_a_flood_of_unknown_keys_asks_identity_once_per_interval() -> None:
    asked: list[int] = []
    known = Signer(KeyRing.load(RING), SETTINGS)

    def fetch() -> dict[str, Any]:
        asked.append(1)
        return known.jwks()

    verifier = Verifier(SETTINGS, fetch, None)
    verifier.person(known.access_token("u1", roles=[], sv=1, session_id="s"))
    stranger = Signer(KeyRing("x", {"x": bytes(32)}), SETTINGS)
    for _ in range(200):
        with pytest.raises(Unauthorized):
            verifier.person(stranger.access_token("u1", roles=[], sv=1, session_id="s"))

    assert len(asked) == 1


def test_a_broken_file_leaves_the_last_good_ring(tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    path.write_text(RING)
    ring = RingFile(str(path), every=0.0)

    path.write_text("{")

    assert ring().active == "k1"


def test_j08_a_demoted_key_signs_nothing_after_its_retirement(client: FlaskClient) -> None:
    retired_signer = Signer(KeyRing("k0", {"k0": bytes(32)}), SETTINGS)
    token = retired_signer.access_token("u1", roles=[], sv=1, session_id="s")

    assert client.get("/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401
