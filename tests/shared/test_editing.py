"""Headers of edits and repetitions."""

import pytest
from flask import Flask, g

from shared.auth import Principal
from shared.editing import if_match, new_resource_id
from shared.errors import Refused

APP = Flask("t")


@pytest.mark.parametrize(
    ("header", "version"), [('"7"', 7), ("7", 7), ('W/"7"', 7), ("*", None), (None, None)]
)
def test_if_match_names_a_version(header: str | None, version: int | None) -> None:
    with APP.test_request_context(headers={"If-Match": header} if header else {}):
        assert if_match() == version


@pytest.mark.parametrize("header", ["x", '"x"', "-1", "1, 2", ""])
def test_a_malformed_if_match_is_refused(header: str) -> None:
    with APP.test_request_context(headers={"If-Match": header}), pytest.raises(Refused):
        if_match()


def made_by(user_id: str, key: str | None, path: str = "/v1/things") -> str:
    with APP.test_request_context(path, method="POST", headers={"Idempotency-Key": key} if key else {}):
        g.principal = Principal(user_id)
        return new_resource_id()


def test_i9_a_repetition_by_the_same_person_has_the_same_id() -> None:
    assert made_by("u1", "k") == made_by("u1", "k")


def test_i9_another_person_key_or_route_has_another_id() -> None:
    ids = {
        made_by("u1", "k"),
        made_by("u2", "k"),
        made_by("u1", "l"),
        made_by("u1", "k", "/v1/others"),
        made_by("u1", None),
    }

    assert len(ids) == 5


def test_a_key_that_is_no_token_is_refused() -> None:
    with pytest.raises(Refused):
        made_by("u1", "two words")
