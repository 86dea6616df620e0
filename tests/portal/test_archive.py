"""A course as a zip: out, and in with all faults by their place."""

from __future__ import annotations

import io
from typing import Any

import httpx
import pytest

from tests.portal.conftest import Browser
from tests.portal.stub import Stub

PAGE = "/cbp/import"


@pytest.fixture
def author(browser: Browser) -> Browser:
    browser.sign_in()
    return browser


def send(author: Browser, content: bytes | None, **more: str) -> Any:
    file = {"file": (io.BytesIO(content), "course.zip")} if content is not None else {}
    return author.post(PAGE, {**file, **more})


def text(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def test_a_course_goes_out_as_a_zip(author: Browser) -> None:
    answer = author.get("/cbp/courses/finance-1/export.zip")

    assert answer.get_data() == b"PK course"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="course-finance-1.zip"'
    assert "/cbp/courses/finance-1/export.zip" in text(author.get("/cbp/courses/finance-1"))


def test_a_zip_becomes_a_draft_and_its_key_makes_a_second_sending_the_same(
    author: Browser, stub: Stub
) -> None:
    answer = send(author, b"PK good", key="k" * 24)
    sent = [request for request in stub.requests if request.url.path.endswith("/authoring/import")]

    assert answer.headers["Location"] == "/cbp/courses/new-2"
    assert (sent[0].headers["Content-Type"], sent[0].headers["Idempotency-Key"]) == (
        "application/zip",
        "k" * 24,
    )
    assert sent[0].content == b"PK good"


def test_faults_are_listed_by_their_place_and_nothing_is_kept(author: Browser, stub: Stub) -> None:
    answer = send(author, b"PK bad")

    assert answer.status_code == 422
    assert "<code>course.json.title</code>" in text(answer)
    assert "यह फ़ील्ड आवश्यक है।" in text(answer)
    assert 'href="#file"' in text(answer)
    assert "new-2" not in stub.desk.catalog.courses


@pytest.mark.parametrize("content", [None, b""])
def test_without_a_file_nothing_is_sent(author: Browser, stub: Stub, content: bytes | None) -> None:
    answer = send(author, content)

    assert answer.status_code == 422
    assert "Choose a file." in text(answer)
    assert stub.count("catalog/authoring/import") == 0


def test_a_file_above_the_usual_limit_is_taken_and_one_above_50_mb_is_not(
    author: Browser, stub: Stub
) -> None:
    assert send(author, b"PK" + b"x" * 400_000).status_code == 303

    announced = {"CONTENT_LENGTH": "53000000"}
    too_large = author.post(PAGE, {"key": "k"}, environ_overrides=announced)

    assert too_large.status_code == 413
    assert stub.count("catalog/authoring/import") == 1


def test_a_catalogue_that_does_not_answer_leaves_the_page_with_the_reason(
    author: Browser, stub: Stub
) -> None:
    stub.overrides["catalog/authoring/import"] = httpx.ReadTimeout("slow")

    answer = send(author, b"PK good", key="k" * 24)

    assert answer.status_code == 503
    assert "does not answer at the moment" in text(answer)


def test_searches_in_vain_come_as_a_table(author: Browser) -> None:
    answer = author.get("/cbp/missed.csv")

    assert (answer.mimetype, answer.get_data(as_text=True)) == ("text/csv", "text,count\n")
    assert "/cbp/missed.csv" in text(author.get("/cbp/missed"))
