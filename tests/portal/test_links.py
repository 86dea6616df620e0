"""Return paths stay on this site."""

from __future__ import annotations

import pytest

from portal.links import safe_next
from tests.portal.conftest import Browser
from tests.portal.stub import ME, PASSWORD

EVIL = [
    "//evil.test", "/\\evil.test", "https:evil.test", "https://evil.test", "javascript:alert(1)", "\\\\evil.test",
    "/%0d%0aLocation:%20https://evil.test", "/\r\nX: y", "%2F%2Fevil.test", "/%2Fevil.test", "/%5Cevil.test",
    "/\tevil.test", " /home", "///evil.test", "home", "", None, "/%252Fevil.test", "/\x00", "data:text/html,x",
]  # fmt: skip


@pytest.mark.parametrize("value", EVIL)
def test_n08_a_foreign_next_becomes_home(value: str | None) -> None:
    assert safe_next(value) == "/home"


@pytest.mark.parametrize("value", ["/home", "/hi/home", "/login?next=/home", "/courses/1?a=b#c", "/"])
def test_n08_a_path_of_this_site_is_kept(value: str) -> None:
    assert safe_next(value) == value


@pytest.mark.parametrize("value", [evil for evil in EVIL if evil])
def test_n08_signing_in_never_leaves_the_site(browser: Browser, value: str) -> None:
    answer = browser.post("/login", {"email": ME["email"], "password": PASSWORD, "next": value})

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/home"
