"""The second factor at the door and on its own page, sessions, the change of the password."""

from __future__ import annotations

import re
from typing import Any

import pytest

from portal.sealed import KEPT
from tests.portal.conftest import BASE, Browser, Clock, MemoryStore
from tests.portal.stub import ME, PASSWORD, Stub
from tests.portal.stub.identity import CODE, DRAWING, SECRET

WORDS = {"email": ME["email"], "password": PASSWORD}
SPV = [{"slug": "spv", "name": "SPV portal"}]


def sealed(page: str) -> str:
    found = re.search(r'name="sealed" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def asked_for_code(browser: Browser, **more: str) -> str:
    """Send the first page of signing in; the text that the second page carries over."""
    page = browser.post("/login", {**WORDS, **more}).get_data(as_text=True)
    assert "Enter your code" in page
    return sealed(page)


def send(browser: Browser, path: str, values: dict[str, str]) -> Any:
    return browser.post(path, values, page="/login" if path.endswith("/code") else path)


def test_signing_in_asks_for_the_code_and_keeps_where_one_was_going(browser: Browser, stub: Stub) -> None:
    stub.factor = CODE
    carried = asked_for_code(browser, next="/me/learning?state=active")

    answer = send(browser, "/login/code", {"code": " 492 039 ", "sealed": carried})

    assert answer.headers["Location"] == "/me/learning?state=active"
    assert stub.bodies("/auth/token")[-1] == {**WORDS, "code": CODE}
    assert "Hello, Asha" in browser.get("/home").get_data(as_text=True)


def test_a_wrong_code_can_be_typed_again_and_signs_nobody_in(browser: Browser, stub: Stub) -> None:
    stub.factor = CODE
    carried = asked_for_code(browser)

    answer = send(browser, "/login/code", {"code": "000000", "sealed": carried})
    page = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert 'href="#code"' in page
    assert sealed(page) == carried
    assert browser.get("/home").status_code == 303
    assert send(browser, "/login/code", {"code": CODE, "sealed": carried}).headers["Location"] == "/home"


def test_a_limit_on_codes_says_how_long_to_wait(browser: Browser, stub: Stub) -> None:
    stub.factor = CODE
    carried = asked_for_code(browser)
    stub.fail("/auth/token", 429, "login_wait", headers={"Retry-After": "90"})

    answer = send(browser, "/login/code", {"code": "000000", "sealed": carried})

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "90")


def test_l07_the_password_is_in_no_page_and_not_in_the_store(
    browser: Browser, stub: Stub, store: MemoryStore
) -> None:
    stub.factor = CODE
    page = browser.post("/login", WORDS).get_data(as_text=True)

    assert PASSWORD not in page
    assert PASSWORD not in str(store.kinds)


@pytest.mark.parametrize("spoil", ["changed", "foreign", "late", "none"])
def test_what_was_carried_over_works_in_its_session_for_ten_minutes(
    browser: Browser, stub: Stub, app: Any, clock: Clock, spoil: str
) -> None:
    stub.factor = CODE
    carried = asked_for_code(browser)
    if spoil == "foreign":
        browser = Browser(app.test_client())
        asked_for_code(browser)
    elif spoil == "late":
        clock.move(KEPT)
    else:
        carried = {"changed": carried[:-6] + "AAAAA=", "none": ""}[spoil]

    answer = send(browser, "/login/code", {"code": CODE, "sealed": carried})

    assert answer.headers["Location"] == "/login"
    assert stub.bodies("/auth/token")[-1] == WORDS
    assert "Enter address and password again" in browser.get("/login").get_data(as_text=True)


def test_who_has_a_role_that_waits_is_led_to_the_set_up_with_the_reason(browser: Browser, stub: Stub) -> None:
    stub.held = SPV

    answer = browser.sign_in()
    page = browser.get("/account/security/factor").get_data(as_text=True)

    assert answer.headers["Location"] == "/account/security/factor"
    assert "You have a role that needs a second factor" in page
    assert 'href="/home"' in page
    assert "Set up a second factor to use your role" in browser.get("/home").get_data(as_text=True)


def test_setting_up_shows_the_secret_then_the_recovery_codes_once_and_opens_the_role(
    browser: Browser, stub: Stub
) -> None:
    stub.held = SPV
    browser.sign_in()

    begun = browser.post("/account/security/factor").get_data(as_text=True)
    done = browser.post("/account/security/factor", {"code": CODE, "sealed": sealed(begun)})
    page = done.get_data(as_text=True)

    assert DRAWING in begun
    assert " ".join(re.findall("....", SECRET)) in begun
    assert "aaaa1111-bbbb2222" in page
    assert done.headers["Cache-Control"] == "no-store"
    assert stub.count("/auth/refresh") == 1
    home = browser.get("/home").get_data(as_text=True)
    assert "portal-spv" in home
    assert "Set up a second factor to use your role" not in home
    twice = {"code": CODE, "sealed": sealed(begun)}
    again = browser.post("/account/security/factor", twice, page="/account/password")
    assert again.headers["Location"] == "/account/security"


def test_a_wrong_code_while_setting_up_keeps_the_secret(browser: Browser, stub: Stub) -> None:
    browser.sign_in()
    begun = browser.post("/account/security/factor").get_data(as_text=True)

    answer = browser.post("/account/security/factor", {"code": "111111", "sealed": sealed(begun)})
    page = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert 'href="#code"' in page
    assert DRAWING in page
    assert stub.count("/me/totp") == 1


def test_n05_a_drawing_with_anything_but_a_path_is_left_out(browser: Browser, stub: Stub) -> None:
    browser.sign_in()
    for bad in (
        '<svg onload="x()"><path d="M0"/></svg>',
        "<svg><script>x()</script></svg>",
        '<svg><path d="M0"/></svg><b>',
    ):
        stub.fail("/me/totp", 200, "", secret=SECRET, uri="", qr_svg=bad)
        page = browser.post("/account/security/factor").get_data(as_text=True)
        assert bad not in page
        assert "JBSW Y3DP" in page


def test_the_second_factor_is_removed_with_the_password(browser: Browser, stub: Stub) -> None:
    browser.sign_in()
    stub.factor = CODE

    refused = browser.post("/account/security/remove", {"password": "wrong"})
    done = browser.post("/account/security/remove", {"password": PASSWORD})

    assert (refused.status_code, stub.factor) == (422, None)
    assert "present password is not right" in refused.get_data(as_text=True)
    assert done.headers["Location"] == "/account/security"


def test_a_role_keeps_the_second_factor(browser: Browser, stub: Stub) -> None:
    browser.sign_in()
    stub.held, stub.factor = SPV, CODE

    answer = browser.post("/account/security/remove", {"password": PASSWORD})

    assert answer.status_code == 409
    assert "needs the second factor, so it stays" in answer.get_data(as_text=True)


def test_another_session_can_be_ended(browser: Browser, stub: Stub) -> None:
    browser.sign_in()
    page = browser.get("/account/security").get_data(as_text=True)

    answer = browser.post("/account/security/sessions/s2", page="/account/security")

    assert "This device" in page
    assert "/account/security/sessions/s1" not in page
    assert answer.headers["Location"] == "/account/security"
    assert [one["id"] for one in stub.sessions] == ["s1"]


def test_the_password_is_changed_with_the_present_one(browser: Browser, stub: Stub) -> None:
    browser.sign_in()
    new = "seven quiet rivers bend"

    wrong = browser.post("/account/password", {"current_password": "no", "new_password": new})
    done = browser.post("/account/password", {"current_password": PASSWORD, "new_password": new})

    assert wrong.status_code == 422
    assert 'href="#current_password"' in wrong.get_data(as_text=True)
    assert new not in wrong.get_data(as_text=True)
    assert done.headers["Location"] == "/account/security"
    assert stub.bodies("/credentials/change")[-1] == {"current_password": PASSWORD, "new_password": new}


def test_x01_a_form_from_elsewhere_changes_nothing(browser: Browser, stub: Stub) -> None:
    browser.sign_in()

    answer = browser.client.post(
        "/account/security/factor", base_url=BASE, headers={"Origin": "https://evil.test"}
    )

    assert answer.status_code == 403
    assert stub.count("/me/totp") == 0
