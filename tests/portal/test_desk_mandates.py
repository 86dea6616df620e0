"""Changing a mandate: from the version one saw, as a change beside what is in force, tried before it is published."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.portal.conftest import Browser
from tests.portal.stub import Stub

PAGE, EDIT = "/mdo/mandates/ma1", "/mdo/mandates/ma1/edit"


@pytest.fixture
def admin(browser: Browser) -> Browser:
    browser.sign_in()
    return browser


def text(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def typed(**more: Any) -> dict[str, Any]:
    plain = {
        "title_en": "Rules for all", "title_hi": "सबके लिए नियम", "course_ids": "procure-1", "mdo_ids": "o1",
        "position_ids": "p1", "groups": "b", "due": "2027-03-31", "reason": "वार्षिक प्रशिक्षण",
        "order_number": "F-12", "version": "1",
    }  # fmt: skip
    return {**plain, **more}


def test_the_form_holds_what_is_stored(admin: Browser, stub: Stub) -> None:
    stub.desk.progress.mandates["ma1"] |= {"due": "2026-12-31T18:29:59Z"}
    stub.desk.progress.mandates["ma1"]["audience"]["user_ids"] = ["u2"]
    page = text(admin.get(EDIT))

    assert 'value="Rules for all"' in page
    assert re.search(r'name="due"[^>]*value="2026-12-31"', page)
    for name, value in (("course_ids", "procure-1"), ("mdo_ids", "o1"), ("groups", "b"), ("named", "u2")):
        assert re.search(rf'name="{name}" value="{value}" checked', page), name
    assert "This mandate is in force." in page


def test_an_edit_goes_from_the_version_that_was_seen_and_names_everything(admin: Browser, stub: Stub) -> None:
    answer = admin.post(EDIT, typed(order_number="", named="u2"))
    sent = [request for request in stub.requests if request.method == "PATCH"]
    stored = stub.desk.progress.mandates["ma1"]

    assert answer.headers["Location"] == PAGE
    assert sent[0].headers["If-Match"] == '"1"'
    assert (stored["due"], stored["order_number"], stored["version"]) == ("2027-03-31", None, 2)
    assert stored["audience"] == {
        "mdo_ids": ["o1"],
        "position_ids": ["p1"],
        "groups": ["b"],
        "user_ids": ["u2"],
    }


def test_what_is_saved_stands_beside_what_is_in_force_until_it_is_published(
    admin: Browser, stub: Stub
) -> None:
    assert "Saved but not in force yet" not in text(admin.get(PAGE))
    admin.post(EDIT, typed(course_ids="finance-1", reason="Order 7", emails="baljit@bsnl.co.in"))
    page = text(admin.get(PAGE))
    rows = dict(re.findall(r'<th scope="row" class="govuk-table__header">([^<]+)</th>(.*?)</tr>', page))

    assert set(rows) == {"Courses", "To be completed by", "Reason", "Named people"}
    assert rows["Courses"].index("Public procurement") < rows["Courses"].index("Finance for non-finance")
    assert "बलजीत सिंह" in rows["Named people"]
    assert "Order 7" in rows["Reason"]
    assert "Order 7" not in page.split("</dl>")[0]

    tried = text(admin.post(f"{PAGE}/try", page=PAGE))
    assert "<dt>People get it</dt><dd>12</dd>" in tried
    assert "Saved but not in force yet" in tried
    assert stub.desk.progress.mandates["ma1"]["rule"]["reason"] == "वार्षिक प्रशिक्षण"
    assert admin.post(f"{PAGE}/publish", page=PAGE).status_code == 303
    assert "Saved but not in force yet" not in text(admin.get(PAGE))


def test_an_edit_that_came_too_late_shows_both_and_can_be_saved_on_top(admin: Browser, stub: Stub) -> None:
    stub.desk.progress.mandates["ma1"] |= {"version": 2, "reason": "Theirs"}

    answer = admin.post(EDIT, typed(reason="Mine"))
    page = text(answer)

    assert answer.status_code == 409
    assert "What is stored now" in page
    assert "Theirs" in page
    assert ">Mine</textarea>" in page
    assert 'name="version" value="2"' in page
    assert admin.post(EDIT, typed(reason="Mine", version="2")).status_code == 303
    assert stub.desk.progress.mandates["ma1"]["reason"] == "Mine"


def test_a_form_sent_twice_is_no_conflict(admin: Browser, stub: Stub) -> None:
    form = typed(reason="Once")

    answers = [admin.post(EDIT, form), admin.post(EDIT, form)]

    assert [one.headers.get("Location") for one in answers] == [PAGE, PAGE]
    assert stub.desk.progress.mandates["ma1"]["version"] == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [({"due": "2020-01-01"}, "due"), ({"title_hi": ""}, "title_hi"), ({"course_ids": []}, "course_ids")],
)
def test_a_refused_edit_names_the_field_and_keeps_what_was_typed(
    admin: Browser, stub: Stub, change: dict[str, Any], field: str
) -> None:
    answer = admin.post(EDIT, typed(reason="Kept", **change))

    assert answer.status_code == 422
    assert f'href="#{field}"' in text(answer)
    assert ">Kept</textarea>" in text(answer)
    assert stub.desk.progress.mandates["ma1"]["version"] == 1


def test_an_ended_mandate_cannot_be_changed(admin: Browser, stub: Stub) -> None:
    stub.desk.progress.mandates["ma1"]["status"] = "retired"

    answer = admin.post(EDIT, typed())

    assert answer.status_code == 409
    assert "This mandate has ended." in text(answer)
    assert EDIT not in text(admin.get(PAGE))


def test_finding_courses_keeps_what_was_typed_and_saves_nothing(admin: Browser, stub: Stub) -> None:
    page = text(admin.post(EDIT, typed(find="1", find_words="finance", reason="Kept")))

    assert 'name="course_ids" value="procure-1" checked' in page
    assert 'name="course_ids" value="finance-1"' in page
    assert ">Kept</textarea>" in page
    assert stub.desk.progress.mandates["ma1"]["version"] == 1
