"""A link is made of keys and of a slot without a secret; only the newest works, once, for its own purpose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.identity.rules.link import emptied, opened, parse_token, placed, token_for
from shared.auth import KeyRing
from shared.errors import Gone
from shared.events import new_id

NOW = datetime(2026, 1, 5, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
RING = KeyRing("k1", {"k1": bytes(32), "k2": bytes([7]) * 32})


def person(purpose: str = "set_password", status: str = "INVITED", **changed: Any) -> dict[str, Any]:
    user: dict[str, Any] = {"_id": "u1", "status": status, "credential_version": 0} | changed
    user |= placed(user, purpose, new_id(), "k1")
    user["links"][purpose]["expires_at"] = LATER
    return user


def token(user: dict[str, Any], purpose: str = "set_password", ring: KeyRing = RING) -> str:
    return token_for(ring, purpose, user["_id"], user["links"][purpose])


def reason(user: dict[str, Any], text: str, now: datetime = NOW, ring: KeyRing = RING) -> str:
    with pytest.raises(Gone) as caught:
        opened(ring, user, parse_token(text), now)
    return caught.value.slug


def test_the_same_slot_gives_the_same_token() -> None:
    user = person()

    assert token(user) == token(user)
    assert opened(RING, user, parse_token(token(user)), NOW) == "set_password"


def test_l01_the_tag_has_256_bits_and_never_repeats() -> None:
    tags = {parse_token(token(person())).tag for _ in range(200)}

    assert len(tags) == 200
    assert all(len(tag) == 43 for tag in tags)


def test_l01_the_document_holds_no_part_of_the_tag() -> None:
    user = person()

    assert parse_token(token(user)).tag not in repr(user)


def test_l03_a_link_ends_at_its_expiry() -> None:
    user = person()

    assert reason(user, token(user), LATER) == "link_expired"


def test_l03_a_later_expiry_in_the_database_does_not_revive_a_token() -> None:
    user = person()
    text = token(user)
    user["links"]["set_password"]["expires_at"] = LATER + timedelta(days=9)

    assert reason(user, text) == "link_unknown"


def test_l04_a_newer_link_overtakes_the_older() -> None:
    user = person()
    older = token(user)
    user |= placed(user, "set_password", new_id(), "k1")

    assert reason(user, older) == "link_overtaken"


def test_l02_a_used_link_says_so() -> None:
    user = person()
    text = token(user)
    user |= emptied(user, used="set_password")

    assert reason(user, text) == "link_used"


def test_l04_emptying_takes_the_other_purpose_along() -> None:
    user = person("reset_password", "ACTIVE")
    text = token(user, "reset_password")
    user |= emptied(user)

    assert user["links"] == {}
    assert reason(user, text) == "link_overtaken"


def test_l05_a_token_is_bound_to_person_purpose_and_credential_version() -> None:
    user = person()
    text = token(user)

    assert reason(user | {"_id": "u2"}, text) == "link_unknown"
    moved = user | {"links": {"reset_password": user["links"]["set_password"]}, "status": "ACTIVE"}
    assert reason(moved, text) == "link_unknown"
    assert reason(user | {"credential_version": 1}, text) == "link_overtaken"


def test_l05_the_status_decides_what_a_link_may_do() -> None:
    user = person()

    assert reason(user | {"status": "DISABLED"}, token(user)) == "link_overtaken"
    assert reason(user | {"status": "ACTIVE"}, token(user)) == "link_overtaken"


def test_another_key_opens_nothing() -> None:
    user = person()
    text = token(user)

    assert reason(user, text, ring=KeyRing("k1", {"k1": bytes([9]) * 32})) == "link_unknown"
    assert reason(user, text.replace("k1.", "k2.", 1)) == "link_unknown"


def test_a_rotated_ring_still_opens_links_of_the_older_key() -> None:
    user = person()
    rotated = KeyRing("k2", RING.keys)

    assert opened(rotated, user, parse_token(token(user)), NOW) == "set_password"


@pytest.mark.parametrize(
    "text",
    ["", "x", "k1.x.y", "k1..", "." * 3, "k1." + "a" * 36 + "." + "b" * 42, "k1." + "é" * 36, "a" * 10_000],
)
def test_a_text_that_is_no_token_is_unknown(text: str) -> None:
    with pytest.raises(Gone, match="link_unknown"):
        parse_token(text)


def test_each_changed_sign_of_a_token_makes_it_unknown() -> None:
    user = person()
    text = token(user)

    for place in range(len(text) - 43, len(text)):
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        assert reason(user, changed) == "link_unknown"


def test_spent_links_are_forgotten_after_a_while() -> None:
    user = person()
    for _ in range(30):
        user |= placed(user, "set_password", new_id(), "k1")
        user["links"]["set_password"]["expires_at"] = LATER

    assert len(user["spent_links"]) == 8
    assert len(user["link_ids"]) == 9
