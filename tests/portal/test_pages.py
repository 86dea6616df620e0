"""What holds of every page of a learner: it answers, it is well formed, it is all Hindi under /hi."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask

from portal.app import wire
from portal.gateway import Gateway
from portal.settings import PortalSettings
from tests.portal.conftest import BASE, Browser, Clock, MemoryStore
from tests.portal.stub import Stub
from tests.portal.stub.waiting import let_things_wait
from tests.portal.test_i18n import latin
from tests.portal.test_routes import filled, routes

FILES = (
    "/healthz",
    "/readyz",
    "/metrics",
    "/logo",
    "/robots.txt",
    "/sw.js",
    "/me/learning.csv",
    "/mdo/progress.csv",
    "/cbp/missed.csv",
    "/spv/audit.csv",
)
ELSEWHERE = (
    "/attempts/<attempt_id>/result",
    "/events/<event_id>/calendar.ics",
    "/",
    "/login",
    "/login/code",
    "/register/sent",
    "/courses/<course_id>/resume",
    "/courses/<course_id>/assessment",
)
LEARNERS = (
    "/home", "/me", "/acc", "/onb", "/prof", "/att", "/comp", "/noti", "/disc", "/netw", "/care", "/even",
)  # fmt: skip
OWN_WORDS = {"English", "KY", "https", "localhost", "verify", "Rao", "Asha"}
DOWN = {"onboarding": "/me/learning", "catalog": "/home", "progress": "/home", "notifier": "/home"}


def pages(app: Flask) -> list[str]:
    """An address of every page of a signed-in person."""
    paths = [line.split(maxsplit=1)[1] for line in routes(app) if line.startswith("GET")]
    shown = [
        path
        for path in paths
        if path not in (*FILES, *ELSEWHERE) and not path.endswith((".pdf", ".svg", ".zip", ":form>"))
    ]
    return [filled(path) for path in shown if "any(help" not in path]


@pytest.fixture
def learner(app: Flask, browser: Browser) -> Browser:
    """Signed in, with an attempt that runs."""
    browser.sign_in()
    browser.post("/courses/finance-1/assessments/as-final", {})
    return browser


def faults(path: str, page: str) -> list[str]:
    """What is wrong with the form of a page."""
    title = re.search(r"<title[^>]*>([^<]{3,}) – Karmayogi</title>", page)
    ids = re.findall(r'\sid="([^"]+)"', page)
    wrong = {
        "h1": page.count("<h1") != 1,
        "title": title is None,
        "inline": bool(re.search(r"<style|\sstyle=|\son[a-z]+=", page)),
        "ids": len(ids) != len(set(ids)),
        "label": bool(set(re.findall(r'<label[^>]*for="([^"]+)"', page)) - set(ids)),
        "progress": bool(re.search(r"<progress(?![^>]*aria-label)", page)),
        "token": "access-secret" in page or "refresh-secret" in page,
    }
    return [f"{path}: {name}" for name, fault in wrong.items() if fault]


def test_every_page_answers_and_is_well_formed(app: Flask, learner: Browser) -> None:
    answers = {path: learner.get(path) for path in pages(app)}

    assert {path: answer.status_code for path, answer in answers.items() if answer.status_code != 200} == {}
    assert [
        f
        for path, a in answers.items()
        if a.status_code == 200
        for f in faults(path, a.get_data(as_text=True))
    ] == []
    assert {a.headers["Cache-Control"] for a in answers.values()} == {"no-store", "private, max-age=60"}


def test_every_page_under_hi_is_hindi(app: Flask, learner: Browser) -> None:
    found = {path: latin(learner.get(f"/hi{path}").get_data(as_text=True)) for path in pages(app)}
    strange = {path: [word for word in words if word not in OWN_WORDS] for path, words in found.items()}

    assert {path: words for path, words in strange.items() if words} == {}


WAITING = (
    "/account", "/account/email", "/account/name", "/account/privacy", "/account/privacy/erasure",
    "/me/why/en-finance-1", "/me/version/en-finance-1", "/courses/finance-1", "/mdo/mandates/ma1", "/mdo/domains",
)  # fmt: skip


def test_pages_on_which_something_waits_are_well_formed_and_hindi(learner: Browser, stub: Stub) -> None:
    let_things_wait(stub)
    learner.post("/hi/mdo/attendance/finance-1/res-meet", {"user_ids": "u7"}, page="/logout")
    told = latin(learner.get("/hi/mdo").get_data(as_text=True))
    pages = {path: learner.get(f"/hi{path}").get_data(as_text=True) for path in WAITING}
    strange = {path: [word for word in latin(page) if word not in OWN_WORDS] for path, page in pages.items()}

    assert told == []
    assert [fault for path, page in pages.items() for fault in faults(path, page)] == []
    assert {path: words for path, words in strange.items() if words} == {}


def test_every_page_of_a_learner_sends_guests_to_sign_in(app: Flask, browser: Browser) -> None:
    mine = [path for path in pages(app) if path.startswith(LEARNERS)]
    answers = {path: browser.get(path) for path in mine}

    assert {a.status_code for a in answers.values()} == {303}
    assert {a.headers["Location"].split("?")[0] for a in answers.values()} == {"/login"}


def test_every_page_of_an_empty_account_answers(app: Flask, browser: Browser, stub: Stub) -> None:
    stub.__init__(newcomer=True)  # type: ignore[misc]  # everything empty, on the same transport
    stub.onboarding.state, stub.onboarding.fields["group"] = "done", "b"
    browser.sign_in()
    known = (
        "/home",
        "/me/learning",
        "/me/certificates",
        "/competencies",
        "/notifications",
        "/onboarding",
        "/profile",
        "/discuss",
        "/network",
        "/network/sent",
        "/network/connections",
        "/careers",
        "/careers/applications",
        "/events",
        "/spv/moderation",
        "/mdo/openings",
    )
    wrong = [fault for path in known for fault in faults(path, browser.get(path).get_data(as_text=True))]

    assert {browser.get(path).status_code for path in known} == {200}
    assert wrong == []


@pytest.mark.parametrize("service", ["onboarding", "catalog", "progress", "notifier", "community"])
def test_home_answers_with_any_one_service_down(browser: Browser, stub: Stub, service: str) -> None:
    browser.sign_in()
    stub.down = {service}

    answer = browser.get("/home")

    assert answer.status_code == 200
    assert "This part is not available at the moment." in answer.get_data(as_text=True)


def test_home_answers_with_all_services_down(app: Flask, browser: Browser, stub: Stub) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], fan_out_budget=10.0)
    browser.sign_in()
    stub.down = {"onboarding", "catalog", "progress", "notifier", "community"}

    answer = browser.get("/home")

    assert (answer.status_code, answer.get_data(as_text=True).count("k-failed")) == (200, 12)


@pytest.mark.parametrize(
    ("service", "path"),
    [
        ("catalog", "/learn"),
        ("catalog", "/courses/finance-1"),
        ("progress", "/me/certificates"),
        ("onboarding", "/profile"),
        ("community", "/discuss"),
        ("community", "/network"),
        ("community", "/careers/op1"),
        ("community", "/events"),
        ("community", "/mdo/openings"),
    ],
)
def test_a_page_whose_own_call_fails_is_503_with_reference(
    browser: Browser, stub: Stub, service: str, path: str
) -> None:
    browser.sign_in()
    stub.down = {service}

    answer = browser.get(path)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert answer.headers["X-Request-ID"] in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "path",
    [
        "/courses/none",
        "/courses/finance-1/m/none",
        "/attempts/none/1",
        "/me/why/none",
        "/onboarding/roles/none",
        "/competencies/none",
        "/home/widgets/none",
        "/discuss/spaces/none",
        "/discuss/threads/none",
        "/discuss/threads/th1/replies/none/edit",
        "/discuss/threads/th2/edit",
        "/careers/none",
        "/events/none",
        "/events/organise/none",
        "/mdo/openings/none",
    ],
)
def test_an_unknown_thing_is_404(browser: Browser, path: str) -> None:
    browser.sign_in()

    assert browser.get(path).status_code == 404


def test_a_late_widget_is_fetched_by_the_page(
    app: Flask, settings: PortalSettings, browser: Browser, stub: Stub, store: MemoryStore, clock: Clock
) -> None:
    wire(app, settings, Gateway(settings, stub.transport()), store, clock)
    browser.sign_in()

    with stub.holding("notifier"):
        page = browser.get("/home").get_data(as_text=True)

    assert 'hx-get="/home/widgets/notices" hx-trigger="load"' in page
    assert 'href="/home/widgets/notices"' in page
    assert "A course is due for you." in browser.get("/home/widgets/notices").get_data(as_text=True)


def test_an_expired_session_comes_back_to_where_one_was(browser: Browser, store: MemoryStore) -> None:
    browser.sign_in()
    store.kinds["grants"].clear()

    answer = browser.get("/me/learning?state=active")

    assert answer.headers["Location"] == "/login?next=/me/learning?state%3Dactive"


def test_the_portal_of_a_role_is_in_the_menu_of_who_has_it(browser: Browser, stub: Stub) -> None:
    stub.me = {
        **stub.me,
        "portals": [{"slug": "spv", "name": "SPV portal"}, {"slug": "frac", "name": "FRAC"}],
    }
    browser.sign_in()

    page = browser.get("/learn").get_data(as_text=True)

    assert "SPV portal" in page
    assert "FRAC portal" in page
    assert "MDO portal" not in page


def test_n08_a_notice_leads_to_this_site_only(browser: Browser) -> None:
    browser.sign_in()
    targets = [
        "//evil.test",
        "/\\evil.test",
        "https:evil.test",
        "javascript:alert(1)",
        "/%0d%0aevil",
        "/courses/rti-1",
    ]

    led = [
        browser.post("/notifications", {"notice": "n1", "link": one}).headers["Location"] for one in targets
    ]

    assert led == ["/notifications"] * 5 + ["/courses/rti-1"]


def test_colours_and_data_use_are_kept_in_two_plain_cookies(browser: Browser) -> None:
    answer = browser.post("/display", {"theme": "dark", "data": "low"})
    page = browser.get("/display").get_data(as_text=True)

    cookies = [value for name, value in answer.headers if name == "Set-Cookie"]
    assert all("HttpOnly" in value and "Secure" in value and "SameSite=Lax" in value for value in cookies)
    assert 'class="govuk-template k-dark"' in page
    assert "k-dark" not in browser.post(
        "/display", {"theme": "", "data": ""}, follow_redirects=True
    ).get_data(as_text=True)


def test_w01_the_service_worker_keeps_no_page_of_a_person(browser: Browser) -> None:
    browser.sign_in()
    answer = browser.get("/sw.js")
    kept = re.search(r"const FILES = (\[.*?\]);", answer.get_data(as_text=True))

    assert kept is not None
    assert all(name.startswith("/static/") for name in re.findall(r'"([^"]+)"', kept[1]))
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert "Asha" not in browser.get("/offline", headers={"Cookie": ""}).get_data(as_text=True) or BASE
