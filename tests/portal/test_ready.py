"""A portal that says it is ready has compiled what its first visitor needs."""

from __future__ import annotations

from flask import Flask

from portal.app import FIRST


def in_memory(app: Flask) -> set[str]:
    """The templates that the process holds compiled."""
    cache = app.jinja_env.cache
    assert cache is not None
    return {name for _, name in cache.keys()}  # noqa: SIM118  (jinja's cache is no dict)


def test_the_sign_in_form_and_its_parts_are_compiled_before_the_portal_is_ready(new_app: Flask) -> None:
    assert in_memory(new_app) == set()

    assert new_app.test_client().get("/readyz").status_code == 200

    ready = in_memory(new_app)
    assert FIRST in ready
    new_app.test_client().get("/login")
    assert in_memory(new_app) == ready
