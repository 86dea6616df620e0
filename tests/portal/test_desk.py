"""The role portals: who gets in, what each button and form sends, and what a refusal looks like."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

import portal.calls
from deploy.local.stack import SERVICES
from portal.calls import operations
from tests.portal.conftest import BASE, Browser
from tests.portal.stub import Stub
from tests.portal.stub.roles import PORTALS
from tests.portal.test_routes import filled, routes

DOCS = Path(portal.calls.__file__).parents[2] / "docs" / "openapi"
HOSTILE = "<script>alert(1)</script>'\"><img src=x onerror=alert(1)>"


@pytest.fixture
def admin(browser: Browser) -> Browser:
    """Signed in with every role; the token of a page that has a form is kept for all sendings."""
    browser.sign_in()
    return browser


def send(admin: Browser, path: str, data: dict[str, Any] | None = None, page: str = "/logout") -> Any:
    """Send a form with the token of some page."""
    return admin.post(path, data or {}, page=page)


@pytest.mark.parametrize("slug", [one["slug"] for one in PORTALS])
def test_a01_a_portal_is_closed_to_people_without_its_role(
    app: Flask, browser: Browser, stub: Stub, slug: str
) -> None:
    stub.me = {**stub.me, "portals": [one for one in PORTALS if one["slug"] != slug]}
    browser.sign_in()
    stub.calls.clear()
    paths = [filled(line.split(maxsplit=1)[1]) for line in routes(app) if line.startswith(f"GET /{slug}")]

    assert {browser.get(path).status_code for path in paths} == {403}
    assert {path for _, path in stub.calls} <= {"/me"}


def test_a01_guests_are_sent_to_sign_in(browser: Browser) -> None:
    assert {browser.get(f"/{one['slug']}").status_code for one in PORTALS} == {303}


def test_every_call_is_one_that_a_service_documents(app: Flask) -> None:
    known = {
        re.sub(r"\{\w+\}", "*", path)
        for file in DOCS.glob("*.json")
        for path in json.loads(file.read_text(encoding="utf-8"))["paths"]
    }
    files = [Path(portal.calls.__file__).parent / f"{name}.py" for name in OWN]
    source = "\n".join(_plain(file.read_text(encoding="utf-8")) for file in files)
    called = {
        re.sub(r"\{[^{}]+\}", "*", path).split("?")[0] for path in re.findall(r'f?"(/api/[^"]+)"', source)
    }

    assert len(called) > 60
    assert {path for path in called if not any(_fits(path, one) for one in known)} == set()


OWN = ("people", "platform", "mandates", "authoring", "dictionary", "privacy", "claims")


def _plain(source: str) -> str:
    """Source with its address constants written out."""
    for name in ("_COURSES", "_V1"):
        found = re.search(rf'^{name} = f?"([^"]+)"', source, re.M)
        source = source.replace("{" + name + "}", found[1]) if found else source
    return source.replace("{where}", "{_COURSES}/x/files/y") if "{where}" in source else source


def _fits(path: str, known: str) -> bool:
    """Whether a called path is a documented one; parts in braces stand for any one part."""
    if path.startswith("*") or path in (
        "/api/identity/v1",
        "/api/catalog/v1",
        "/api/progress/v1",
        "/api/onboarding/v1",
    ):
        return True
    mine, theirs = path.split("/"), known.split("/")
    same = len(mine) == len(theirs)
    return same and all("*" in (a, b) or a == b for a, b in zip(mine, theirs, strict=True))


BUTTONS = [
    ("/mdo/approvals/registrations/reg1", {"decision": "approve"}, "/registrations/reg1/approve"),
    (
        "/mdo/approvals/registrations/reg1",
        {"decision": "decline", "reason": "कौन?"},
        "/registrations/reg1/deny",
    ),
    ("/mdo/approvals/changes/ch1", {"decision": "approve"}, "onboarding/approvals/ch1/approve"),
    (
        "/mdo/approvals/changes/ch1",
        {"decision": "decline", "reason": "no"},
        "onboarding/approvals/ch1/decline",
    ),
    ("/mdo/approvals/names/nc1", {"decision": "approve"}, "/name-changes/nc1/approve"),
    ("/mdo/people/u2/link", {}, "/users/u2/send-link"),
    ("/mdo/people/u2/usable", {"usable": "0", "reason": "left"}, "/users/u2/disable"),
    ("/mdo/bulk/b1/commit", {}, "/bulk/b1/commit"),
    ("/mdo/bulk/b1/undo", {}, "/bulk/b1/undo"),
    ("/mdo/mandates/ma1/publish", {}, "progress/mandates/ma1/publish"),
    ("/mdo/mandates/ma1/retire", {}, "progress/mandates/ma1/retire"),
    ("/cbp/courses/finance-1/submit", {}, "catalog/authoring/courses/finance-1/submit"),
    ("/cbp/courses/finance-1/publish", {}, "catalog/authoring/courses/finance-1/publish"),
    ("/cbp/courses/finance-1/new-version", {}, "catalog/authoring/courses/finance-1/new-version"),
    ("/cbp/courses/finance-1/retire", {"reason": "old"}, "catalog/authoring/courses/finance-1/retire"),
    ("/cbp/courses/finance-1/discard", {}, "catalog/authoring/courses/finance-1"),
    ("/cbp/courses/finance-1/ratings/rev1", {"text": "Thanks"}, "catalog/reviews/rev1/reply"),
    ("/spv/units/o1/suspend", {}, "/mdos/o1/suspend"),
    ("/spv/units/o1/resume", {}, "/mdos/o1/resume"),
    ("/spv/providers/istm/suspend", {}, "catalog/providers/istm/suspend"),
    ("/spv/people/u2", {"role": "FRAC_ADMIN", "scope": ""}, "/users/u2/roles"),
    ("/spv/people/u1/roles/g1/revoke", {}, "/users/u1/roles/g1"),
    ("/spv/domains/requests/dr1", {"decision": "approve"}, "/domain-requests/dr1/approve"),
    ("/spv/domains/bsnl.co.in/remove", {}, "/domains/bsnl.co.in"),
    (
        "/spv/topics/pr1/accept",
        {"en": "Water", "hi": "जल", "group": "x"},
        "onboarding/topic-proposals/pr1/accept",
    ),
    ("/spv/topics/pr1/merge", {"topic_id": "t-rti"}, "onboarding/topic-proposals/pr1/merge"),
    ("/spv/topics/pr1/decline", {"reason": "no"}, "onboarding/topic-proposals/pr1/decline"),
    ("/spv/reviews/rev1", {"decision": "remove", "reason": "spam"}, "catalog/moderation/reviews/rev1"),
    ("/spv/operations/progress/parked/msg1", {"do": "replay", "body": "{}"}, "progress/ops/commands"),
    ("/frac/positions/p9/verify", {}, "onboarding/frac/positions/p9/verify"),
    ("/frac/positions/p1/retire", {}, "onboarding/frac/positions/p1/retire"),
    ("/frac/positions/p9/delete", {}, "onboarding/frac/positions/p9"),
]


@pytest.mark.parametrize(("path", "data", "call"), BUTTONS)
def test_a_button_makes_its_one_call_and_leads_on(
    admin: Browser, stub: Stub, path: str, data: dict[str, str], call: str
) -> None:
    token = admin.token("/logout")
    stub.calls.clear()

    answer = admin.client.post(
        path, data={"csrf_token": token, **data}, base_url=BASE, headers={"Origin": BASE}
    )

    assert answer.status_code == 303
    assert [called for method, called in stub.calls if method not in ("GET",) and called != "/people"] == [
        call
    ]


@pytest.mark.parametrize(("status", "shown"), [(403, 403), (404, 404), (409, 409), (422, 422), (503, 503)])
@pytest.mark.parametrize(
    ("path", "call"),
    [
        ("/mdo/mandates/ma1/publish", "progress/mandates/ma1/publish"),
        ("/cbp/courses/finance-1/submit", "catalog/authoring/courses/finance-1/submit"),
        ("/spv/units/o1/suspend", "/mdos/o1/suspend"),
        ("/frac/positions/p1/retire", "onboarding/frac/positions/p1/retire"),
    ],
)
def test_a_refused_button_says_so_with_its_status(
    admin: Browser, stub: Stub, path: str, call: str, status: int, shown: int
) -> None:
    stub.fail(call, status, "own_account" if status == 403 else "some_reason", "Not now.")

    assert send(admin, path).status_code == shown


@pytest.mark.parametrize(
    "path",
    ["/mdo/people/none", "/mdo/mandates/none", "/mdo/bulk/none", "/mdo/progress?mdo_id=foreign", "/cbp/courses/none",
     "/cbp/courses/finance-1/modules/none", "/spv/units/none", "/spv/people/none", "/spv/operations/identity/dead/none",
     "/frac/positions/none", "/frac?kind=none", "/frac/edit/positions/none"],
)  # fmt: skip
def test_an_unknown_thing_of_a_portal_is_404(admin: Browser, path: str) -> None:
    assert admin.get(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/mdo/invite", {"email": "chitra@bsnl.co.in"}),
        ("/mdo/mandates/new", {"title_en": "Rules"}),
        ("/mdo/people/u2/usable", {"usable": "0"}),
        ("/cbp/new", {"title_en": "A"}),
        ("/cbp/courses/finance-1/review", {"notes": "x"}),
        ("/spv/units/new", {"name_en": "X"}),
        ("/spv/providers", {"name_en": "X"}),
        ("/spv/domains", {"mode": "direct"}),
        ("/spv/operations/identity/parked/msg1", {"do": "drop", "reason": ""}),
        ("/frac/new/topics", {"name_en": "X"}),
    ],
)
def test_a_form_that_lacks_something_comes_back_with_what_was_typed(
    admin: Browser, path: str, data: dict[str, str]
) -> None:
    answer = send(admin, path, data)
    page = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert "<title>Error:" in page
    assert 'class="govuk-error-summary"' in page
    assert data.get("title_en", data.get("name_en", "")) in page


def test_an_administrator_of_one_organisation_is_offered_its_units_only(admin: Browser, stub: Stub) -> None:
    stub.me |= {"roles": [{"role": "MDO_ADMIN", "scope": "d1"}]}

    page = admin.get("/mdo/invite").get_data(as_text=True)

    offered = re.findall(
        r'<option value="([^"]+)"', page.partition('id="mdo_id"')[2].partition("</select>")[0]
    )
    assert offered == ["d1", "o1"]
    assert admin.get("/mdo/progress?mdo_id=m2").status_code == 404


def test_a_unit_in_which_nobody_has_begun_has_figures_of_nought(admin: Browser, stub: Stub) -> None:
    stub.fail("progress/analytics/mdos/m2", 404, "unit_unknown")

    answer = admin.get("/mdo/progress?mdo_id=m2")

    assert (answer.status_code, answer.get_data(as_text=True).count("<dd>0</dd>")) == (200, 5)


def test_the_last_administrator_stays(admin: Browser) -> None:
    answer = send(admin, "/spv/people/u1/roles/g2/revoke")

    assert answer.status_code == 409
    assert "the role stays" in answer.get_data(as_text=True)


def test_who_asks_for_a_domain_does_not_decide_on_it(admin: Browser) -> None:
    send(admin, "/spv/domains", {"name": "drdo.in", "mode": "direct", "reason": "New"})
    page = admin.get("/spv/domains").get_data(as_text=True)

    assert "another administrator decides" in page
    assert "/spv/domains/requests/dr2" not in page


def test_an_edit_that_came_too_late_shows_both_texts(admin: Browser, stub: Stub) -> None:
    typed = {
        "name_en": "Mine",
        "name_hi": "मेरा",
        "about_en": "A",
        "about_hi": "ब",
        "roles": "# R | आर",
        "version": "1",
    }
    answer = send(admin, "/frac/edit/positions/p1", typed)
    page = answer.get_data(as_text=True)

    assert answer.status_code == 409
    assert 'value="Mine"' in page
    assert "What is stored now" in page
    assert "Junior Telecom Officer" in page
    assert send(admin, "/frac/edit/positions/p1", {**typed, "version": "2"}).status_code == 303
    assert stub.desk.onboarding.positions["p1"]["roles"] == [
        {"name": {"en": "R", "hi": "आर"}, "activities": []}
    ]


def test_a_late_course_edit_is_a_conflict(admin: Browser) -> None:
    typed = {"title_en": "Mine", "locales": "en", "version": "1"}

    assert send(admin, "/cbp/courses/finance-1/edit", typed).status_code == 409
    assert send(admin, "/cbp/courses/finance-1/outline", {"do": "up mod2", "version": "1"}).status_code == 409


def test_the_outline_is_arranged_by_buttons(admin: Browser, stub: Stub) -> None:
    course = stub.desk.catalog.courses["finance-1"]
    for do in ("up mod2", "down mod1 res-video", "delete mod1 res-case"):
        assert (
            send(
                admin, "/cbp/courses/finance-1/outline", {"do": do, "version": str(course["version"])}
            ).status_code
            == 303
        )

    assert [one["id"] for one in course["modules"]] == ["mod2", "mod1"]
    assert [one["id"] for one in course["modules"][1]["resources"]] == ["res-video", "res-pdf"]
    assert send(admin, "/cbp/courses/finance-1/outline", {"do": "burn mod1"}).status_code == 404


@pytest.mark.parametrize(
    ("kind", "typed", "made"),
    [
        ("single", {"one-1-en": "Yes", "one-2-en": "No", "right-1": "y"}, {"correct": ["o1"]}),
        ("multiple", {"one-1-en": "A", "one-2-en": "B", "right-1": "y", "right-2": "y"}, {"correct": ["o1", "o2"]}),
        ("fill_in", {"accepted": "GST\n\n gst "}, {"accepted": ["GST", "gst"], "case_sensitive": False}),
        ("match", {"one-1-en": "A", "two-1-en": "1", "one-2-en": "B", "two-2-en": "2"},
         {"pairs": {"l1": "r1", "l2": "r2"}}),
    ],
)  # fmt: skip
def test_questions_of_four_kinds_are_made(
    admin: Browser, stub: Stub, kind: str, typed: dict[str, str], made: dict[str, Any]
) -> None:
    path = "/cbp/courses/finance-1/assessments/as-final/questions/new"
    assert send(admin, path, {"kind": kind, "text_en": "Which?", "version": "4", **typed}).status_code == 303

    question = stub.desk.catalog.courses["finance-1"]["assessments"][0]["questions"][-1]
    assert question["kind"] == kind
    assert {name: question[name] for name in made} == made


def test_a_file_goes_to_the_catalogue_in_pieces(admin: Browser, stub: Stub) -> None:
    file = (io.BytesIO(b"%PDF-1.7 ten"), "नियम.pdf")
    answer = send(admin, "/cbp/courses/finance-1/upload", {"kind": "pdf", "file": file})

    assert answer.status_code == 303
    assert b"".join(stub.desk.catalog.pieces) == b"%PDF-1.7 ten"
    assert len(stub.desk.catalog.pieces) == 3
    assert send(admin, "/cbp/courses/finance-1/upload", {"kind": "pdf"}).status_code == 422


def test_only_forms_with_files_take_more_than_the_usual(admin: Browser, stub: Stub) -> None:
    big = "email\n" + "x" * 200_000
    answer = send(admin, "/mdo/bulk", {"text": big})

    assert answer.headers["Location"] == "/mdo/bulk/b2"
    assert send(admin, "/mdo/invite", {"first_name": big}).status_code == 413
    assert send(admin, "/mdo/bulk", {"text": "x" * 1_200_000}).status_code == 413
    assert send(admin, "/mdo/bulk", {"text": "name\nx"}).status_code == 422
    assert send(admin, "/mdo/bulk", {"file": (io.BytesIO(b"\xff\xfe"), "a.csv")}).status_code == 422


def test_a_mandate_names_courses_and_audience(admin: Browser, stub: Stub) -> None:
    typed = {
        "title_en": "Rules", "title_hi": "नियम", "course_ids": "procure-1", "mdo_ids": "o1", "due": "2027-03-31",
        "reason": "Order", "emails": "baljit@bsnl.co.in nobody@x.in",
    }  # fmt: skip
    answer = send(admin, "/mdo/mandates/new", typed)
    made = stub.desk.progress.mandates["ma2"]

    assert answer.headers["Location"] == "/mdo/mandates/ma2"
    assert (made["course_ids"], made["due"]) == (["procure-1"], "2027-03-31")
    assert made["audience"] == {"mdo_ids": ["o1"], "position_ids": [], "groups": [], "user_ids": ["u2"]}
    assert "nobody@x.in" in admin.get("/mdo/mandates/ma2").get_data(as_text=True)
    assert "12" in send(admin, "/mdo/mandates/ma2/try").get_data(as_text=True)
    assert send(admin, "/mdo/mandates/new", {**typed, "due": "2020-01-01"}).status_code == 422


def test_health_and_timeline_answer_with_a_service_down(admin: Browser, stub: Stub) -> None:
    stub.down = {"catalog"}
    health = admin.get("/spv/operations")
    timeline = admin.get("/spv/operations/timeline?ref=flow1").get_data(as_text=True)

    assert (health.status_code, health.get_data(as_text=True).count("k-failed")) == (200, 1)
    assert "Without the steps of:" in timeline
    assert timeline.count("<code>registered</code>") == 5


@pytest.mark.parametrize(
    ("service", "path"),
    [
        ("identity", "/mdo/people"),
        ("progress", "/mdo/mandates"),
        ("catalog", "/cbp"),
        ("onboarding", "/frac"),
    ],
)
def test_a_portal_page_whose_own_call_fails_is_503(
    admin: Browser, stub: Stub, service: str, path: str
) -> None:
    admin.get(path)
    stub.down = {service}

    assert admin.get(path).status_code == 503


def test_n05_hostile_text_is_text(admin: Browser, stub: Stub) -> None:
    desk = stub.desk
    desk.people.users["u2"] |= {"display_name": HOSTILE, "disabled_reason": HOSTILE}
    desk.people.registrations[0]["first_name"] = desk.onboarding.changes[0]["reason"] = HOSTILE
    desk.progress.mandates["ma1"] |= {"reason": HOSTILE, "title": {"en": HOSTILE}}
    desk.catalog.courses["finance-1"]["title"] = {"en": HOSTILE}
    desk.catalog.reported[0]["text"] = desk.onboarding.proposals[0]["name"] = HOSTILE
    desk.ops.messages[0] |= {"error": HOSTILE, "body": HOSTILE}
    desk.onboarding.positions["p1"]["name"] = {"en": HOSTILE}
    paths = (
        "/mdo/people", "/mdo/people/u2", "/mdo/approvals", "/mdo/mandates/ma1", "/cbp",
        "/cbp/courses/finance-1", "/spv/topics",
        "/cbp/courses/finance-1/preview", "/spv/reviews", "/spv/operations/identity/parked/msg1",
        "/frac/positions/p1", "/frac",
    )  # fmt: skip

    for path in paths:
        page = admin.get(path).get_data(as_text=True)
        assert "alert(1)" in page, path
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path


def test_the_console_asks_every_service_that_there_is() -> None:
    assert set(operations.SERVICES) == set(SERVICES)
